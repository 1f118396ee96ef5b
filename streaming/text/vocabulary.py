"""Words a scanner writes into its own picture: only a text wholly made of them is left standing.

Strict on purpose, since what is left here is seen by everybody: a box is left only when it was
read surely and every word of it is known. A long word may have one letter wrong, as readers do.
Nothing that is also a common name is in the list. A number is left alone, never two in a row, and
with three digits before its point at most: a record number or a date of birth has more, and its
pieces keep their leading zeros or signs.
"""

import re
from itertools import pairwise

MIN_CONFIDENCE = 0.8
FUZZY_FROM = 6
"""Letters. Shorter words are told apart by a single one: PLAX and PSAX, MI and ML."""

UNITS = frozenset(
    ["cm", "mm", "ml", "m/s", "cm/s", "cm2", "hz", "khz", "mhz", "db", "bpm", "fps", "ms", "s", "%"]
)
_VIEWS = "plax psax pla psa lax sax a2c a3c a4c a5c ap2 ap3 ap4 ap5 subcostal suprasternal apical"
_INDICES = "mi ti tis tib tic"
_MODES = "2d 3d m-mode b-mode cfi cpd pwd cwd pw cw hgen hpen hres harm thi doppler colour color"
_SETTINGS = "gn dr fr frq freq gain depth dyn rej pers fps map zoom freeze wf prf crd abd obst msk"
_MEASURES = "vmax vmin vmean pgmax pgmean vti lvidd lvids ivsd lvpwd ef fs tapse mapse dist diam"
_VALUES = "mmhg loop cine frame"
WORDS = frozenset(" ".join([_VIEWS, _INDICES, _MODES, _SETTINGS, _MEASURES, _VALUES]).split()) | (
    UNITS - {"s", "%"}
)

_NUMBER = r"(?:0|[1-9]\d{0,2})(?:\.\d{1,2})?"
_MEASURE = re.compile(rf"([+-]?{_NUMBER})({'|'.join(sorted(map(re.escape, UNITS), key=len))})?")
_BARE_NUMBER = re.compile(_NUMBER)
_INDEX = re.compile(rf"(?:mi|tis|tib|tic)[:<=]?{_NUMBER}")


def is_scanner_text(text: str, confidence: float) -> bool:
    """``confidence`` (0..1) is that of the least sure letter; a failed read is never left."""
    words = text.lower().split()
    if not words or confidence < MIN_CONFIDENCE or not all(map(_is_known, words)):
        return False
    bare = [_BARE_NUMBER.fullmatch(word) is not None for word in words]
    return not any(one and other for one, other in pairwise(bare))


def _is_known(word: str) -> bool:
    bare = word.strip("+:,;=")
    if bare in WORDS or _MEASURE.fullmatch(bare) or _INDEX.fullmatch(bare):
        return True
    return len(bare) >= FUZZY_FROM and any(_one_letter_apart(bare, known) for known in WORDS)


def _one_letter_apart(word: str, known: str) -> bool:
    """One letter replaced, added or left out."""
    if len(known) < FUZZY_FROM or abs(len(word) - len(known)) > 1:
        return False
    same = 0
    while same < min(len(word), len(known)) and word[same] == known[same]:
        same += 1
    rest, known_rest = word[same:], known[same:]
    return rest[1:] == known_rest[1:] or rest[1:] == known_rest or rest == known_rest[1:]
