import { useCallback, useState } from "preact/hooks";
import type { Room } from "../../net/room";
import { FreezeBig, MarkBig } from "../board/CartButtons";
import { Consent } from "../Consent";
import { EndButton, Ending } from "../EndButton";
import { Sheet } from "../Sheet";
import { VoiceButton } from "../VoiceButton";
import { BigButton } from "./BigButton";

/** The five buttons: mute, freeze, consent, mark, end. */
export function Foot({ room }: { room: Room }) {
  const [ending, setEnding] = useState(false);
  const [consent, setConsent] = useState(false);
  const end = useCallback(() => {
    setEnding(false);
    room.end();
  }, [room]);
  const ready = room.link.value.kind === "open";
  const keepsStills = room.consult.log.value?.consent != null;
  if (ending) return <Ending {...{ keepsStills, onEnd: end }} onKeep={() => setEnding(false)} />;
  return (
    <>
      <VoiceButton room={room} big />
      <FreezeBig room={room} />
      <BigButton icon="consent" disabled={!ready} onClick={() => setConsent(true)}>
        Consent
      </BigButton>
      <MarkBig room={room} />
      <EndButton disabled={!ready} onEnd={() => setEnding(true)} />
      {consent && (
        <Sheet title="Keep frozen pictures" onClose={() => setConsent(false)}>
          <Consent room={room} />
        </Sheet>
      )}
    </>
  );
}
