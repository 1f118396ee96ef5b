import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons";

const GRACE_S = 5;

export function EndButton({ disabled, onEnd }: { disabled: boolean; onEnd: () => void }) {
  return (
    <button type="button" class="big end" disabled={disabled} onClick={onEnd}>
      <Icon name="end" size={32} />
      End
    </button>
  );
}

/** The session ends in five seconds by itself; until then one tap takes it back. */
export function Ending(props: { keepsStills: boolean; onKeep: () => void; onEnd: () => void }) {
  const { keepsStills, onKeep, onEnd } = props;
  const [leftS, setLeftS] = useState(GRACE_S);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (leftS > 1) setLeftS(leftS - 1);
      else onEnd();
    }, 1_000);
    return () => clearTimeout(timer);
  }, [leftS, onEnd]);

  return (
    <div class="ending" role="alertdialog" aria-label="The session is about to end">
      <p>
        Ending in <span class="num">{leftS}</span> s
        <small>
          Nobody will see the picture any more.
          {keepsStills && " After that the consent can’t be withdrawn here."}
        </small>
      </p>
      <button type="button" class="btn" onClick={onKeep} ref={focus}>
        <Icon name="undo" />
        Keep going
      </button>
      <button type="button" class="btn danger" onClick={onEnd}>
        End now
      </button>
    </div>
  );
}

function focus(button: HTMLButtonElement | null): void {
  button?.focus();
}
