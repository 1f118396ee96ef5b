import "../styles/viewer.css";
import { render } from "preact";
import { Entry } from "../ui/Entry";
import { Viewer } from "../ui/Viewer";
import { keepAwake } from "../ui/wake";

const root = document.getElementById("app");
if (root) render(<Entry as="expert">{(room) => <Viewer room={room} as="expert" />}</Entry>, root);
keepAwake();
