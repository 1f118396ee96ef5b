import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { Icon } from "./icons";

export interface KeyAction {
  key: string;
  /** As printed on the key cap. */
  cap: string;
  does: string;
  run: () => void;
}

/**
 * Runs the action of a key, unless it is meant for a field or comes with a modifier. Listens from
 * the moment the page is there: an effect after the paint would miss an early key.
 */
export function useKeys(actions: readonly KeyAction[]): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof HTMLInputElement) return;
      const action = actions.find(({ key }) => key === event.key.toLowerCase());
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [actions]);
}

/** Open or closed is asked of the dialog itself: its close event comes a task after Escape. */
export function toggleDialog(dialog: HTMLDialogElement | null): void {
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

export function Keys(props: {
  actions: readonly KeyAction[];
  dialog: RefObject<HTMLDialogElement>;
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
      <dl>
        {actions.map(({ cap, does }) => (
          <div key={cap}>
            <dt>{does}</dt>
            <dd>
              <kbd>{cap}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
