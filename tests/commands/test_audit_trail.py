import sqlite3
from pathlib import Path

import pytest

from streaming.commands.access import invite
from streaming.commands.audit_trail import (
    AuditBroken,
    checkpoint_line,
    read_checkpoints,
    verify_audit,
)
from streaming.config import Settings, load_settings
from streaming.domain.errors import BadInput
from streaming.domain.session import Role
from streaming.store.audit import Checkpoint
from streaming.store.database import FILE_NAME


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    rooms = [{"name": "echo-1", "source": "phantom:"}]
    return load_settings(flags={"data_dir": tmp_path / "data", "rooms": rooms})


def happen(settings: Settings) -> None:
    invite(settings, room="echo-1", role=Role.OBSERVER, uses=1, lifetime_s=60)


def delete_rows(settings: Settings, *, after: int) -> None:
    connection = sqlite3.connect(settings.data_dir / FILE_NAME)
    connection.execute("DROP TRIGGER audit_no_delete")
    connection.execute("DELETE FROM audit WHERE number > ?", (after,))
    connection.commit()
    connection.close()


def test_a_cut_off_end_shows_only_against_a_checkpoint(settings: Settings) -> None:
    happen(settings)
    checkpoints = [read_checkpoints(checkpoint_line(settings))[0] for _ in range(2)]
    happen(settings)
    verify_audit(settings, checkpoints)
    delete_rows(settings, after=checkpoints[0].number)
    verify_audit(settings, [])
    verify_audit(settings, checkpoints[:1])
    with pytest.raises(AuditBroken, match=f"Row {checkpoints[1].number} isn't") as raised:
        verify_audit(settings, checkpoints)
    assert raised.value.code == "audit.replaced"


def test_a_trail_that_was_written_anew_shows_against_a_checkpoint(settings: Settings) -> None:
    happen(settings)
    (checkpoint,) = read_checkpoints(checkpoint_line(settings))
    (settings.data_dir / FILE_NAME).unlink()
    for _ in range(checkpoint.number):
        happen(settings)
    verify_audit(settings, [])
    with pytest.raises(AuditBroken, match="written anew"):
        verify_audit(settings, [checkpoint])


def test_lines_of_a_file_are_read_and_empty_ones_skipped() -> None:
    line = f"sonopair-audit 1 7 {'ab' * 32}"
    assert read_checkpoints(f"{line}\n\n  {line}\r\n") == [Checkpoint(7, "ab" * 32)] * 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no checkpoint"),
        (f"sonopair-audit 1 7 {'ab' * 32}\nsonopair-audit 2 7 {'ab' * 32}", "Line 2"),
        (f"sonopair-audit 1 0 {'ab' * 32}", "Line 1"),
        (f"sonopair-audit 1 7 {'ab' * 31}", "Line 1"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_checkpoints(text)
