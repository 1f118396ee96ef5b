"""The one place where a raw picture becomes one that may be shown, stored and sent.

Whatever isn't inside a confirmed region of a picture of the confirmed size is black: luma 16,
chroma 128 (limited range). Exactly 16 and not "at most 16": a full-range source writes text into
0..15 as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from streaming.domain.frame import Size
from streaming.domain.mask import Mask
from streaming.domain.profile import ScannerProfile
from streaming.picture.black import black_picture
from streaming.picture.frame import I420, MaskedFrame, RawFrame
from streaming.picture.layout import LayoutWatch
from streaming.picture.text_screen import TextScreen


class MaskState(StrEnum):
    CONFIRMED = "confirmed"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class MaskStatus:
    """What the mask does to the pictures; ``code`` and ``detail`` say why it is black."""

    state: MaskState
    code: str = ""
    detail: str = ""
    profile: str = ""
    mm_per_pixel: float | None = None


UNCONFIRMED = MaskStatus(
    MaskState.BLACK, "mask.unconfirmed", "Nobody has confirmed which part of the picture may pass."
)


@dataclass(frozen=True, slots=True)
class _Rule:
    profile: ScannerProfile
    hidden: I420
    layout: LayoutWatch | None
    """None: the profile has no signature, and whatever screen is shown counts as the one."""

    def status(self, size: Size | None) -> MaskStatus:
        if size not in (None, self.profile.size):
            return MaskStatus(
                MaskState.BLACK,
                "mask.size_mismatch",
                f"The picture is {size}, the confirmed profile is for {self.profile.size}.",
                profile=self.profile.name,
            )
        if self.layout is not None and self.layout.changed:
            return MaskStatus(
                MaskState.BLACK,
                "mask.layout_changed",
                "The scanner shows another page than the one that was confirmed.",
                profile=self.profile.name,
            )
        return MaskStatus(
            MaskState.CONFIRMED,
            profile=self.profile.name,
            mm_per_pixel=self.profile.mm_per_pixel,
        )

    def may_pass(self, frame: RawFrame) -> bool:
        """Whether the regions of this very picture may. Looks at it, so once for each."""
        if frame.size != self.profile.size:
            return False
        return self.layout is None or self.layout.recognise(frame.planes[: frame.size.height])


class _Rules:
    """What was confirmed, as a whole: the rule in force, and those that may take its place.

    Never changed from outside but replaced, so that what is withdrawn can't come back.
    """

    def __init__(self, rules: Sequence[_Rule], withheld: MaskStatus) -> None:
        self._rules = rules
        self._withheld = withheld
        self.current = rules[0] if rules else None

    def status(self, size: Size | None) -> MaskStatus:
        return self._withheld if self.current is None else self.current.status(size)

    def choose(self, frame: RawFrame) -> _Rule | None:
        """The one whose regions of this picture may pass; the one in force, if it can be."""
        for rule in sorted(self._rules, key=lambda rule: rule is not self.current):
            if rule.may_pass(frame):
                self.current = rule
                return rule
        return None


class Masker:
    """Blacks out everything outside the confirmed profile's regions, in place.

    Fails closed: with no profile, a picture of another size than the profile's or another layout,
    the whole picture is black; so it is with ``screen`` when that withholds it, else what it covers
    is. One thread masks; any may set the profile.
    """

    def __init__(
        self, profile: ScannerProfile | None = None, *, screen: TextScreen | None = None
    ) -> None:
        self._screen = screen or TextScreen()
        self._black: dict[Size, I420] = {}
        self._size: Size | None = None
        self.set_profile(profile)

    @property
    def status(self) -> MaskStatus:
        """For pictures of the last one's size; before the first, for the profile's."""
        return self._status(self._rules, self._size)

    @property
    def profile(self) -> ScannerProfile | None:
        return None if self._rules.current is None else self._rules.current.profile

    def set_profile(
        self,
        profile: ScannerProfile | None,
        *,
        withheld: MaskStatus = UNCONFIRMED,
        others: Sequence[ScannerProfile] = (),
    ) -> None:
        """In force from the next picture on. ``withheld`` says why there is no profile.

        Of ``others``, confirmed earlier, the one that fits takes over while ``profile`` doesn't;
        those without a layout are left out, because they can't be told.
        """
        rules = [] if profile is None else [_rule(profile, trusted=True)]
        if rules:
            rules += [_rule(other, trusted=False) for other in others if other.layout is not None]
        self._rules = _Rules(rules, withheld)
        self._screen.forget()

    def mask(self, frame: RawFrame) -> MaskedFrame:
        """Consumes ``frame``: its buffer is overwritten and belongs to the result.

        Raises:
            ValueError: the planes aren't what ``RawFrame`` promises (a fault of the source).
        """
        _check_layout(frame)
        rules, size = self._rules, frame.size
        if size != self._size:
            self._screen.forget()
        self._size = size
        black = self._black_picture(size)
        planes = frame.planes
        rule = rules.choose(frame)
        if rule is not None:
            planes = np.asarray(cv2.copyTo(black, rule.hidden, planes), np.uint8)
            self._screen.show(planes[: size.height], frame.captured_at_ns)
            self._screen.cover(planes, size)
        if rule is None or self._status(rules, size).state is MaskState.BLACK:
            np.copyto(planes, black)
        return MaskedFrame(
            source_id=frame.source_id,
            number=frame.number,
            captured_at_ns=frame.captured_at_ns,
            size=frame.size,
            planes=planes,
        )

    def _status(self, rules: _Rules, size: Size | None) -> MaskStatus:
        status = rules.status(size)
        if size is None or status.state is MaskState.BLACK:
            return status
        withheld = self._screen.withheld(size)
        if withheld is None:
            return status
        return MaskStatus(MaskState.BLACK, withheld.code, withheld.detail, profile=status.profile)

    def _black_picture(self, size: Size) -> I420:
        if size not in self._black:
            self._black = {size: black_picture(size)}
        return self._black[size]


def _rule(profile: ScannerProfile, *, trusted: bool) -> _Rule:
    layout = profile.layout
    watch = None if layout is None else LayoutWatch(layout, trusted=trusted)
    return _Rule(profile, hidden_samples(profile.mask), watch)


def hidden_samples(mask: Mask) -> I420:
    """Shape of the I420 planes: 255 where a sample is hidden, 0 where it passes."""
    width, height = mask.size.width, mask.size.height
    blocks = np.full((height // 2, width // 2), 255, np.uint8)
    for run in mask.runs():
        blocks[run.row, run.first : run.end] = 0
    hidden = np.empty((height * 3 // 2, width), np.uint8)
    hidden[:height] = blocks.repeat(2, axis=0).repeat(2, axis=1)
    hidden[height:] = np.concatenate([blocks.ravel(), blocks.ravel()]).reshape(-1, width)
    return hidden


def _check_layout(frame: RawFrame) -> None:
    planes = frame.planes
    wanted = (frame.size.height * 3 // 2, frame.size.width)
    if frame.size.width % 2 or frame.size.height % 2 or planes.shape != wanted:
        raise ValueError(f"planes of shape {planes.shape} can't be I420 of {frame.size}")
    if planes.dtype != np.uint8 or not planes.flags.c_contiguous or not planes.flags.writeable:
        raise ValueError("planes aren't contiguous, writeable uint8")
