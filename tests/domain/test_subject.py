import random
from datetime import datetime, timedelta

from streaming.domain.subject import ALPHABET, PREFIX, SHIFT_RANGE_S, Subject, new_subject


def test_a_pseudonym_is_random_letters_that_spell_no_word() -> None:
    below = random.Random(1).randrange
    names = {new_subject(below).pseudonym for _ in range(500)}
    assert len(names) == 500
    assert all(name.startswith(PREFIX) for name in names)
    assert {letter for name in names for letter in name.removeprefix(PREFIX)} <= set(ALPHABET)
    assert not set("AEIOUY") & set(ALPHABET)


def test_times_move_back_by_a_month_to_five_years() -> None:
    below = random.Random(1).randrange
    shifts = [new_subject(below).shift_s for _ in range(500)]
    assert all(-SHIFT_RANGE_S[1] < shift <= -SHIFT_RANGE_S[0] for shift in shifts)
    assert len(set(shifts)) > 490


def test_intervals_of_a_patient_stay_true() -> None:
    subject = Subject("SP-X", -40 * 86_400 - 5)
    first = datetime(2026, 3, 1, 23, 59, 59)
    second = first + timedelta(days=7, seconds=3)
    assert subject.shifted(second) - subject.shifted(first) == second - first
    assert subject.shifted(first) == datetime(2026, 1, 20, 23, 59, 54)


def test_how_far_times_move_is_not_in_what_is_printed() -> None:
    assert "-4567" not in repr(Subject("SP-X", -4567))
