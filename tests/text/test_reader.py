import numpy as np

from streaming.text.reader import Reader
from tests.text.clips import HEIGHT, WIDTH, write


def test_a_clear_word_is_read_surely(reader: Reader) -> None:
    picture = write(np.full((HEIGHT, WIDTH), 16, np.uint8), "Vmax 1.2 m/s")
    reading = reader.read(picture[216:250, 195:370])
    assert reading.text.replace(" ", "") == "Vmax1.2m/s"
    assert reading.confidence > 0.5


def test_nothing_to_read_is_not_sure(reader: Reader) -> None:
    reading = reader.read(np.full((30, 60), 16, np.uint8))
    assert (reading.text, reading.confidence) == ("", 0.0)
