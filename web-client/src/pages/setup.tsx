import "../styles/setup.css";
import { render } from "preact";
import { Editor } from "../ui/setup/editor";
import { SetupPage } from "../ui/setup/SetupPage";

const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
if (token) history.replaceState(null, "", location.pathname);

const editor = new Editor();
void editor.open(token);

const root = document.getElementById("app");
if (root) render(<SetupPage editor={editor} />, root);
