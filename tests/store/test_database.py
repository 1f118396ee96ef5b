import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from streaming.store.database import FILE_NAME, Database
from streaming.store.errors import StoreError


def opening_error(folder: Path) -> str:
    with pytest.raises(StoreError) as caught:
        Database.open(folder)
    assert caught.value.fix
    return caught.value.code


def test_the_file_is_private_and_in_wal_mode(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "data")
    mode = database.submit(lambda session: session.scalar(text("PRAGMA journal_mode"))).result()
    assert mode == "wal"
    assert (tmp_path / "data" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    database.close()


def test_a_data_dir_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert opening_error(tmp_path / "data") == "store.unwritable"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1_000)
    assert opening_error(tmp_path) == "store.corrupt"


async def test_work_that_raises_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database.open(tmp_path)

    def work(session: object) -> None:
        session.execute(text("UPDATE schema SET version = 7"))  # type: ignore[attr-defined]
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await database.run(work)
    assert await database.run(lambda s: s.scalar(text("SELECT version FROM schema"))) == 2
    database.close()


async def test_a_full_disk_is_a_typed_error(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    await database.run(lambda s: s.execute(text("PRAGMA max_page_count = 1")))
    with pytest.raises(StoreError) as caught:
        await database.run(
            lambda s: s.execute(text("CREATE TABLE big AS SELECT randomblob(100000) AS x"))
        )
    assert caught.value.code == "store.full"
    assert caught.value.retry
    database.close()


async def test_reading_does_not_wait_for_another_process_that_writes(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE schema SET version = 7")
    assert await database.read(lambda s: s.scalar(text("SELECT version FROM schema"))) == 2
    other.execute("COMMIT")
    assert await database.read(lambda s: s.scalar(text("SELECT version FROM schema"))) == 7
    other.close()
    database.close()
