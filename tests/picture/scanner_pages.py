"""What a scanner may show instead of its live picture, and what it shows beside it.

Drawn over a vendor's own screen, with its proportions: pages that name patients, and the tour of
settings during which the picture stays what it was.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Page = Callable[[Luma], Luma]

NAMES = ("OKAFOR, ADA", "MUELLER, JONAS", "ITO, HARUKA", "DA SILVA, BEATRIZ", "NGUYEN, THI MAI")


def write(screen: Luma, text: str, x: float, y: float, ink: int = 210, scale: float = 1.0) -> None:
    """``x``, ``y`` as shares of the screen; ``scale`` 1 is a line of 26 pixels of 720."""
    height, width = screen.shape
    size = 0.6 * scale * height / 720
    at = (round(x * width), round(y * height))
    cv2.putText(screen, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, max(1, round(1.6 * size)))


def worklist(paper: int, ink: int) -> Page:
    """A table over the whole screen, in dark or light."""

    def page(screen: Luma) -> Luma:
        drawn = np.full_like(screen, paper)
        height, width = drawn.shape
        drawn[: height // 14] = (paper + ink) // 2
        write(drawn, "WORKLIST   2026-11-24", 0.02, 0.05, paper)
        for row in range(16):
            name = NAMES[row % len(NAMES)]
            line = f"{name:22} 19{40 + row}-0{1 + row % 9}-14  ID {40_771 + 13 * row}  ECHO  ROOM 2"
            write(drawn, line, 0.03, 0.13 + 0.05 * row, ink)
            y = round((0.145 + 0.05 * row) * height)
            cv2.line(drawn, (0, y), (width, y), (paper + ink) // 2, 1)
        return drawn

    return page


def patient(paper: int, ink: int) -> Page:
    """A form; the header stays as it is."""

    def page(screen: Luma) -> Luma:
        drawn = screen.copy()
        height, width = drawn.shape
        top = height // 10
        drawn[top:] = paper
        fields = ("Last name OKAFOR", "First name ADA", "Born 1961-03-14", "ID 40771-B", "Sex F")
        for row, field in enumerate((*fields, "Accession 8812", "Physician DR. ITO")):
            y = 0.2 + 0.09 * row
            box = (round(0.3 * width), round((y - 0.045) * height), width // 2, height // 17)
            cv2.rectangle(drawn, box, ink // 3 + paper // 2, cv2.FILLED)
            write(drawn, field, 0.08, y, ink, 1.2)
        for column in range(4):
            box = (
                round((0.06 + 0.23 * column) * width),
                round(0.9 * height),
                width // 5,
                height // 14,
            )
            cv2.rectangle(drawn, box, 110, cv2.FILLED)
            write(drawn, ("OK", "CANCEL", "WORKLIST", "NEW")[column], 0.1 + 0.23 * column, 0.95)
        return drawn

    return page


def review(screen: Luma) -> Luma:
    """Thumbnails of a study, each with its own text."""
    height, width = screen.shape
    drawn = np.full_like(screen, 34)
    small = cv2.resize(screen, (width // 4 - 8, height // 4 - 8), interpolation=cv2.INTER_AREA)
    for row in range(3):
        for column in range(4):
            y, x = round((0.12 + 0.28 * row) * height), column * width // 4 + 4
            drawn[y : y + small.shape[0], x : x + small.shape[1]] = small
    write(drawn, "REVIEW  OKAFOR, ADA  40771-B", 0.02, 0.07)
    return drawn


def split(screen: Luma) -> Luma:
    """The live screen at half its width beside an earlier study."""
    height, width = screen.shape
    drawn = np.full_like(screen, 16)
    half = cv2.resize(screen, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    drawn[height // 4 : height // 4 + half.shape[0], : width // 2] = half
    drawn[height // 4 : height // 4 + half.shape[0], width // 2 : width // 2 * 2] = half
    write(drawn, "2025-02-03  MUELLER, JONAS   2026-11-24", 0.1, 0.2)
    return drawn


PAGES: dict[str, Page] = {
    "dark worklist": worklist(22, 200),
    "black worklist": worklist(16, 200),
    "light worklist": worklist(220, 30),
    "dark patient page": patient(40, 210),
    "black patient page": patient(16, 210),
    "light patient page": patient(205, 25),
    "review page": review,
    "split screen": split,
}


# ---- the tour --------------------------------------------------------------------------------


def new_patient(screen: Luma) -> Luma:
    """Another name and number in the top corners, where the old ones were."""
    drawn = screen.copy()
    band = int(np.median(screen[: max(2, screen.shape[0] // 40)]))
    height, width = drawn.shape
    drawn[round(0.02 * height) : round(0.05 * height), round(0.15 * width) : round(0.5 * width)] = (
        band
    )
    write(drawn, "DA SILVA, BEATRIZ 55-1", 0.16, 0.048, 210, 0.9)
    return drawn


def tour(screen: Luma, region: npt.NDArray[np.bool_], seed: int) -> dict[str, Luma]:
    """The screen after other settings; ``region`` is where the picture is."""
    rng = np.random.default_rng(seed)
    height, width = screen.shape
    y0, x0 = (int(axis.min()) for axis in np.nonzero(region))
    y1, x1 = (int(axis.max()) for axis in np.nonzero(region))
    speckle = cv2.GaussianBlur(rng.rayleigh(40, screen.shape), (0, 0), 1.2)
    noise = np.clip(16 + speckle, 16, 235).astype(np.uint8)
    stops = {"same": screen.copy(), "new patient": new_patient(screen)}
    stops["low gain"] = np.where(region, 16 + (screen.astype(int) - 16) // 4, screen)
    stops["high gain"] = np.where(region, np.clip(screen.astype(int) * 3, 16, 235), screen)
    shallow = np.zeros_like(region)
    shallow[: (y0 + y1) // 2] = region[: (y0 + y1) // 2]
    stops["depth"] = np.where(region & ~shallow, 16, np.where(region, noise, screen))
    write(stops["depth"], "DEPTH 8 cm", x1 / width * 0.9, min(0.97, y1 / height), 200, 0.8)
    colour = np.where(region, noise, screen)
    bar = (min(width - 20, x1 + 6), y0, 16, (y1 - y0) // 3)
    cv2.rectangle(colour, bar, 150, cv2.FILLED)
    for line, text in enumerate(("CF", "61%", "2.0 MHz", "WF High", "Med")):
        write(colour, text, 0.012, 0.5 + 0.036 * line, 190, 0.8)
    stops["colour"] = colour
    strip = screen.copy()
    middle = (y0 + y1) // 2
    strip[y0:y1, x0:x1][~region[y0:y1, x0:x1]] = screen[y0:y1, x0:x1][~region[y0:y1, x0:x1]]
    strip[middle:y1, x0:x1] = noise[middle:y1, x0:x1]
    stops["M-mode"] = strip
    dual = np.where(region, 16, screen)
    box = region[y0:y1, x0:x1].astype(np.uint8)
    wide = (round(min(x1 - x0, 0.42 * width)), round((y1 - y0) * 0.7))
    shape = cv2.resize(box, wide, interpolation=cv2.INTER_NEAREST).astype(bool)
    for left in (x0 + (x1 - x0) // 2 - wide[0], x0 + (x1 - x0) // 2):
        part = slice(max(0, left), max(0, left) + wide[0])
        target = dual[y0 : y0 + wide[1], part]
        fits = shape[:, : target.shape[1]]
        target[fits] = noise[y0 : y0 + wide[1], part][fits]
    stops["dual"] = dual
    frozen = screen.copy()
    write(frozen, "FREEZE", 0.02, 0.97, 200, 0.8)
    stops["freeze"] = frozen
    preset = screen.copy()
    for line, text in enumerate(("Abdomen", "C5-1", "31Hz", "12cm")):
        write(preset, text, 0.012, 0.12 + 0.036 * line, 190, 0.9)
    stops["preset"] = preset
    return {name: np.asarray(stop, np.uint8) for name, stop in stops.items()}


TOUR = (
    *("same", "new patient", "low gain", "high gain", "depth", "colour", "M-mode", "dual"),
    *("freeze", "preset"),
)
