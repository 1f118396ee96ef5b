import pytest

from streaming.domain.free_text import FindingKind, findings, words_in


def found(text: str, *known: str) -> list[tuple[str, str]]:
    return [
        (finding.kind.value, text[finding.start : finding.end])
        for finding in findings(text, known=known)
    ]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("see ada.okafor@mail.example.org", "email", "ada.okafor@mail.example.org"),
        ("b. 1955-04-12", "date", "1955-04-12"),
        ("12.04.1955 mass", "date", "12.04.1955"),
        ("4/12/55", "date", "4/12/55"),
        ("on 12 April 1955", "date", "12 April 1955"),
        ("am 3. März 2024", "date", "3. März 2024"),
        ("April 12, 1955", "date", "April 12, 1955"),
        ("19550412", "date", "19550412"),
        ("DOB: x1955", "date", "DOB: x1955"),
        ("call +49 30 1234567", "phone", "+49 30 1234567"),
        ("(030) 123 45 67", "phone", "(030) 123 45 67"),
        ("12 Elm Street", "address", "12 Elm Street"),
        ("Lindenstraße 12", "address", "Lindenstraße 12"),
        ("SW1A 1AA", "address", "SW1A 1AA"),
        ("10115 Berlin", "address", "10115 Berlin"),
        ("MRN 4711", "record_number", "MRN 4711"),
        ("id: A4711-882", "record_number", "id: A4711-882"),
        ("H12345", "record_number", "H12345"),
        ("078-05-1120", "record_number", "078-05-1120"),
        ("0815471 cyst", "digits", "0815471"),
        ("943 476 5919", "digits", "943 476 5919"),
        ("Mrs. Okafor's valve", "name", "Mrs. Okafor's"),
        ("Frau Müller", "name", "Frau Müller"),
        ("Patient Okafor", "name", "Patient Okafor"),
    ],
)
def test_what_may_identify_is_found(text: str, kind: str, what: str) -> None:
    assert found(text) == [(kind, what)]


@pytest.mark.parametrize(
    "text",
    [
        *("PLAX", "A4C", "LVEF 55-60%", "3.4 x 2.8 cm", "E/A 1.2", "L4-L5", "T1", "MV 120 ms"),
        *("RV/LV 0.9", "12:30 o'clock", "gallstone 12 mm", "free fluid?", "see 2 o'clock"),
        *("Vmax 1.25 m/s", "1/2", "frame 1200", "B-lines x3", "IVC 21/9 mm", "dr. says fine"),
        *("St. p. 2019", "PSV 104.5 cm/s", "May be the apex", "patient moved", "1.5/2.5 MHz"),
        *("TAPSE 17", "6x4x5 cm, 62 ml", "pat. foramen?", "45 degrees", "EPSS 12-14"),
    ],
)
def test_words_of_an_examination_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_the_site_knows_is_found_however_it_is_written() -> None:
    assert found("is it OKAFOR?", "okafor") == [("known", "OKAFOR")]
    assert found("no 47-11 882 here", "4711882") == [("known", "47-11 882")]
    assert found("12-04 1955", "12041955") == [("known", "12-04 1955")]


def test_words_that_may_be_known_are_the_texts_words_and_grouped_numbers() -> None:
    words = words_in("Okafor 47 11-882, mass")
    assert words["okafor"] == (0, 6)
    assert words["4711882"] == (7, 16)
    assert "okaformass" not in words
    assert "11" not in words


def test_nothing_is_found_twice_and_all_is_in_order() -> None:
    text = "MRN 4711882, Mrs. Okafor, 12.04.1955, x@y.org"
    kinds = [kind for kind, _ in found(text, "okafor")]
    assert kinds == ["record_number", "known", "date", "email"]


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_is_found_somewhere(kind: FindingKind) -> None:
    text = "Mr. Ito x@y.org 12.04.1955, +49301234567, 10115 Berlin, MRN 47119, 0815471, okafor"
    assert kind.value in [one for one, _ in found(text, "okafor")]


def test_a_long_text_takes_no_time_to_speak_of() -> None:
    assert findings("1-" * 2_000) is not None
    assert findings("a" * 4_000) == ()
