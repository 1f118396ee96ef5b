import os
from pathlib import Path

import pytest

from streaming.store.errors import StoreError
from streaming.store.stills import StillFolder


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_a_still_is_found_again(tmp_path: Path) -> None:
    await StillFolder(tmp_path).keep("consult", "consult-1", b"png")
    assert await StillFolder(tmp_path).find("consult", "consult-1") == b"png"
    assert await StillFolder(tmp_path).find("consult", "consult-2") is None
    assert await StillFolder(tmp_path).find("other", "consult-1") is None


async def test_stills_are_for_the_nodes_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await StillFolder(tmp_path).keep("consult", "consult-1", b"png")
    finally:
        os.umask(before)
    folder = tmp_path / "stills"
    assert modes(folder) == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "consult")} == {0o700}


async def test_a_consults_stills_are_deleted_and_no_others(tmp_path: Path) -> None:
    stills = StillFolder(tmp_path)
    for consult in ("one", "two"):
        await stills.keep(consult, "s", b"png")
    await stills.delete("one")
    await stills.delete("one")
    assert (await stills.find("one", "s"), await stills.find("two", "s")) == (None, b"png")
    assert not (tmp_path / "stills" / "one").exists()


async def test_only_the_stills_that_are_named_are_kept(tmp_path: Path) -> None:
    stills = StillFolder(tmp_path)
    for consult, still in (("one", "a"), ("one", "b"), ("one", "c"), ("two", "a")):
        await stills.keep(consult, still, b"png")
    await stills.keep_only("one", ["b", "not-there"])
    await stills.keep_only("never-begun", [])
    assert names(tmp_path / "stills" / "one") == {"b.png"}
    assert names(tmp_path / "stills" / "two") == {"a.png"}


async def test_a_still_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "stills").mkdir()
    (tmp_path / "stills" / "consult").write_bytes(b"in the way")
    with pytest.raises(StoreError) as caught:
        await StillFolder(tmp_path).keep("consult", "s", b"png")
    assert caught.value.fix
    assert names(tmp_path) == {"consult"}


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.b", "DOE^JANE", "a\n"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    for consult, still in ((name, "s"), ("consult", name)):
        with pytest.raises(ValueError, match="name"):
            await StillFolder(tmp_path).find(consult, still)
