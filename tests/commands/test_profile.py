"""``sonopair profile propose`` on real sources, in this process."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streaming import cli
from streaming.capture.demo_profile import demo_profile_toml
from streaming.commands.propose import NothingFound, propose_profile
from streaming.domain.errors import ProfileError, Unavailable
from streaming.domain.mask import Mask
from streaming.domain.profile import parse_profile
from streaming.picture.masking import hidden_samples
from streaming.profiles import read_profile

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def start(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sonopair", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return start


def test_demo_screen_gets_the_profile_it_has(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    status, out, err = run("profile", "propose", "demo:", "--seconds", "2", "-o", str(file))
    assert (status, out) == (0, "")
    assert "1 region" in err
    text = file.read_text()
    with pytest.raises(ProfileError) as refused:
        read_profile(file)
    assert refused.value.code == "profile.unconfirmed"
    proposed = parse_profile(text.replace("confirmed = false\n", ""))
    truth = parse_profile(demo_profile_toml())
    ours, theirs = (
        hidden_samples(Mask(size=each.size, regions=each.regions)) == 0
        for each in (proposed, truth)
    )
    assert (ours & theirs).sum() / (ours | theirs).sum() >= 0.95


def test_json_is_all_there_is_on_standard_output(run: Run) -> None:
    status, out, _ = run(
        "profile", "propose", "phantom:", "--seconds", "2", "--name", "Bench", "--json"
    )
    answer = json.loads(out)
    assert status == 0 and answer["ok"] and answer["regions"] == 1
    assert answer["size"] == {"width": 1280, "height": 720}
    assert 'name = "Bench"' in answer["toml"] and "confirmed = false" in answer["toml"]


def test_frozen_scanner_has_a_way_out(run: Run) -> None:
    status, out, err = run("profile", "propose", "phantom:?freeze_after=0", "--seconds", "2")
    assert (status, out) == (1, "")
    assert "error [proposal.frozen]" in err and "fix: Nothing moves." in err


def test_file_that_is_there_is_kept(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "in-force.toml"
    file.write_text("mine")
    status, _, err = run("profile", "propose", "demo:", "--seconds", "1", "-o", str(file))
    assert status == 2 and "cli.file_exists" in err
    assert file.read_text() == "mine"


def test_folder_that_is_missing_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none" / "x.toml"
    status, _, err = run("profile", "propose", "demo:", "--seconds", "1", "-o", str(file))
    assert status == 2 and "cli.unwritable" in err


def test_source_without_a_picture_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.commands.propose.OPENING_S", 0.0)
    with pytest.raises(Unavailable) as error:
        propose_profile("phantom:?stall_after=0", seconds=0.1, name="")
    assert error.value.code == "source.no_picture"


def test_password_in_an_address_isnt_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from streaming.capture.demo_screen import DemoScreen

    monkeypatch.setattr(
        "streaming.commands.propose.open_source", lambda spec, source_id: DemoScreen(source_id="")
    )
    toml = propose_profile("rtsp://ada:secret@host/screen", seconds=1.5, name="").toml
    assert "rtsp:" in toml and "secret" not in toml and "host" not in toml


def test_still_has_nothing_that_moves(ultrasound_still: Path) -> None:
    with pytest.raises(NothingFound):
        propose_profile(f"file:{ultrasound_still}", seconds=1, name="")


@pytest.fixture
def ultrasound_still() -> Path:
    from importlib.util import find_spec

    spec = find_spec("data_store")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "data", "OBXXXX1A.dcm")
