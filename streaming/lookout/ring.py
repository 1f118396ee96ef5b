"""The newest masked luma, in memory that worker and look-out share.

The writer never waits. A reader that is slower than the ring goes round sees that its slot was
written meanwhile and takes a newer one. Memory order between processes isn't guaranteed by
anything here: at worst one look sees parts of two neighbouring pictures, which the next look,
half a second later, sees whole.
"""

import mmap
import os
from typing import Self

import numpy as np
import numpy.typing as npt

from streaming.domain.frame import Size

SLOTS = 4
_HEADER_BYTES = 4096
_LATEST, _FIRST_SLOT = 0, 1

Luma = npt.NDArray[np.uint8]


class _Ring:
    """One memory, as arrays. ``fd`` belongs to the ring and is closed with it."""

    def __init__(self, fd: int, size: Size) -> None:
        self.fd = fd
        self.size = size
        shape = (SLOTS, size.height, size.width)
        self._memory = mmap.mmap(fd, _length(size))
        # Per slot: how often it was written, odd while it is being written; captured_at_ns.
        self._marks = np.frombuffer(self._memory, np.int64, 1 + 2 * SLOTS)
        self._luma = np.frombuffer(
            self._memory, np.uint8, SLOTS * size.height * size.width, _HEADER_BYTES
        ).reshape(shape)

    def close(self) -> None:
        del self._marks, self._luma
        self._memory.close()
        os.close(self.fd)


class RingWriter(_Ring):
    @classmethod
    def create(cls, size: Size) -> Self:
        """Raises OSError: no memory."""
        fd = os.memfd_create("sonopair-luma")
        try:
            os.ftruncate(fd, _length(size))
            return cls(fd, size)
        except OSError:
            os.close(fd)
            raise

    def write(self, luma: Luma, captured_at_ns: int) -> None:
        """``luma`` has the shape ``(height, width)`` of ``size``. Takes about 0.1 ms at 720p."""
        number = int(self._marks[_LATEST]) + 1
        slot = number % SLOTS
        mark = _FIRST_SLOT + 2 * slot
        self._marks[mark] += 1
        np.copyto(self._luma[slot], luma)
        self._marks[mark + 1] = captured_at_ns
        self._marks[mark] += 1
        self._marks[_LATEST] = number


class RingReader(_Ring):
    def newest(self, *, after_ns: int) -> tuple[Luma, int] | None:
        """A copy of the newest picture and its capture time; None when none is newer."""
        for _ in range(SLOTS):
            number = int(self._marks[_LATEST])
            slot = number % SLOTS
            mark = _FIRST_SLOT + 2 * slot
            written, captured_at_ns = int(self._marks[mark]), int(self._marks[mark + 1])
            if number == 0 or captured_at_ns <= after_ns:
                return None
            luma = self._luma[slot].copy()
            if written % 2 == 0 and written == self._marks[mark]:
                return luma, captured_at_ns
        return None


def _length(size: Size) -> int:
    return _HEADER_BYTES + SLOTS * size.width * size.height
