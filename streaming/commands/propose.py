"""``sonopair profile propose``: look at a source for a few seconds and draw a profile.

Runs in the command's own process, with no node and no network: the raw pictures stay in it.
"""

import time
from dataclasses import dataclass

from streaming.capture.spec import open_source
from streaming.domain.errors import SonopairError, Unavailable
from streaming.domain.mask import Mask
from streaming.domain.profile import MAX_SOURCE, ScannerProfile, render_profile
from streaming.picture.glimpses import Glimpses
from streaming.picture.layout import layout_of
from streaming.picture.proposal import Proposal, Sureness
from streaming.picture.source import Source, SourceError

READ_TIMEOUT_S = 0.25
OPENING_S = 5.0
"""How long a source may take until its first picture, beyond the seconds asked for."""


class NothingFound(SonopairError):
    """The pictures came, but no ultrasound is seen on them. The code says why."""


@dataclass(frozen=True, slots=True)
class Proposed:
    profile: ScannerProfile
    proposal: Proposal

    @property
    def toml(self) -> str:
        """Refused wherever a confirmed profile is needed, until somebody takes the line out."""
        return (
            "# A proposal. Look at every region: no name, number, date or face may be inside.\n"
            "# Then take this line out, which confirms it:\n"
            "confirmed = false\n\n" + render_profile(self.profile)
        )


def propose_profile(spec: str, *, seconds: float, name: str) -> Proposed:
    """Raises:
    SourceError: the source can't be opened or read.
    Unavailable: ``source.no_picture``.
    NothingFound: ``proposal.frozen``, ``proposal.no_signal`` and the like.
    ProfileError: ``profile.name``.
    """
    source = open_source(spec, source_id="")
    glimpses = _look(source, seconds=seconds)
    proposal = glimpses.propose()
    if proposal is None or glimpses.newest is None:
        raise Unavailable(
            "source.no_picture",
            "no picture came from the source",
            fix="check the cable and the scanner's output, then try again",
        )
    if proposal.sureness is Sureness.NOTHING:
        raise NothingFound(
            proposal.code, "no ultrasound was found on the picture", fix=proposal.advice
        )
    scheme = spec.partition(":")[0]  # the rest may hold a password or a name
    profile = ScannerProfile(
        name=name or f"Scanner, {proposal.size}",
        size=proposal.size,
        regions=proposal.regions,
        source=f"proposed from {scheme}:, {proposal.size}"[:MAX_SOURCE],
        layout=layout_of(glimpses.newest, Mask(size=proposal.size, regions=proposal.regions)),
    )
    return Proposed(profile, proposal)


def _look(source: Source, *, seconds: float) -> Glimpses:
    glimpses = Glimpses()
    ends_at = time.monotonic() + seconds + OPENING_S
    try:
        source.open()
        while time.monotonic() < ends_at:
            frame = source.read(READ_TIMEOUT_S)
            if frame is None:
                continue
            if glimpses.size is None:
                ends_at = time.monotonic() + seconds
            glimpses.offer(frame)
    except SourceError:
        if glimpses.size is None:
            raise  # a stream that ends early has shown enough, or the proposal says that it hasn't
    finally:
        source.close()
    return glimpses
