import "../styles/cart.css";
import "../styles/cart-small.css";
import { render } from "preact";
import { Cart } from "../ui/Cart";
import { Entry } from "../ui/Entry";
import { keepAwake } from "../ui/wake";

const root = document.getElementById("app");
if (root) render(<Entry as="operator">{(room) => <Cart room={room} />}</Entry>, root);
keepAwake();
