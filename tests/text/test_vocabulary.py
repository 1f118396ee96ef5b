import pytest

from streaming.text.vocabulary import is_scanner_text


@pytest.mark.parametrize(
    "text",
    [
        "PLAX",
        "PLA",
        "A4C",
        "Subcostal",
        "Suprasternai",  # one letter was read wrong
        "MI 1.1",
        "TIS<0.4",
        "TIS: 0.4 MI: 0.8",
        "Vmax 1.2 m/s",
        "11cm",
        "28Hz",
        "Gn 60",
        "64%",
        "65bpm",
        "15",
        "12.5",
        "2D",
        "PRF 3.3kHz",
    ],
)
def test_a_scanners_words_are_left(text: str) -> None:
    assert is_scanner_text(text, 0.95)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "C",  # a name that was read badly
        "OKAFOR ADA",
        "PLAX OKAFOR",
        "DR OKAFOR",
        "MRN 4471-002",
        "4471",
        "002",
        "12 03",
        "12/03/1957",
        "1957-03-12",
        "12.03.57",
        "12 03 57",
        "1.3 2.6",
        "M 43",
        "PLEX",  # one letter off, but too short to tell
        "cmm",
        "s",
        "%",
    ],
)
def test_everything_else_is_not(text: str) -> None:
    assert not is_scanner_text(text, 0.99)


def test_a_doubtful_reading_is_never_left() -> None:
    assert not is_scanner_text("PLAX", 0.79)
