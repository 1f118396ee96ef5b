import "../styles/login.css";
import { render } from "preact";
import { LoginPage } from "../ui/login/LoginPage";

const root = document.getElementById("app");
if (root) render(<LoginPage />, root);
