import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";

export interface SheetProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A dialog over the page, open for as long as it is rendered: a card, on a phone from below. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog class="sheet" ref={dialog} aria-labelledby={id} onCancel={onClose}>
      <div class="head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="btn icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="content">{children}</div>
    </dialog>
  );
}
