import type { Room } from "../../net/room";
import { ScaleHint } from "./BoardTools";
import { deskOf } from "./desk";
import { FreezeRibbon, FrozenPicture } from "./Frozen";
import { LabelDoubt } from "./LabelDoubt";
import { Overlay } from "./Overlay";

/** All that lies over the scanner's picture: the `overlay` of a `Stage`. */
export function Board({ room }: { room: Room }) {
  const desk = deskOf(room);
  return (
    <>
      <FrozenPicture freezing={desk.freezing} />
      <Overlay desk={desk} />
      <FreezeRibbon room={room} />
      <ScaleHint desk={desk} />
      <LabelDoubt room={room} />
    </>
  );
}
