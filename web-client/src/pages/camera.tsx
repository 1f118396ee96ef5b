import "../styles/camera.css";
import { render } from "preact";
import { CameraPage } from "../ui/CameraPage";
import { Entry } from "../ui/Entry";
import { keepAwake } from "../ui/wake";

const root = document.getElementById("app");
if (root) render(<Entry as="camera">{(room) => <CameraPage room={room} />}</Entry>, root);
keepAwake();
