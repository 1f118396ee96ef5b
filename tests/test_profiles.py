from pathlib import Path

import pytest

from streaming.domain.errors import ProfileError
from streaming.profiles import read_profile

GOOD = 'name = "x"\nsize = [64, 64]\nregions = [[0, 0, 32, 32]]\n'


def refusal(file: Path) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        read_profile(file)
    assert caught.value.exit_status == 2
    return caught.value


def test_a_profile_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    assert read_profile(tmp_path / "good.toml").name == "x"


def test_what_is_no_readable_file_is_named_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "utf16.toml").write_text(GOOD, "utf-16")
    for name, reason in (
        ("none.toml", "No such file"),
        (".", "directory"),
        ("utf16.toml", "isn't a text file"),
    ):
        error = refusal(tmp_path / name)
        assert (error.code, reason in str(error)) == ("profile.unreadable", True)
        assert error.fix


def test_a_profile_that_says_nonsense_keeps_its_own_code(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = ")
    assert refusal(tmp_path / "bad.toml").code == "profile.toml"
