import type { ComponentChildren, Ref } from "preact";

export interface ViewerLayoutProps {
  /** Name of the room, who is here, what is recorded; not in full screen. */
  bar: ComponentChildren;
  /** Asks for an answer, above everything else: somebody rings or knocks. */
  banner?: ComponentChildren;
  /** Drawing tools: a column beside the picture, a row under it on an upright phone. */
  rail?: ComponentChildren;
  /** The `Stage`. */
  stage: ComponentChildren;
  /** Sections of the side panel, most needed first; nothing: the picture takes the room. */
  side?: ComponentChildren;
  /** Microphone, freeze, hand: always within reach. */
  dock: ComponentChildren;
  /** Toasts and dialogs. */
  children?: ComponentChildren;
  /** What full screen shows. */
  root: Ref<HTMLDivElement>;
}

/** Where things stand on the expert's and the observer's page. */
export function ViewerLayout(props: ViewerLayoutProps) {
  const { bar, banner, rail, stage, side, dock, children, root } = props;
  return (
    <div class="viewer" ref={root}>
      <header class="bar">{bar}</header>
      {banner && <div class="banners">{banner}</div>}
      <div class="body" data-drawer={side ? "open" : "closed"}>
        {rail && <div class="rail">{rail}</div>}
        {stage}
        {side && (
          <aside class="drawer" aria-label="Consult" data-testid="drawer">
            {side}
          </aside>
        )}
      </div>
      <footer class="dock">{dock}</footer>
      {children}
    </div>
  );
}
