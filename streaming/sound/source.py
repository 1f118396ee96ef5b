"""The port of a scanner's own sound (Doppler), implemented beside the pictures in ``capture/``.

Never a person's voice: what a source is allowed to read is the machine's audio output.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from streaming.domain.errors import SonopairError

Samples = npt.NDArray[np.int16]


class SoundError(SonopairError):
    """The sound can't be had, or is gone; the pictures go on. Names no path and no address."""


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """48 kHz sound of any length: ``samples`` has the shape ``(n, channels)``, one or two.

    ``captured_at_ns`` is the moment of the first sample, in the clock of the pictures.
    """

    captured_at_ns: int
    samples: Samples


class SoundSource(Protocol):
    """Blocking; every call comes from one thread of the capture worker, which isn't the one that
    reads the pictures. It is open only while somebody listens."""

    def open(self) -> None:
        """Raises SoundError."""

    def read(self, timeout_s: float) -> SoundBlock | None:
        """The next block, at the moment it is due, or None. Raises SoundError."""

    def close(self) -> None:
        """Idempotent; never raises."""


@runtime_checkable
class Sounding(Protocol):
    """A source of pictures that may have sound as well."""

    @property
    def sound(self) -> SoundSource | None:
        """None where there is none, which some only know once they are open."""


def sound_of(source: object) -> SoundSource | None:
    return source.sound if isinstance(source, Sounding) else None
