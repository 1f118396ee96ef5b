/** Tells of every frame a <video> puts on the screen. */

export interface PresentedFrame {
  /** When the browser expects it to be visible, page time, ms. */
  atMs: number;
  /** Frames presented since the last call (the page may have missed some). */
  presented: number;
  rtpTimestamp: number | undefined;
}

/** Returns a function that stops watching. Without the browser's callback nothing is told. */
export function watchFrames(
  video: HTMLVideoElement,
  onFrame: (frame: PresentedFrame) => void,
): () => void {
  if (!("requestVideoFrameCallback" in video)) return () => {};
  let handle = 0;
  let presentedBefore: number | undefined;
  const next = (_nowMs: number, metadata: VideoFrameCallbackMetadata) => {
    const presented = metadata.presentedFrames - (presentedBefore ?? metadata.presentedFrames - 1);
    presentedBefore = metadata.presentedFrames;
    onFrame({
      atMs: metadata.expectedDisplayTime,
      presented: Math.max(1, presented),
      rtpTimestamp: metadata.rtpTimestamp,
    });
    handle = video.requestVideoFrameCallback(next);
  };
  handle = video.requestVideoFrameCallback(next);
  return () => video.cancelVideoFrameCallback(handle);
}
