import { useEffect, useRef } from "preact/hooks";
import type { Room } from "../net/room";
import { watchFrames } from "../net/watch";

/** The one scanner picture of a page. */
export function Video({ room }: { room: Room }) {
  const ref = useRef<HTMLVideoElement>(null);
  const stream = room.media.stream.value;

  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    room.video.value = video;
    return watchFrames(video, (frame) => room.presented(frame));
  }, [room]);

  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = stream ?? null;
    if (stream) void play(video, room);
  }, [room, stream]);

  return (
    <video
      ref={ref}
      data-testid="scanner-video"
      aria-label="Scanner picture"
      autoplay
      muted
      playsInline
      disablePictureInPicture
      onPlaying={() => {
        room.playBlocked.value = false;
      }}
    />
  );
}

/** Plays after a tap when the browser refused to by itself. */
export function playAfterTap(room: Room): void {
  const video = document.querySelector<HTMLVideoElement>('[data-testid="scanner-video"]');
  if (video) void play(video, room);
}

async function play(video: HTMLVideoElement, room: Room): Promise<void> {
  try {
    await video.play();
    room.playBlocked.value = false;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError") room.playBlocked.value = true;
  }
}
