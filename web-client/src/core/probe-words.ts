/** What is asked of the probe hand, in the operator's language: read large and spoken aloud. */

import type { ProbeAmount, ProbeDirection, ProbeMove } from "../net/messages.gen";
import {
  AMOUNT_WORDS,
  DIRECTION_WORDS,
  HANDLE_WORD,
  isTilt,
  MOVE_NOTES,
  MOVE_WORDS,
  type Suggestion,
} from "./probe";

export const LANGUAGES = ["en", "de", "fr", "es", "it", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The words in the drawing. ``right`` and ``left`` are the patient’s, in two words. */
export interface EndWords {
  head: string;
  feet: string;
  right: string;
  left: string;
  marker: string;
}

export interface ProbeWords {
  /** What the language calls itself. */
  name: string;
  moves: Record<ProbeMove, string>;
  directions: Record<ProbeDirection, string>;
  /** Between a tilt and its direction: which end of the probe moves. */
  handle: string;
  /** A moderate amount goes without saying. */
  amounts: Record<Exclude<ProbeAmount, "moderate">, string>;
  notes: Record<ProbeMove, string>;
  /** The move comes last, as in "Zum Marker schieben"; a tilt never does. */
  moveLast?: boolean;
  /** In the drawing: which way is which. */
  ends: EndWords;
  asks: string;
  done: string;
  cannot: string;
}

export const ENGLISH_ENDS: EndWords = {
  head: "Head",
  feet: "Feet",
  right: "Right side",
  left: "Left side",
  marker: "Marker",
};

export const PROBE_WORDS: Record<Language, ProbeWords> = {
  en: {
    name: "English",
    moves: MOVE_WORDS,
    directions: DIRECTION_WORDS,
    handle: HANDLE_WORD,
    amounts: AMOUNT_WORDS,
    notes: MOVE_NOTES,
    ends: ENGLISH_ENDS,
    asks: "asks",
    done: "Done",
    cannot: "Can’t",
  },
  de: {
    name: "Deutsch",
    moves: {
      slide: "schieben",
      rock: "kippen",
      sweep: "langsam entlangfahren",
      fan: "fächern",
      rotate: "drehen",
      compress: "drücken",
    },
    directions: {
      toward_marker: "zum Marker",
      away_from_marker: "weg vom Marker",
      toward_head: "zum Kopf des Patienten",
      toward_feet: "zu den Füßen des Patienten",
      toward_patients_right: "zur rechten Seite des Patienten",
      toward_patients_left: "zur linken Seite des Patienten",
      clockwise: "im Uhrzeigersinn",
      counterclockwise: "gegen den Uhrzeigersinn",
      more: "fester",
      less: "weniger",
    },
    handle: ": Griff",
    amounts: { a_little: "ein wenig", a_lot: "deutlich" },
    notes: {
      slide: "Den Schallkopf auf der Haut bewegen, ohne ihn zu kippen.",
      rock: "Den Auflagepunkt halten. Entlang der langen Seite kippen.",
      sweep: "Langsam über die Haut fahren, Schnitt für Schnitt.",
      fan: "Den Auflagepunkt halten. Quer zur flachen Seite neigen.",
      rotate: "Den Auflagepunkt halten. Um die eigene Achse drehen, von oben gesehen.",
      compress: "Den Druck ändern, gerade nach unten.",
    },
    moveLast: true,
    ends: {
      head: "Kopf",
      feet: "Füße",
      right: "Rechte Seite",
      left: "Linke Seite",
      marker: "Marker",
    },
    asks: "bittet",
    done: "Fertig",
    cannot: "Geht nicht",
  },
  fr: {
    name: "Français",
    moves: {
      slide: "Glissez",
      rock: "Basculez",
      sweep: "Balayez lentement",
      fan: "Inclinez en éventail",
      rotate: "Tournez",
      compress: "Appuyez",
    },
    directions: {
      toward_marker: "vers le repère",
      away_from_marker: "à l’opposé du repère",
      toward_head: "vers la tête du patient",
      toward_feet: "vers les pieds du patient",
      toward_patients_right: "vers le côté droit du patient",
      toward_patients_left: "vers le côté gauche du patient",
      clockwise: "dans le sens horaire",
      counterclockwise: "dans le sens antihoraire",
      more: "plus fort",
      less: "moins fort",
    },
    handle: "\u00a0: manche",
    amounts: { a_little: "un peu", a_lot: "beaucoup" },
    notes: {
      slide: "Déplacez la sonde sur la peau, sans l’incliner.",
      rock: "Gardez le point de contact. Basculez dans le sens de la longueur.",
      sweep: "Parcourez la peau lentement, coupe après coupe.",
      fan: "Gardez le point de contact. Inclinez en travers du côté plat.",
      rotate: "Gardez le point de contact. Tournez la sonde sur son axe, vue d’en haut.",
      compress: "Changez la pression, tout droit vers le bas.",
    },
    ends: {
      head: "Tête",
      feet: "Pieds",
      right: "Côté droit",
      left: "Côté gauche",
      marker: "Repère",
    },
    asks: "demande",
    done: "Fait",
    cannot: "Impossible",
  },
  es: {
    name: "Español",
    moves: {
      slide: "Deslice",
      rock: "Bascule",
      sweep: "Recorra despacio",
      fan: "Incline en abanico",
      rotate: "Gire",
      compress: "Presione",
    },
    directions: {
      toward_marker: "hacia el marcador",
      away_from_marker: "alejándose del marcador",
      toward_head: "hacia la cabeza del paciente",
      toward_feet: "hacia los pies del paciente",
      toward_patients_right: "hacia el lado derecho del paciente",
      toward_patients_left: "hacia el lado izquierdo del paciente",
      clockwise: "en sentido horario",
      counterclockwise: "en sentido antihorario",
      more: "más fuerte",
      less: "más suave",
    },
    handle: ": mango",
    amounts: { a_little: "un poco", a_lot: "mucho" },
    notes: {
      slide: "Mueva la sonda sobre la piel, sin inclinarla.",
      rock: "Mantenga el punto de contacto. Bascule a lo largo de la sonda.",
      sweep: "Recorra la piel despacio, corte a corte.",
      fan: "Mantenga el punto de contacto. Incline a través del lado plano.",
      rotate: "Mantenga el punto de contacto. Gire la sonda sobre su eje, vista desde arriba.",
      compress: "Cambie la presión, recto hacia abajo.",
    },
    ends: {
      head: "Cabeza",
      feet: "Pies",
      right: "Lado derecho",
      left: "Lado izquierdo",
      marker: "Marcador",
    },
    asks: "pide",
    done: "Hecho",
    cannot: "No puedo",
  },
  it: {
    name: "Italiano",
    moves: {
      slide: "Far scorrere",
      rock: "Basculare",
      sweep: "Percorrere lentamente",
      fan: "Inclinare a ventaglio",
      rotate: "Ruotare",
      compress: "Premere",
    },
    directions: {
      toward_marker: "verso il marcatore",
      away_from_marker: "in direzione opposta al marcatore",
      toward_head: "verso la testa del paziente",
      toward_feet: "verso i piedi del paziente",
      toward_patients_right: "verso il lato destro del paziente",
      toward_patients_left: "verso il lato sinistro del paziente",
      clockwise: "in senso orario",
      counterclockwise: "in senso antiorario",
      more: "più forte",
      less: "meno forte",
    },
    handle: ": impugnatura",
    amounts: { a_little: "un po’", a_lot: "molto" },
    notes: {
      slide: "Spostare la sonda sulla pelle, senza inclinarla.",
      rock: "Mantenere il punto di contatto. Basculare lungo il lato lungo.",
      sweep: "Percorrere la pelle lentamente, sezione dopo sezione.",
      fan: "Mantenere il punto di contatto. Inclinare attraverso il lato piatto.",
      rotate: "Mantenere il punto di contatto. Ruotare sul proprio asse, vista dall’alto.",
      compress: "Cambiare la pressione, diritto verso il basso.",
    },
    ends: {
      head: "Testa",
      feet: "Piedi",
      right: "Lato destro",
      left: "Lato sinistro",
      marker: "Marcatore",
    },
    asks: "chiede",
    done: "Fatto",
    cannot: "Non posso",
  },
  pt: {
    name: "Português",
    moves: {
      slide: "Deslize",
      rock: "Bascule",
      sweep: "Percorra devagar",
      fan: "Incline em leque",
      rotate: "Gire",
      compress: "Pressione",
    },
    directions: {
      toward_marker: "na direção do marcador",
      away_from_marker: "para longe do marcador",
      toward_head: "na direção da cabeça do paciente",
      toward_feet: "na direção dos pés do paciente",
      toward_patients_right: "na direção do lado direito do paciente",
      toward_patients_left: "na direção do lado esquerdo do paciente",
      clockwise: "no sentido horário",
      counterclockwise: "no sentido anti-horário",
      more: "com mais força",
      less: "com menos força",
    },
    handle: ": punho",
    amounts: { a_little: "um pouco", a_lot: "muito" },
    notes: {
      slide: "Mova a sonda sobre a pele, sem inclinar.",
      rock: "Mantenha o ponto de contacto. Bascule ao longo do lado comprido.",
      sweep: "Percorra a pele devagar, corte após corte.",
      fan: "Mantenha o ponto de contacto. Incline através do lado plano.",
      rotate: "Mantenha o ponto de contacto. Gire sobre o próprio eixo, vista de cima.",
      compress: "Mude a pressão, a direito para baixo.",
    },
    ends: {
      head: "Cabeça",
      feet: "Pés",
      right: "Lado direito",
      left: "Lado esquerdo",
      marker: "Marcador",
    },
    asks: "pede",
    done: "Feito",
    cannot: "Não consigo",
  },
};

/** The first of the browser's languages that there are words for. */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split("-")[0];
    const language = LANGUAGES.find((known) => known === base);
    if (language) return language;
  }
  return "en";
}

/** "Slide toward the patient’s head, a little"; "Zum Kopf des Patienten schieben, ein wenig". */
export function spokenWords({ move, direction, amount }: Suggestion, language: Language): string {
  const words = PROBE_WORDS[language];
  const tilt = isTilt(move);
  const parts = [words.moves[move] + (tilt ? words.handle : ""), words.directions[direction]];
  const what = (words.moveLast && !tilt ? parts.reverse() : parts).join(" ");
  const start = what.charAt(0).toUpperCase() + what.slice(1);
  return amount === "moderate" ? start : `${start}, ${words.amounts[amount]}`;
}
