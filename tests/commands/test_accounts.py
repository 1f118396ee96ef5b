import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streaming import cli
from streaming.auth.passwords import Passwords
from streaming.auth.sessions import SessionBook
from streaming.commands import node
from streaming.commands.accounts import make_first_admin
from streaming.config import Settings
from streaming.domain.account import Account
from streaming.domain.errors import SonopairError
from streaming.store.accounts import StoredAccounts
from streaming.store.database import FILE_NAME, Database

Run = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings
) -> Run:
    """`sonopair account …` in this process: what it prints, or the code of its error. With
    ``serve`` instead, which ends at once: all that it says."""
    file = settings.data_dir.parent / "sonopair.toml"
    file.write_text(f'data_dir = "{settings.data_dir}"\n')
    monkeypatch.setattr(node, "run", lambda settings, **_: None)
    monkeypatch.setattr(node, "configure_logs", lambda **_: None)

    def run(*arguments: str) -> str:
        command = arguments if arguments == ("serve",) else ("account", *arguments)
        monkeypatch.setattr(sys, "argv", ["sonopair", *command, "--config", str(file)])
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code
        said = capsys.readouterr()
        if command == ("serve",):
            return said.out + said.err
        return said.err.partition("]")[0] if status else said.out.strip()

    return run


def sign_in(settings: Settings, login: str, password: str) -> Account | None:
    async def attempt() -> Account | None:
        database, passwords = Database.open(settings.data_dir), Passwords()
        book = SessionBook(StoredAccounts(database), passwords, lambda _, **__: None)
        try:
            signed_in = await book.sign_in(
                login, password, host="h", cookie="", known="", now_s=1_800_000_000, tick_s=0
            )
        except SonopairError:
            return None
        finally:
            passwords.close()
            database.close()
        return signed_in.account

    return asyncio.run(attempt())


def test_the_printed_password_signs_in_once_changed(run: Run, settings: Settings) -> None:
    password = run("add", "Ito", "--name", "Dr. Ito", "--role", "expert", "--role", "reviewer")
    account = sign_in(settings, "ito", password)
    assert account is not None
    assert (account.name, sorted(account.roles)) == ("Dr. Ito", ["expert", "reviewer"])
    assert account.must_change


def test_accounts_are_listed(run: Run) -> None:
    assert "no account yet" in run("list")
    run("add", "ito", "--role", "expert")
    run("add", "curie", "--role", "operator")
    run("disable", "curie")
    assert run("list").splitlines() == ["curie  curie  operator  disabled", "ito  ito  expert"]
    assert json.loads(run("list", "--json"))[1] == {
        "login": "ito",
        "name": "ito",
        "roles": ["expert"],
        "disabled": False,
    }


def test_a_disabled_account_signs_in_again_when_it_is_undone(run: Run, settings: Settings) -> None:
    password = run("add", "ito", "--role", "expert")
    assert run("disable", "ito") == "ito is disabled"
    assert sign_in(settings, "ito", password) is None
    assert run("disable", "ito", "--undo") == "ito is enabled"
    assert sign_in(settings, "ito", password)


def test_roles_are_replaced(run: Run) -> None:
    run("add", "ito", "--role", "expert")
    assert run("roles", "ito", "--role", "observer", "--role", "admin") == "ito: admin, observer"


def test_a_new_password_replaces_the_old_one(run: Run, settings: Settings) -> None:
    old = run("add", "ito", "--role", "expert")
    new = run("password", "ito")
    assert sign_in(settings, "ito", old) is None
    assert sign_in(settings, "ito", new)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "ito", "--role", "expert"), "error [account.taken"),
        (("add", "x", "--role", "camera"), "error [cli.usage"),
        (("add", "x"), "error [cli.usage"),
        (("disable", "nobody"), "error [account.unknown"),
        (("password", "nobody"), "error [account.unknown"),
        (("disable", "boss"), "error [account.last_admin"),
        (("roles", "boss", "--role", "expert"), "error [account.last_admin"),
    ],
)
def test_what_cannot_be_done_has_a_code(run: Run, arguments: tuple[str, ...], code: str) -> None:
    run("add", "ito", "--role", "expert")
    run("add", "boss", "--role", "admin")
    assert run(*arguments) == code


def test_what_is_done_is_written_down_by_id_alone(run: Run, settings: Settings) -> None:
    password = run("add", "ito", "--name", "Dr. Ito", "--role", "expert")
    run("disable", "ito")
    run("password", "ito")
    connection = sqlite3.connect(settings.data_dir / FILE_NAME)
    rows = connection.execute("SELECT event, facts FROM audit").fetchall()
    connection.close()
    events = [event for event, _ in rows]
    assert events == ["account.created", "account.changed", "password.reset"]
    text = " ".join(facts for _, facts in rows)
    assert "ito" not in text.casefold() and password not in text


def test_on_a_terminal_the_first_password_is_shown_once(settings: Settings) -> None:
    told = make_first_admin(settings, on_terminal=True)
    password = told.splitlines()[0].rpartition(" ")[2]
    account = sign_in(settings, "admin", password)
    assert account is not None and account.must_change
    assert make_first_admin(settings, on_terminal=True) == ""
    assert sorted(path.name for path in settings.data_dir.iterdir()) == [FILE_NAME]


def test_where_nobody_looks_on_the_first_password_is_in_a_private_file(
    run: Run, settings: Settings
) -> None:
    told = run("serve")
    file = settings.data_dir / "first-admin-password"
    password = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(file) in told and password not in told
    assert "first account" not in run("serve")
    assert file.read_text().strip() == password


def test_no_link_somebody_left_there_is_written_through(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    (settings.data_dir / "first-admin-password").symlink_to(elsewhere)
    make_first_admin(settings, on_terminal=False)
    assert elsewhere.read_text() == "untouched"
