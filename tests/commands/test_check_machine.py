from pathlib import Path

import pytest

from streaming.commands import check_machine
from streaming.commands.findings import Verdict


def test_a_web_client_that_is_not_built_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_machine, "web_client_folder", lambda: tmp_path)
    assert check_machine.check_web_client().verdict is Verdict.PROBLEM
    (tmp_path / "cart.html").write_text("")
    assert check_machine.check_web_client().verdict is Verdict.OK


def test_a_clock_that_was_never_set_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_machine.check_clock().verdict is Verdict.OK
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert check_machine.check_clock().verdict is Verdict.PROBLEM


def test_a_missing_text_finder_takes_something_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_machine.check_text_finder().verdict is Verdict.OK
    monkeypatch.setattr("streaming.text.models.find_spec", lambda name: None)
    finding = check_machine.check_text_finder()
    assert finding.verdict is Verdict.NOTE and "onnxruntime" in finding.message
