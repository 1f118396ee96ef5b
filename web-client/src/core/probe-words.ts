/** What is asked of the probe hand, in the operator's language: read large and spoken aloud. */

import type { ProbeAmount, ProbeDirection, ProbeMove } from "../net/messages.gen";
import { AMOUNT_WORDS, DIRECTION_WORDS, MOVE_NOTES, MOVE_WORDS, type Suggestion } from "./probe";

export const LANGUAGES = ["en", "de", "fr", "es", "it", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface ProbeWords {
  /** What the language calls itself. */
  name: string;
  moves: Record<ProbeMove, string>;
  directions: Record<ProbeDirection, string>;
  /** A moderate amount goes without saying. */
  amounts: Record<Exclude<ProbeAmount, "moderate">, string>;
  notes: Record<ProbeMove, string>;
  /** The move comes last, as in "Zum Marker schieben". */
  moveLast?: boolean;
  /** In the drawing: which way is which. */
  ends: { head: string; feet: string; marker: string };
  asks: string;
  done: string;
  cannot: string;
}

export const PROBE_WORDS: Record<Language, ProbeWords> = {
  en: {
    name: "English",
    moves: MOVE_WORDS,
    directions: DIRECTION_WORDS,
    amounts: AMOUNT_WORDS,
    notes: MOVE_NOTES,
    ends: { head: "Head", feet: "Feet", marker: "Marker" },
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
      clockwise: "im Uhrzeigersinn",
      counterclockwise: "gegen den Uhrzeigersinn",
      more: "fester",
      less: "weniger",
    },
    amounts: { a_little: "ein wenig", a_lot: "weit" },
    notes: {
      slide: "Den Schallkopf auf der Haut bewegen, ohne ihn zu kippen.",
      rock: "Den Auflagepunkt halten. Entlang der langen Seite kippen.",
      sweep: "Langsam über die Haut fahren, Schnitt für Schnitt.",
      fan: "Den Auflagepunkt halten. Quer zur flachen Seite neigen.",
      rotate: "Den Auflagepunkt halten. Um die eigene Achse drehen, von oben gesehen.",
      compress: "Den Druck ändern, gerade nach unten.",
    },
    moveLast: true,
    ends: { head: "Kopf", feet: "Füße", marker: "Marker" },
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
      clockwise: "dans le sens horaire",
      counterclockwise: "dans le sens antihoraire",
      more: "plus fort",
      less: "moins fort",
    },
    amounts: { a_little: "un peu", a_lot: "beaucoup" },
    notes: {
      slide: "Déplacez la sonde sur la peau, sans l’incliner.",
      rock: "Gardez le point de contact. Basculez dans le sens de la longueur.",
      sweep: "Parcourez la peau lentement, coupe après coupe.",
      fan: "Gardez le point de contact. Inclinez en travers du côté plat.",
      rotate: "Gardez le point de contact. Tournez la sonde sur son axe, vue d’en haut.",
      compress: "Changez la pression, tout droit vers le bas.",
    },
    ends: { head: "Tête", feet: "Pieds", marker: "Repère" },
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
      clockwise: "en sentido horario",
      counterclockwise: "en sentido antihorario",
      more: "más fuerte",
      less: "más suave",
    },
    amounts: { a_little: "un poco", a_lot: "mucho" },
    notes: {
      slide: "Mueva la sonda sobre la piel, sin inclinarla.",
      rock: "Mantenga el punto de contacto. Bascule a lo largo de la sonda.",
      sweep: "Recorra la piel despacio, corte a corte.",
      fan: "Mantenga el punto de contacto. Incline a través del lado plano.",
      rotate: "Mantenga el punto de contacto. Gire la sonda sobre su eje, vista desde arriba.",
      compress: "Cambie la presión, recto hacia abajo.",
    },
    ends: { head: "Cabeza", feet: "Pies", marker: "Marcador" },
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
      clockwise: "in senso orario",
      counterclockwise: "in senso antiorario",
      more: "più forte",
      less: "meno forte",
    },
    amounts: { a_little: "un po’", a_lot: "molto" },
    notes: {
      slide: "Spostare la sonda sulla pelle, senza inclinarla.",
      rock: "Mantenere il punto di contatto. Basculare lungo il lato lungo.",
      sweep: "Percorrere la pelle lentamente, sezione dopo sezione.",
      fan: "Mantenere il punto di contatto. Inclinare attraverso il lato piatto.",
      rotate: "Mantenere il punto di contatto. Ruotare sul proprio asse, vista dall’alto.",
      compress: "Cambiare la pressione, diritto verso il basso.",
    },
    ends: { head: "Testa", feet: "Piedi", marker: "Marcatore" },
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
      clockwise: "no sentido horário",
      counterclockwise: "no sentido anti-horário",
      more: "com mais força",
      less: "com menos força",
    },
    amounts: { a_little: "um pouco", a_lot: "muito" },
    notes: {
      slide: "Mova a sonda sobre a pele, sem inclinar.",
      rock: "Mantenha o ponto de contacto. Bascule ao longo do lado comprido.",
      sweep: "Percorra a pele devagar, corte após corte.",
      fan: "Mantenha o ponto de contacto. Incline através do lado plano.",
      rotate: "Mantenha o ponto de contacto. Gire sobre o próprio eixo, vista de cima.",
      compress: "Mude a pressão, a direito para baixo.",
    },
    ends: { head: "Cabeça", feet: "Pés", marker: "Marcador" },
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
  const parts = [words.moves[move], words.directions[direction]];
  const what = (words.moveLast ? parts.reverse() : parts).join(" ");
  const start = what.charAt(0).toUpperCase() + what.slice(1);
  return amount === "moderate" ? start : `${start}, ${words.amounts[amount]}`;
}
