import "../styles/home.css";
import { render } from "preact";
import { Home } from "../ui/Home";

const root = document.getElementById("app");
if (root) render(<Home />, root);
