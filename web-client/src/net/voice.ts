/** One's own voice: the microphone, muted or not, and what the room is told of it. */

import { computed, signal } from "@preact/signals";
import { HeardWatch, isSpeech } from "../core/level";
import { LocalDevice } from "./local-device";
import type { ClientMessage } from "./messages.gen";
import { Meter } from "./meter";
import { keepTabState, remember, remembered, tabState } from "./preferences";

export interface VoiceSeams {
  send: (message: ClientMessage) => boolean;
  /** What goes up on the peer connection from now on. */
  attach: (track: MediaStreamTrack | undefined) => void;
}

const TAB_STATE = "voice";
const DEFAULT_TALK_KEY = "t";
/** Somebody who speaks into a muted microphone is told so for this long. */
const UNHEARD_MS = 3_000;

export class Voice {
  readonly muted = signal(false);
  /** The talk key is down. */
  readonly held = signal(false);
  /** Loud and long enough, since the microphone was opened, to be heard by others. */
  readonly proven = signal(false);
  /** Speaks, and nobody hears it, because the microphone is muted. */
  readonly unheard = signal(false);
  readonly talkKey = signal(remembered("talk-key") ?? DEFAULT_TALK_KEY);
  readonly deviceId = signal(remembered("microphone") ?? "");
  readonly meter = new Meter((level, elapsedMs) => this.#measured(level, elapsedMs));
  readonly device: LocalDevice;

  readonly heard = computed(
    () => this.device.phase.value === "open" && (!this.muted.value || this.held.value),
  );
  /** In one word, for buttons. */
  readonly state = computed(() => {
    const phase = this.device.phase.value;
    if (phase !== "open") return phase;
    return this.heard.value ? "on" : "muted";
  });

  readonly #seams: VoiceSeams;
  readonly #watch = new HeardWatch();
  #unheardUntilMs = 0;
  #told = "";

  constructor(seams: VoiceSeams) {
    this.#seams = seams;
    this.device = new LocalDevice({
      kind: "audio",
      constraints: () => voiceConstraints(this.deviceId.value),
      onTrack: (track) => this.#took(track),
    });
    this.heard.subscribe(() => this.#changed());
    this.device.phase.subscribe(() => this.#changed());
  }

  /** From a tap, where the browser wants one. */
  open(): void {
    void this.device.open();
  }

  /** As it was before a reload or a rest: who was heard needn't find the button again. */
  resume(): void {
    const before = tabState(TAB_STATE);
    if (before === undefined || this.device.phase.value !== "off") return;
    this.muted.value = before === "muted";
    this.open();
  }

  /** Takes nothing until `resume`. */
  rest(): void {
    this.device.close();
  }

  close(): void {
    keepTabState(TAB_STATE, "");
    this.device.close();
  }

  /** Opens what is off, tries again what failed, and mutes or unmutes what is open. */
  toggle(): void {
    if (this.device.phase.value === "open") this.mute(!this.muted.value);
    else this.open();
  }

  mute(muted: boolean): void {
    this.muted.value = muted;
    this.held.value = false;
    if (!muted) this.unheard.value = false;
  }

  /** Push-to-talk: heard while the key is down, muted after. Opens a microphone that is off. */
  hold(down: boolean): void {
    const phase = this.device.phase.value;
    const possible = phase === "open" || phase === "asking" || (phase === "off" && down);
    if (down === this.held.value || !possible) return;
    this.muted.value = true;
    this.held.value = down;
    this.unheard.value = false;
    if (phase === "off") this.open();
  }

  choose(deviceId: string): void {
    this.deviceId.value = deviceId;
    remember("microphone", deviceId);
    if (this.device.phase.value !== "off") this.open();
  }

  chooseTalkKey(key: string): void {
    this.talkKey.value = key;
    remember("talk-key", key);
  }

  /** After each ``welcome``: the room may have forgotten, or remember another page's microphone. */
  tell(): void {
    this.#told = "";
    this.#changed();
  }

  #took(track: MediaStreamTrack | undefined): void {
    this.#watch.reset();
    this.proven.value = false;
    if (track) track.enabled = this.heard.value;
    this.meter.read(track);
    this.#seams.attach(track);
  }

  #changed(): void {
    const heard = this.heard.value;
    const microphone = this.device.phase.value === "open";
    const track = this.device.track.value;
    if (track) track.enabled = heard;
    if (microphone) keepTabState(TAB_STATE, this.muted.value ? "muted" : "on");
    const news = `${microphone} ${heard}`;
    if (news === this.#told) return;
    if (this.#seams.send({ type: "voice.state", microphone, muted: !heard })) this.#told = news;
  }

  #measured(level: number, elapsedMs: number): void {
    const nowMs = performance.now();
    if (this.#watch.add(level, elapsedMs)) this.proven.value = true;
    const unheard = isSpeech(level) && !this.heard.value;
    if (unheard) this.#unheardUntilMs = nowMs + UNHEARD_MS;
    this.unheard.value = !this.heard.value && nowMs < this.#unheardUntilMs;
  }
}

/** Echo, noise and level are looked after by the browser; a scanner's sound never comes this way. */
function voiceConstraints(deviceId: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(deviceId && { deviceId: { ideal: deviceId } }),
  };
}
