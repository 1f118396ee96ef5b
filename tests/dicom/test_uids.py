import pytest

from streaming.dicom.uids import UidMint

KEY, OTHER = bytes(range(32)), bytes(32)


def test_a_study_keeps_together_under_one_key_and_says_nothing_under_another() -> None:
    mint = UidMint(KEY)
    assert mint.uid("study", "1.2.3") == UidMint(KEY).uid("study", "1.2.3")
    assert mint.uid("study", "1.2.3") != UidMint(OTHER).uid("study", "1.2.3")


def test_names_that_run_together_stay_apart() -> None:
    mint = UidMint(KEY)
    found = {mint.uid("study", "1.2"), mint.uid("series", "1.2"), mint.uid("study", "1", ".2")}
    assert len(found) == 3


def test_it_is_a_uid() -> None:
    uid = UidMint(KEY).uid("study", "\udcff not a UID")
    assert uid.startswith("2.25.")
    assert len(uid) <= 64
    assert uid.removeprefix("2.25.").isdigit()


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        UidMint(b"short")
