import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streaming import cli

Run = Callable[..., tuple[int, str, str]]
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: (exit status, stdout, stderr)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sonopair", "turn", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "sonopair.toml"
    file.write_text(f'[turn]\nurls = ["turns:turn.example.org:443"]\nsecret = "{SECRET}"\n')
    return str(file)


@pytest.mark.parametrize("command", ["config", "check"])
def test_every_command_shows_an_example(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert (status, f"sonopair turn {command}" in out) == (0, True)


def test_the_configuration_is_all_that_is_printed(run: Run, config: str) -> None:
    files = ("--certificate", "/etc/turn/cert.pem", "--key", "/etc/turn/key.pem")
    more = ("--listen", "10.0.0.9", "--external", "203.0.113.9/10.0.0.9")
    status, out, err = run("config", "-c", config, *files, *more)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert {"cert=/etc/turn/cert.pem", "pkey=/etc/turn/key.pem", "no-udp"} <= set(lines)
    assert {"listening-ip=10.0.0.9", "external-ip=203.0.113.9/10.0.0.9"} <= set(lines)
    assert f"static-auth-secret={SECRET}" in lines


def test_what_is_missing_is_said_with_its_fix_and_without_the_secret(run: Run, config: str) -> None:
    status, out, err = run("config", "-c", config)
    assert (status, out) == (2, "")
    assert "error [turn.certificate]" in err
    assert "--certificate" in err
    assert SECRET not in err


def test_without_a_turn_server_there_is_nothing_to_check(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    status, _, err = run("check", "-c", str(tmp_path / "empty.toml"))
    assert (status, "error [turn.none]" in err, "[turn]" in err) == (2, True, True)
