/** What a seat says, films and hears, beside the scanner's picture. */

import { computed, effect, signal } from "@preact/signals";
import { secondPicture } from "../core/view";
import { Film } from "./film";
import type { Media } from "./media";
import type { ClientMessage, Role, ServerMessage, WelcomeMessage } from "./messages.gen";
import { Sound } from "./sound";
import { Voice } from "./voice";

export interface SensesSeams {
  role: Role;
  media: Media;
  send: (message: ClientMessage) => boolean;
  /** Somebody muted this seat. */
  onMuted: (by: string) => void;
}

const SPEAKERS: readonly Role[] = ["operator", "expert"];
const FILMERS: readonly Role[] = ["operator", "camera"];

export class Senses {
  readonly voice: Voice;
  readonly film: Film;
  readonly sound: Sound;
  /** Observers listen, and a camera is no person: neither ever opens a microphone. */
  readonly maySpeak: boolean;
  readonly mayFilm: boolean;
  /** Seat ids: who speaks now, the one who began last at the end. */
  readonly speaking = signal<readonly string[]>([]);
  /** Seat ids in lane order, empty for a free lane. */
  readonly lanes = signal<readonly string[]>([]);
  /** The seat whose camera is the room's second view; empty: nobody's. */
  readonly filming = signal("");
  readonly #me = signal<string | undefined>(undefined);

  readonly second = computed(() =>
    secondPicture({
      by: this.filming.value,
      me: this.#me.value,
      ownTrack: this.film.preview.value !== undefined,
      received: this.#media.cameraStream.value !== undefined,
    }),
  );
  readonly secondStream = computed(() =>
    this.second.value.own ? this.film.preview.value : this.#media.cameraStream.value,
  );

  readonly #media: Media;
  readonly #onMuted: (by: string) => void;

  constructor({ role, media, send, onMuted }: SensesSeams) {
    this.#media = media;
    this.#onMuted = onMuted;
    this.maySpeak = SPEAKERS.includes(role);
    this.mayFilm = FILMERS.includes(role);
    const allowed = (may: boolean) => (message: ClientMessage) => may && send(message);
    this.voice = new Voice({
      send: allowed(this.maySpeak),
      attach: (track) => media.put("voice", track),
    });
    this.film = new Film({
      send: allowed(this.mayFilm),
      attach: (track) => media.put("film", track),
    });
    this.sound = new Sound(allowed(role !== "camera"));
    effect(() => this.sound.playVoices(media.voices.value));
    effect(() => this.sound.playScanner(media.doppler.value));
  }

  receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcomed(message);
        return;
      case "session.state":
        this.#session(message.state === "ended");
        return;
      case "voice.lanes":
        this.lanes.value = message.lanes;
        return;
      case "voice.speaking":
        this.speaking.value = message.participants;
        return;
      case "voice.muted":
        this.voice.mute(true);
        this.#onMuted(message.by);
        return;
      case "camera.now":
        this.filming.value = message.participant;
        return;
    }
  }

  /** The session ended, or another tab has the seat: nothing is taken from here. */
  rest(): void {
    this.voice.rest();
    this.film.stop();
  }

  #welcomed(message: WelcomeMessage): void {
    this.#me.value = message.participant;
    if (!message.admitted) return;
    this.voice.tell();
    this.film.tell();
    this.sound.tell();
  }

  /** Also after a reload or an end: who was heard before is heard again. */
  #session(ended: boolean): void {
    if (!ended && this.maySpeak) this.voice.resume();
    if (!ended) return;
    this.speaking.value = [];
    this.filming.value = "";
    this.rest();
  }
}
