import "../styles/worklist.css";
import { render } from "preact";
import { keepAwake } from "../ui/wake";
import { WorklistPage } from "../ui/worklist/WorklistPage";

const root = document.getElementById("app");
if (root) render(<WorklistPage />, root);
keepAwake();
