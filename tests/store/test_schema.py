import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from streaming.domain.session import Role
from streaming.store import schema
from streaming.store.access import StoredAccess
from streaming.store.audit import AuditLog
from streaming.store.database import FILE_NAME, Database
from streaming.store.errors import StoreError
from streaming.store.models import Base

RELEASE_0_1_0 = (Path(__file__).parent / "release_0_1_0.sql").read_text()


def write_0_1_0(folder: Path, *further: str) -> None:
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.executescript(RELEASE_0_1_0)
    for statement in further:
        connection.execute(statement)
    connection.commit()
    connection.close()


def content(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / FILE_NAME)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def refusal(folder: Path) -> str:
    with pytest.raises(StoreError) as caught:
        Database.open(folder)
    assert caught.value.fix
    return caught.value.code


def difference_from_the_models(folder: Path) -> list[object]:
    engine = create_engine(f"sqlite:///{folder / FILE_NAME}")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    return list(found)


def test_a_new_file_is_what_the_models_describe(tmp_path: Path) -> None:
    Database.open(tmp_path).close()
    assert difference_from_the_models(tmp_path) == []


def test_a_file_of_release_0_1_0_becomes_what_the_models_describe(tmp_path: Path) -> None:
    write_0_1_0(tmp_path)
    Database.open(tmp_path).close()
    assert difference_from_the_models(tmp_path) == []


def test_opening_a_file_again_changes_nothing(tmp_path: Path) -> None:
    Database.open(tmp_path).close()
    before = content(tmp_path)
    Database.open(tmp_path).close()
    assert content(tmp_path) == before


async def test_what_release_0_1_0_kept_is_still_there(tmp_path: Path) -> None:
    write_0_1_0(tmp_path)
    database = Database.open(tmp_path)
    access = StoredAccess(database)
    record, invite = await access.seat("seat-1"), await access.invite("invite-digest")
    assert record is not None and invite is not None
    assert (record.seat.role, record.secret_sha256) == (Role.EXPERT, "seat-digest")
    assert (invite.uses_left, await access.revoked(["seat-1"], now_s=0)) == (3, frozenset())
    assert await AuditLog(database).broken_at() is None
    database.close()


@pytest.mark.parametrize("is_new", [True, False])
async def test_the_audit_trail_refuses_changes_after_every_migration(
    tmp_path: Path, is_new: bool
) -> None:
    if not is_new:
        write_0_1_0(tmp_path)
    database = Database.open(tmp_path)
    audit = AuditLog(database)
    audit.record("node.started")
    await audit.flush()
    for change in ("UPDATE audit SET event = 'x'", "DELETE FROM audit"):
        with pytest.raises(StoreError):
            await database.run(lambda session, sql=change: session.execute(text(sql)))  # type: ignore[misc]
    database.close()


def test_release_0_1_0_sees_that_the_file_is_newer(tmp_path: Path) -> None:
    Database.open(tmp_path).close()
    assert any('INSERT INTO "schema" VALUES(1,2)' in line for line in content(tmp_path))


@pytest.mark.parametrize(
    "change",
    ["UPDATE schema SET version = 99", "UPDATE alembic_version SET version_num = '9999'"],
)
def test_a_file_of_a_newer_release_is_refused_unchanged(tmp_path: Path, change: str) -> None:
    Database.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute(change)
    connection.commit()
    connection.close()
    before = content(tmp_path)
    assert refusal(tmp_path) == "store.newer"
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    "damage",
    ["DROP TABLE seats", "DELETE FROM invites", "CREATE TABLE sessions (id INTEGER)"],
)
def test_a_file_that_cannot_be_brought_up_to_date_is_refused_unchanged(
    tmp_path: Path, damage: str
) -> None:
    write_0_1_0(tmp_path, damage)
    before = content(tmp_path)
    assert refusal(tmp_path) == "store.upgrade"
    assert content(tmp_path) == before


def test_migrations_are_one_line_without_branches() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(schema._config(connection))
    engine.dispose()
    steps = [step.revision for step in reversed(list(script.walk_revisions()))]
    assert script.get_heads() == steps[-1:]
    assert steps == [f"{number:04}" for number in range(1, len(steps) + 1)]


def test_a_new_migration_is_numbered_and_written_from_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(schema._FOLDER, tmp_path / "migrations")
    monkeypatch.setattr(schema, "_FOLDER", tmp_path / "migrations")
    count = len(list((tmp_path / "migrations" / "versions").glob("m*.py")))
    schema.add_migration("Keep the log")
    (made,) = (tmp_path / "migrations" / "versions").glob("*_keep_the_log.py")
    assert made.name == f"m{count + 1:04}_keep_the_log.py"
    assert f'revision = "{count + 1:04}"' in made.read_text()
