"""The phantom that feeds the other contenders: the product's own source, in their process."""

from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import parse_qs

from streaming.capture.phantom import Phantom, phantom_profile_toml
from streaming.domain.frame import Size
from streaming.domain.profile import ScannerProfile, parse_profile
from streaming.picture.source import Source


@dataclass(frozen=True, slots=True)
class PhantomOf:
    source: Source
    size: Size
    fps: int
    profile: ScannerProfile


def phantom_of(spec: str) -> PhantomOf:
    """``spec``: ``phantom:?size=WIDTHxHEIGHT&fps=N``."""
    options = parse_qs(spec.partition("?")[2], strict_parsing=True)
    width, height = options["size"][0].split("x")
    size, fps = Size(int(width), int(height)), int(options["fps"][0])
    source = Phantom(source_id="bench", size=size, fps=Fraction(fps))
    return PhantomOf(source, size, fps, parse_profile(phantom_profile_toml(size)))
