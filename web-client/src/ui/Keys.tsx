import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
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

export function Keys(props: { actions: readonly KeyAction[]; open: boolean; onClose: () => void }) {
  const { actions, open, onClose } = props;
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) ref.current?.showModal();
    else ref.current?.close();
  }, [open]);
  return (
    <dialog class="keys" ref={ref} onClose={onClose} aria-labelledby="keys-title">
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="btn icon" aria-label="Close" onClick={onClose}>
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
