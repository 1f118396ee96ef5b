import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streaming.store import audit as module
from streaming.store.audit import WITHHELD, AuditLog
from streaming.store.database import FILE_NAME, Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / FILE_NAME) as connection:
        return list(connection.execute("SELECT number, event, facts FROM audit ORDER BY number"))


def tamper(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("DROP TRIGGER audit_no_delete")
    connection.execute(statement)
    connection.commit()
    connection.close()


async def test_events_are_chained_in_order(database: Database, tmp_path: Path) -> None:
    audit = AuditLog(database)
    for number in range(5):
        audit.record("test.event", number=number)
    await audit.flush()
    assert [json.loads(facts)["number"] for _, _, facts in rows(tmp_path)] == [0, 1, 2, 3, 4]
    assert await audit.broken_at() is None


async def test_the_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        database = Database.open(tmp_path)
        audit = AuditLog(database)
        audit.record("node.started")
        await audit.flush()
        assert await audit.broken_at() is None
        database.close()
    assert [number for number, _, _ in rows(tmp_path)] == [1, 2]


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET facts = '{\"number\":9}' WHERE number = 2", 2),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 2", 3),
        ("DELETE FROM audit WHERE number = 1", 2),
    ],
)
async def test_a_changed_or_removed_row_breaks_the_chain(
    database: Database, tmp_path: Path, statement: str, broken: int
) -> None:
    audit = AuditLog(database)
    for number in range(4):
        audit.record("test.event", number=number)
    await audit.flush()
    tamper(tmp_path, statement)
    assert await audit.broken_at() == broken


@pytest.mark.parametrize("statement", ["UPDATE audit SET event = 'x'", "DELETE FROM audit"])
async def test_the_file_itself_refuses_to_change_the_trail(
    database: Database, tmp_path: Path, statement: str
) -> None:
    audit = AuditLog(database)
    audit.record("test.event")
    await audit.flush()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


async def test_free_text_is_withheld(database: Database, tmp_path: Path) -> None:
    audit = AuditLog(database)
    audit.record("mask.black", code="mask.size_unknown", detail="DOE^JANE 1970", width=640)
    await audit.flush()
    assert json.loads(rows(tmp_path)[0][2]) == {
        "code": "mask.size_unknown",
        "detail": WITHHELD,
        "width": 640,
    }


async def test_events_wait_for_a_locked_file_and_lost_ones_are_counted(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    await database.run(lambda session: session.connection().exec_driver_sql("SELECT 1").close())
    blocker = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    audit = AuditLog(database)
    for number in range(4):
        audit.record("test.event", number=number)
    await audit.flush()
    assert audit.failure == "store.busy"
    blocker.execute("ROLLBACK")
    blocker.close()
    audit.record("test.event", number=4)
    await audit.flush()
    assert audit.failure == ""
    assert [(event, json.loads(facts)) for _, event, facts in rows(tmp_path)] == [
        ("test.event", {"number": 0}),
        ("test.event", {"number": 1}),
        ("audit.gap", {"events": 3}),
    ]
    assert await audit.broken_at() is None
