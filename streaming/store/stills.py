"""Stills on disk: one folder a consult, one PNG a still, for the node's user alone.

Names are the node's own (``domain.consult_state.ConsultState.next_still``); nothing of a person or
a client is in them.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

from streaming.store.errors import StoreError

FOLDER = "stills"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class StillFolder:
    """Implements ``workflow.live.consult_ports.StillFiles``. Each call works on a thread."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    async def keep(self, consult: str, still: str, png: bytes) -> None:
        await asyncio.to_thread(self._write, self._path(consult, still), png)

    async def find(self, consult: str, still: str) -> bytes | None:
        return await asyncio.to_thread(self._read, self._path(consult, still))

    async def keep_only(self, consult: str, stills: Collection[str]) -> None:
        await asyncio.to_thread(self._thin_out, self._path(consult, "any").parent, set(stills))

    async def delete(self, consult: str) -> None:
        await asyncio.to_thread(self._remove, self._path(consult, "any").parent)

    def _path(self, consult: str, still: str) -> Path:
        if not (_NAME.fullmatch(consult) and _NAME.fullmatch(still)):
            raise ValueError("a still's name holds letters, digits, - and _ only")
        return self._folder / consult / f"{still}.png"

    def _write(self, path: Path, png: bytes) -> None:
        """Whole or not at all: under another name first, and on the disk before it is renamed."""
        unfinished = path.with_suffix(".part")
        try:
            for folder in (self._folder, path.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(
                os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as to:
                to.write(png)
                to.flush()
                os.fsync(to.fileno())
            unfinished.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise _unwritable(error) from None

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unwritable(error) from None

    def _thin_out(self, folder: Path, stills: set[str]) -> None:
        try:
            for path in folder.glob("*.png"):
                if path.stem not in stills:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from None

    def _remove(self, folder: Path) -> None:
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unwritable(error) from None


def _unwritable(error: OSError) -> StoreError:
    return StoreError(
        "store.unwritable",
        f"Stills can't be read or written: {error.strerror}.",
        fix="make data_dir writable for the user the node runs as, and free space in it",
    )
