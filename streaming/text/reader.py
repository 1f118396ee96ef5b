"""What a box of text says: the PP-OCR recognition network, letter by letter.

The network gives one distribution over letters per column of the picture, and a blank between
letters. Source: Graves et al. 2006, "Connectionist Temporal Classification", section 3.2 (best
path). What was read stays in memory only as long as it takes to look it up.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from streaming.text.detector import Picture
from streaming.text.models import RECOGNITION, open_model

HEIGHT_PX = 48
MAX_WIDTH_PX = 960
_BLANK = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """``confidence`` (0..1) is that of the least sure letter."""

    text: str
    confidence: float


class Reader:
    """Not thread-safe. About 30 ms for a word on one core."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._session = open_model(RECOGNITION)
        self._input = self._session.get_inputs()[0].name
        letters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]

    def read(self, crop: Picture) -> Reading:
        """``crop`` holds one line of text, upright."""
        height, width = crop.shape[:2]
        wide = min(MAX_WIDTH_PX, max(HEIGHT_PX, round(width * HEIGHT_PX / height)))
        line = cv2.resize(crop, (wide, HEIGHT_PX))
        colours = line if line.ndim == 3 else cv2.merge([line, line, line])
        tensor = np.asarray(colours).transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1.0
        (answer,) = self._session.run(None, {self._input: tensor})
        return self._best_path(np.asarray(answer[0], np.float32))

    def _best_path(self, columns: npt.NDArray[np.float32]) -> Reading:
        best = columns.argmax(axis=1)
        begins = np.concatenate([[True], best[1:] != best[:-1]]) & (best != _BLANK)
        sure = columns.max(axis=1)[begins]
        text = "".join(self._letters[index] for index in best[begins])
        return Reading(text, float(sure.min()) if sure.size else 0.0)
