import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streaming import cli
from streaming.app import Ready
from streaming.auth.grants import Grants
from streaming.auth.seats import SeatBook
from streaming.capture.spec import SPECS
from streaming.commands import node
from streaming.config import Settings, load_settings
from streaming.domain.errors import Unavailable
from streaming.domain.session import Role
from streaming.keys import grant_keys
from streaming.links import PAGE_OF_ROLE
from streaming.signaling.server import bind_http
from streaming.store.access import StoredAccess
from streaming.store.database import FILE_NAME, Database

COMMANDS = (
    *("demo", "serve", "invite", "revoke", "grant", "devices"),
    *("doctor", "gate", "import", "release", "reidentify", "dicom receive"),
    *("profile check", "profile propose", "audit verify", "audit checkpoint"),
    *(f"account {verb}" for verb in ("add", "list", "disable", "roles", "password")),
)
PROFILE = """
name = "Test scanner"
size = [640, 480]
regions = [[10, 10, 200, 200]]
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command in this process: (exit status, stdout, stderr)."""
    monkeypatch.setenv("SONOPAIR_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sonopair", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "sonopair.toml"
    file.write_text('[[rooms]]\nname = "echo-1"\nsource = "phantom:"\n')
    return str(file)


class StartedNode:
    """Stands where ``app.run`` is: remembers what it was to run and is ready at once."""

    settings: Settings
    open_links: bool

    def run(
        self, settings: Settings, *, ready: Callable[[Ready], None], open_links: bool = False
    ) -> None:
        self.settings, self.open_links = settings, open_links
        urls = {f"{page}_url": f"http://x/{page}#invite=i" for page in PAGE_OF_ROLE.values()}
        urls["browser_url"] = "http://x/cart#invite=once"
        ready(Ready(origin="http://x", media_port=1, **(urls if open_links else {})))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> StartedNode:
    started = StartedNode()
    monkeypatch.setattr(node, "run", started.run)
    monkeypatch.setattr(node, "configure_logs", lambda *, verbose: None)
    monkeypatch.delenv("DISPLAY", raising=False)
    return started


def test_help_lists_every_command(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    for command in COMMANDS:
        assert command.split()[0] in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_examples(run: Run, command: str) -> None:
    status, out, _ = run(*command.split(), "--help")
    assert status == 0
    assert "Example" in out
    assert f"sonopair {command}" in out


def test_the_version_is_the_packages(run: Run) -> None:
    status, out, _ = run("--version")
    assert (status, out.startswith("sonopair ")) == (0, True)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, streaming.cli\n"
        "print([m for m in ('av', 'cv2', 'numpy', 'aiohttp', 'aiortc', 'sqlalchemy', 'pydantic')"
        " if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "part", "help_of"),
    [
        (("nonsense",), "nonsense", "sonopair"),
        (("demo", "--port", "99999"), "--port", "sonopair demo"),
        (("demo", "--port", "abc"), "--port", "sonopair demo"),
        (("demo", "--prot", "1"), "--prot", "sonopair demo"),
        (("serve",), "--config", "sonopair serve"),
        (("profile", "check"), "file", "sonopair profile check"),
        (("invite", "-c", "x", "--room", "a", "--role", "boss"), "boss", "sonopair invite"),
        (("invite", "-c", "x", "--room", "a", "--role", "admin"), "'admin'", "sonopair invite"),
        (("revoke", "-c", "x", "--room", "a", "--role", "admin"), "'admin'", "sonopair revoke"),
        (
            ("account", "add", "x", "-c", "x", "--role", "camera"),
            "operator, expert, observer, reviewer, admin",
            "sonopair account add",
        ),
    ],
)
def test_wrong_usage_is_an_error_like_any_other(
    run: Run, arguments: tuple[str, ...], part: str, help_of: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    first, second = err.splitlines()
    assert first.startswith("error [cli.usage]: ")
    assert part in first
    assert second == f"fix: `{help_of} --help` says what it takes"


@pytest.mark.parametrize("arguments", [(), ("profile",), ("audit",)])
def test_without_a_command_the_help_is_shown(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert (status, err) == (2, "")
    assert "Commands:" in out


def test_the_first_line_of_the_demo_is_json_with_three_links(
    run: Run, started: StartedNode
) -> None:
    _, out, _ = run_to_end(run, "demo", "--json", "--port", "0")
    ready = json.loads(out)
    assert ready["ready"] is True
    assert {"cart_url", "expert_url", "observer_url"} <= ready.keys()
    assert started.open_links
    assert started.settings.listen.port == 0


def run_to_end(run: Run, *arguments: str) -> tuple[int, str, str]:
    status, out, err = run(*arguments)
    assert status == 0, err
    return status, out, err


def test_the_browser_is_started_with_a_link_that_is_told_nobody_else(
    run: Run, started: StartedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(node, "_open_browser", opened.append)
    _, out, _ = run_to_end(run, "demo", "--json")
    assert opened == ["http://x/cart#invite=once"]
    assert "once" not in out


def test_the_demo_shows_its_own_screen_with_its_own_profile(run: Run, started: StartedNode) -> None:
    _, out, err = run_to_end(run, "demo", "--no-browser")
    (room,) = started.settings.rooms
    assert room.source == "demo:"
    assert room.profile is not None
    assert "regions" in room.profile.read_text()
    assert "black" not in err
    for page in ("cart", "expert", "observer"):
        assert f"http://x/{page}#invite=i" in out


def test_another_source_without_a_profile_is_said_to_stay_black(
    run: Run, started: StartedNode
) -> None:
    _, _, err = run_to_end(run, "demo", "--source", "y4m:-", "--no-browser")
    (room,) = started.settings.rooms
    assert (room.source, room.profile) == ("y4m:-", None)
    assert "stays black" in err


def test_serve_runs_what_the_file_says_and_makes_no_open_links(
    run: Run, started: StartedNode, config: str
) -> None:
    _, out, _ = run_to_end(run, "serve", "--config", config)
    assert started.settings.rooms[0].name == "echo-1"
    assert not started.open_links
    assert "sonopair invite" in out


def test_the_demos_help_lists_every_kind_of_source(run: Run) -> None:
    out = run("demo", "--help")[1]
    for line in SPECS:
        assert line.form in "".join(out.split())
        assert line.meaning in " ".join(out.split())
        assert line.example in out


def test_serve_refuses_a_source_that_it_cannot_understand(
    run: Run, started: StartedNode, config: str
) -> None:
    for source, code in (("phantom:?sise=1x1", "malformed"), ("nonsense", "unknown")):
        Path(config).write_text(f"[[rooms]]\nname = 'echo-1'\nsource = '{source}'\n")
        status, out, err = run("serve", "--config", config)
        assert (status, out) == (2, "")
        assert f"error [source.spec_{code}]: room echo-1: " in err
        assert "fix: " in err


def test_serve_without_a_room_says_how_to_add_one(
    run: Run, started: StartedNode, config: str
) -> None:
    Path(config).write_text("")
    _, _, err = run_to_end(run, "serve", "--config", config)
    assert "There is no room yet" in err
    assert "[[rooms]]" in err
    assert config in err


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("demo", "--host", "0.0.0.0"), 2, "config.exposed"),
        (("demo", "--profile", "missing.toml"), 2, "profile.unreadable"),
        (("serve", "--config", "missing.toml"), 2, "config.unreadable"),
        (("profile", "check", "missing.toml"), 2, "profile.unreadable"),
    ],
)
def test_what_cannot_be_is_one_line_with_its_fix(
    run: Run, arguments: tuple[str, ...], status: int, code: str
) -> None:
    got, out, err = run(*arguments)
    first, second = err.splitlines()
    assert (got, out) == (status, "")
    assert first.startswith(f"error [{code}]: ")
    assert second.startswith("fix: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_the_demo_says_how_other_machines_are_served(run: Run, host: str) -> None:
    _, _, err = run("demo", "--host", host)
    assert "leave --host out" in err
    assert "sonopair serve --config" in err


def test_a_taken_port_is_said_with_a_way_out(tmp_path: Path) -> None:
    listener = bind_http("127.0.0.1", 0)
    port = str(listener.getsockname()[1])
    command = [sys.executable, "-m", "streaming.cli", "demo", "--no-browser", "--port", port]
    environment = os.environ | {"SONOPAIR_DATA_DIR": str(tmp_path)}
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    listener.close()
    assert (result.returncode, result.stdout) == (1, "")
    assert "error [http.port_taken]" in result.stderr
    assert "fix: " in result.stderr
    assert "Traceback" not in result.stderr


def test_an_error_without_a_fix_is_one_line(
    monkeypatch: pytest.MonkeyPatch, run: Run, started: StartedNode
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise Unavailable("x.y", "It went wrong.")

    monkeypatch.setattr(node, "run", fail)
    assert run("demo", "--no-browser") == (1, "", "error [x.y]: It went wrong\n")


async def test_an_invitation_works_in_the_node_that_shares_the_records(
    run: Run, config: str, tmp_path: Path
) -> None:
    options = ("--config", config, "--room", "echo-1", "--role", "observer")
    status, out, _ = await in_thread(run, "invite", *options)
    url, _, secret = out.strip().partition("#invite=")
    assert (status, url) == (0, "http://127.0.0.1:8480/observer")
    database = Database.open(tmp_path / "data")
    book = SeatBook(StoredAccess(database))
    seating = await book.redeem(secret, name="", cookies=[], now_s=int(time.time()))
    assert (seating.seat.room, seating.seat.role) == ("echo-1", Role.OBSERVER)
    assert secret.encode() not in (tmp_path / "data" / FILE_NAME).read_bytes()
    assert (await in_thread(run, "revoke", "--config", config, "--room", "echo-1"))[1] == (
        "1 seat ended\n"
    )
    assert await book.revoked([seating.seat.id], now_s=int(time.time())) == {seating.seat.id}
    database.close()
    assert (await in_thread(run, "audit", "verify", "--config", config))[0] == 0


async def in_thread(run: Run, *arguments: str) -> tuple[int, str, str]:
    """The command runs an event loop of its own."""
    return await asyncio.to_thread(run, *arguments)


def test_a_tampered_audit_trail_is_reported(run: Run, config: str, tmp_path: Path) -> None:
    for _ in range(2):
        run("invite", "--config", config, "--room", "echo-1")
    connection = sqlite3.connect(tmp_path / "data" / FILE_NAME)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET event = 'nothing' WHERE number = 1")
    connection.commit()
    connection.close()
    status, _, err = run("audit", "verify", "--config", config)
    assert (status, "error [audit.broken]" in err, "row 1" in err) == (1, True, True)


def test_a_grant_is_good_for_the_node_of_the_same_settings(run: Run, config: str) -> None:
    status, out, _ = run("grant", "--config", config, "--room", "echo-1")
    assert status == 0
    keys = grant_keys(load_settings(Path(config)), port=8480)
    Grants(keys).accept(out.strip(), room="echo-1", now_s=int(time.time()))
    connection = sqlite3.connect(load_settings(Path(config)).data_dir / FILE_NAME)
    rows = connection.execute("SELECT facts FROM audit WHERE event = 'grant.made'").fetchall()
    connection.close()
    assert rows == [('{"by":"command-line","room":"echo-1"}',)]


@pytest.mark.parametrize("command", ["invite", "grant", "revoke"])
def test_a_room_that_is_not_in_the_settings_is_named(run: Run, config: str, command: str) -> None:
    status, _, err = run(command, "--config", config, "--room", "other")
    assert (status, "error [room.unknown]" in err, "echo-1" in err) == (2, True, True)


def test_a_profile_is_described(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(PROFILE)
    assert run("profile", "check", str(file))[1] == "Test scanner: 640x480, 1 region\n"
    checked = json.loads(run("profile", "check", str(file), "--json")[1])
    assert checked["size"] == {"width": 640, "height": 480}


def test_a_profile_that_cannot_be_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(PROFILE.replace("200, 200", "2000, 200"))
    status, out, err = run("profile", "check", str(file))
    assert (status, out) == (2, "")
    assert err.startswith("error [")
    file.write_bytes(b"\xff\xfe\x00")
    assert "profile.unreadable" in run("profile", "check", str(file))[2]


def test_devices_answer_in_json(run: Run) -> None:
    status, out, _ = run("devices", "--json")
    assert status == 0
    assert isinstance(json.loads(out), list)


def test_the_doctor_answers_in_json_also_when_the_settings_cannot_be_used(
    run: Run, config: str
) -> None:
    Path(config).write_text("data_dri = 'x'\n")
    status, out, err = run("doctor", "--config", config, "--json")
    answer = json.loads(out)
    assert (status, err, answer["ok"]) == (1, "", False)
    (problem,) = [found for found in answer["findings"] if found["verdict"] == "problem"]
    assert (problem["name"], "data_dir" in problem["fix"]) == ("settings", True)
