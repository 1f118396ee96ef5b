/** What is heard on this page: the others' voices, and the scanner's sound if it is wanted. */

import { signal } from "@preact/signals";
import type { ClientMessage } from "./messages.gen";
import { remember, remembered } from "./preferences";

type Output = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

const TONE_HZ = [523, 784];
const TONE_S = 0.35;
const TONE_GAIN = 0.25;

export function canChooseOutput(): boolean {
  return typeof HTMLAudioElement !== "undefined" && "setSinkId" in HTMLAudioElement.prototype;
}

export class Sound {
  /** The browser wants a tap before it plays. */
  readonly blocked = signal(false);
  readonly outputId = signal(remembered("speaker") ?? "");
  readonly scannerOn = signal(false);
  /** 0 to 1. */
  readonly scannerVolume = signal(Number(remembered("scanner-volume") ?? 0.8));

  readonly #send: (message: ClientMessage) => boolean;
  /** One element a lane: a lane's track never changes, whoever speaks in it. */
  readonly #voices = new Map<string, Output>();
  #scanner: Output | undefined;
  #waitsForTap = false;

  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Plays these and nothing else. */
  playVoices(tracks: readonly MediaStreamTrack[]): void {
    const wanted = new Set(tracks.map(({ id }) => id));
    for (const [id, output] of this.#voices) {
      if (wanted.has(id)) continue;
      silence(output);
      this.#voices.delete(id);
    }
    for (const track of tracks) {
      if (!this.#voices.has(track.id)) this.#voices.set(track.id, this.#play(track));
    }
  }

  playScanner(track: MediaStreamTrack | undefined): void {
    if (this.#scanner) silence(this.#scanner);
    this.#scanner = track && this.#play(track);
    this.#setVolume();
  }

  wantScanner(on: boolean): void {
    this.scannerOn.value = on;
    this.#setVolume();
    this.#send({ type: "audio.want", on });
  }

  setScannerVolume(volume: number): void {
    this.scannerVolume.value = volume;
    remember("scanner-volume", String(volume));
    this.#setVolume();
  }

  /** After each ``welcome``. Off is what the room supposes. */
  tell(): void {
    if (this.scannerOn.value) this.#send({ type: "audio.want", on: true });
  }

  /** From a tap. */
  unblock(): void {
    this.blocked.value = false;
    for (const output of this.#outputs()) void this.#start(output);
  }

  choose(outputId: string): void {
    this.outputId.value = outputId;
    remember("speaker", outputId);
    for (const output of this.#outputs()) void this.#route(output);
  }

  /** Two notes, the way the voices go. */
  async playTest(): Promise<void> {
    const context = new AudioContext();
    const target = context.createMediaStreamDestination();
    const output = new Audio() as Output;
    output.srcObject = target.stream;
    await this.#route(output);
    await output.play();
    await Promise.all(TONE_HZ.map((hz, index) => note(context, target, hz, index * TONE_S)));
    silence(output);
    await context.close();
  }

  #outputs(): Output[] {
    return [...this.#voices.values(), ...(this.#scanner ? [this.#scanner] : [])];
  }

  #play(track: MediaStreamTrack): Output {
    const output = new Audio() as Output;
    output.srcObject = new MediaStream([track]);
    void this.#route(output);
    void this.#start(output);
    return output;
  }

  async #start(output: Output): Promise<void> {
    try {
      await output.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      this.blocked.value = true;
      this.#unblockWithAnyTap();
    }
  }

  async #route(output: Output): Promise<void> {
    try {
      await output.setSinkId?.(this.outputId.value);
    } catch {
      // It was unplugged: the system's own choice goes on.
    }
  }

  /** Whatever the person does next on the page will do. */
  #unblockWithAnyTap(): void {
    if (this.#waitsForTap) return;
    this.#waitsForTap = true;
    const tapped = () => {
      this.#waitsForTap = false;
      for (const kind of GESTURES) removeEventListener(kind, tapped);
      this.unblock();
    };
    for (const kind of GESTURES) addEventListener(kind, tapped);
  }

  #setVolume(): void {
    if (!this.#scanner) return;
    this.#scanner.muted = !this.scannerOn.value;
    this.#scanner.volume = this.scannerVolume.value;
  }
}

const GESTURES = ["pointerup", "keydown"] as const;

function silence(output: Output): void {
  output.pause();
  output.srcObject = null;
}

function note(context: AudioContext, target: AudioNode, hz: number, afterS: number): Promise<void> {
  const oscillator = new OscillatorNode(context, { frequency: hz });
  const gain = new GainNode(context, { gain: 0 });
  const startS = context.currentTime + afterS;
  gain.gain.setValueAtTime(TONE_GAIN, startS);
  gain.gain.exponentialRampToValueAtTime(0.001, startS + TONE_S);
  oscillator.connect(gain).connect(target);
  oscillator.start(startS);
  oscillator.stop(startS + TONE_S);
  return new Promise((resolve) => {
    oscillator.onended = () => resolve();
  });
}
