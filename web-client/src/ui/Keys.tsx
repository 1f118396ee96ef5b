import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";

export interface KeyAction {
  /** ``KeyboardEvent.key`` in lower case: "f", "escape", " ". */
  key: string;
  /** As printed on the key cap. */
  cap: string;
  does: string;
  run: () => void;
  /** With Shift held; a printed sign such as "?" says nothing of it. */
  shift?: boolean;
  /** With Ctrl, or Command on a Mac. */
  ctrl?: boolean;
  /** When the key is let go, for what lasts while it is held. */
  release?: () => void;
}

/**
 * Runs the action of a key, unless it is meant for a field or comes with a modifier. Listens from
 * the moment the page is there: an effect after the paint would miss an early key.
 */
export function useKeys(actions: readonly KeyAction[]): void {
  /** Focused by the pointer since the last Tab. */
  const clicked = useRef<Element | null>(null);
  useLayoutEffect(() => {
    let held: KeyAction | undefined;
    let isTaken = false;
    const letGo = () => {
      held?.release?.();
      held = undefined;
    };
    const onDown = (event: KeyboardEvent) => {
      if (event.key === "Tab") clicked.current = null;
      if (event.repeat || isForElement(event, clicked.current)) return;
      const action = actions.find((candidate) => isPressed(candidate, event));
      if (!action) return;
      event.preventDefault();
      isTaken = true;
      letGo();
      if (action.release) held = action;
      action.run();
    };
    const onUp = (event: KeyboardEvent) => {
      // Some browsers press a button only now.
      if (isTaken) event.preventDefault();
      isTaken = false;
      if (held && event.key.toLowerCase() === held.key) letGo();
    };
    const onPointer = ({ target }: PointerEvent) => {
      clicked.current = target instanceof Element ? target.closest(PRESSED_BY_SPACE) : null;
    };
    addEventListener("pointerdown", onPointer);
    addEventListener("keydown", onDown);
    addEventListener("keyup", onUp);
    addEventListener("blur", letGo);
    return () => {
      letGo();
      removeEventListener("pointerdown", onPointer);
      removeEventListener("keydown", onDown);
      removeEventListener("keyup", onUp);
      removeEventListener("blur", letGo);
    };
  }, [actions]);
}

function isPressed(action: KeyAction, event: KeyboardEvent): boolean {
  if (action.key !== event.key.toLowerCase() || event.altKey) return false;
  if ((action.ctrl ?? false) !== (event.ctrlKey || event.metaKey)) return false;
  const isSign = /^[^a-z0-9\s]$/.test(action.key);
  return isSign || (action.shift ?? false) === event.shiftKey;
}

const PRESSED_BY_SPACE = "button, a, summary";

/**
 * Typing stays typing, and Space still presses the button that has the focus; but not one that was
 * `clicked`: who sent a move of the probe and then freezes the picture must not send it again.
 */
function isForElement(event: KeyboardEvent, clicked: Element | null): boolean {
  const { target, key } = event;
  if (key === "Escape" && document.querySelector("dialog[open]")) return true;
  if (!(target instanceof Element)) return false;
  if (target.matches("textarea, select, [contenteditable]")) return true;
  if (target instanceof HTMLInputElement) return true;
  return key === " " && target.matches(PRESSED_BY_SPACE) && target !== clicked;
}

/** Open or closed is asked of the dialog itself: its close event comes a task after Escape. */
export function toggleDialog(dialog: HTMLDialogElement | null): void {
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

export function Keys(props: {
  actions: readonly KeyAction[];
  dialog: RefObject<HTMLDialogElement | null>;
}) {
  const { actions, dialog } = props;
  return (
    <dialog class="keys" ref={dialog} aria-labelledby="keys-title">
      <header>
        <h2 id="keys-title">Keys</h2>
        <button
          type="button"
          class="btn icon"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <KeyList actions={actions} />
    </dialog>
  );
}

export function KeyList({ actions }: { actions: readonly KeyAction[] }) {
  return (
    <dl class="key-list">
      {actions.map(({ cap, does }) => (
        <div key={cap}>
          <dt>{does}</dt>
          <dd>
            <kbd>{cap}</kbd>
          </dd>
        </div>
      ))}
    </dl>
  );
}
