import random
import re
from datetime import date

import pytest

from streaming.domain.encounter import (
    Patient,
    identifying_words,
    new_case,
    normalised,
    require_record_number,
)
from streaming.domain.errors import BadInput

PATIENT = Patient("MRN-4711 882", "O'Hara-Müller, Ada", date(1955, 4, 12))


def test_a_case_code_is_random_and_short() -> None:
    codes = {new_case(random.Random(seed).randrange) for seed in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[2-9B-Z]{3}-[2-9B-Z]{3}", code) for code in codes)


@pytest.mark.parametrize(
    "written", ["mrn4711882", "MRN-4711 882", "M R N 4711.882", "\uff2dRN4711882"]
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert normalised(written) == normalised(PATIENT.record_number)


def test_a_record_number_loses_the_space_around_it() -> None:
    assert require_record_number("  A 12-3 ") == "A 12-3"


@pytest.mark.parametrize("text", ["", "  ", "--", "x" * 65, "12\n34"])
def test_what_is_no_record_number_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        require_record_number(text)
    assert refused.value.code == "encounter.record_number"
    assert not text.strip("- ") or text not in str(refused.value)


def test_what_names_a_patient() -> None:
    assert identifying_words(PATIENT) == {"mrn4711882", "hara", "muller", "ada", "19550412"}


def test_a_patient_is_not_printed() -> None:
    assert repr(PATIENT) == "Patient()"
