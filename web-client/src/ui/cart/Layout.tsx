import type { ComponentChildren } from "preact";

export interface CartLayoutProps {
  /** Name of the room and the few things that aren't needed while scanning. */
  head: ComponentChildren;
  /** The `Stage`. */
  stage: ComponentChildren;
  /** Beside the picture, large: what the expert asks of the probe. */
  coach?: ComponentChildren;
  /** One line that wants an answer: call, knock, microphone. */
  prompt?: ComponentChildren;
  /** The five buttons. */
  foot: ComponentChildren;
}

/** Where things stand on the operator's page. */
export function CartLayout({ head, stage, coach, prompt, foot }: CartLayoutProps) {
  return (
    <div class="cart" data-coach={coach ? "open" : "closed"}>
      <header>{head}</header>
      {stage}
      {coach && <aside class="coach">{coach}</aside>}
      {prompt && <div class="prompt">{prompt}</div>}
      <footer>{foot}</footer>
    </div>
  );
}
