"""Scanner profiles: which regions of which picture may pass, as a small TOML file.

docs/profiles.md is the specification.
"""

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streaming.domain.errors import ProfileError
from streaming.domain.frame import Size
from streaming.domain.layout import Layout, alike
from streaming.domain.mask import Mask, Polygon, Rectangle, Region

MAX_FILE_BYTES = 64 * 1024
MAX_NAME = 80
MAX_SOURCE = 200
MAX_SIDE = 8192
MAX_MM_PER_PIXEL = 10.0

_KEYS = {"name", "size", "regions", "mm_per_pixel", "source", "layout", "confirmed"}
_SHAPES = "a rectangle is [x0, y0, x1, y1], a polygon [[x, y], [x, y], [x, y], …], whole numbers"


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """What may leave the machine of one scanner's picture of one size.

    ``source`` says where the profile was made, for people. ``mm_per_pixel`` holds for the
    picture's own pixels, both ways; None means that nobody calibrated it. With a ``layout`` the
    regions pass only while the screen is like it; without one, whatever is shown.

    Raises:
        ProfileError: ``profile.name``, ``profile.size``, ``profile.mm_per_pixel`` or
            ``profile.source``.
        MaskError: a region is empty or lies outside ``size``.
    """

    name: str
    size: Size
    regions: tuple[Region, ...]
    mm_per_pixel: float | None = None
    source: str = ""
    layout: Layout | None = None

    def __post_init__(self) -> None:
        _check_text("name", self.name, minimum=1, maximum=MAX_NAME)
        _check_text("source", self.source, minimum=0, maximum=MAX_SOURCE)
        for side in (self.size.width, self.size.height):
            if side % 2 or not 16 <= side <= MAX_SIDE:
                raise ProfileError(
                    "profile.size",
                    f"{self.size} isn't a size a picture can have here",
                    fix=f"both sides are even and from 16 to {MAX_SIDE}",
                )
        if self.mm_per_pixel is not None and not 0 < self.mm_per_pixel <= MAX_MM_PER_PIXEL:
            raise _mm_error(self.mm_per_pixel)
        Mask(size=self.size, regions=self.regions)

    @property
    def mask(self) -> Mask:
        return Mask(size=self.size, regions=self.regions)


def still_meant(profiles: Sequence[ScannerProfile]) -> list[ScannerProfile]:
    """Of profiles confirmed for one source, newest first, the first and those of other pages.

    One whose size and layout a newer one has was replaced, perhaps because it showed too much: it
    must not come back. One without a layout can't be told from others, and is left out too.
    """
    kept: list[ScannerProfile] = []
    for profile in profiles:
        replaced = any(_same_page(profile, newer) for newer in kept)
        if not kept or (profile.layout is not None and not replaced):
            kept.append(profile)
    return kept


def _same_page(one: ScannerProfile, other: ScannerProfile) -> bool:
    if one.size != other.size:
        return False
    return one.layout is None or other.layout is None or alike(one.layout, other.layout)


def parse_profile(text: str) -> ScannerProfile:
    """Raises:
    ProfileError: ``profile.toml``, ``profile.too_large``, ``profile.unknown_key``,
        ``profile.missing_key``, ``profile.unconfirmed``, ``profile.region_shape`` or what
        ``ScannerProfile`` raises.
    MaskError: a region is empty or lies outside the picture.
    """
    if len(text.encode()) > MAX_FILE_BYTES:
        raise ProfileError(
            "profile.too_large",
            f"a profile is at most {MAX_FILE_BYTES // 1024} KiB",
            fix="give the file of one scanner's profile",
        )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(
            "profile.toml", f"not valid TOML: {error}", fix="see docs/profiles.md for an example"
        ) from error
    return profile_from_values(values)


def profile_from_values(values: Mapping[str, Any]) -> ScannerProfile:
    """A profile of plain values, as TOML or JSON give them. Raises as ``parse_profile`` does."""
    _check_keys(values)
    _check_confirmed(values.get("confirmed", True))
    regions = values["regions"]
    if not isinstance(regions, list):
        raise _shape_error("'regions' isn't a list")
    mm_per_pixel = values.get("mm_per_pixel")
    if mm_per_pixel is not None and not _is_number(mm_per_pixel):
        raise _mm_error(mm_per_pixel)
    return ScannerProfile(
        name=values["name"],
        size=_size(values["size"]),
        regions=tuple(_region(value, number) for number, value in enumerate(regions, start=1)),
        mm_per_pixel=None if mm_per_pixel is None else float(mm_per_pixel),
        source=values.get("source", ""),
        layout=_layout(values.get("layout")),
    )


def render_profile(profile: ScannerProfile) -> str:
    """The canonical TOML of ``profile``: ``parse_profile`` gives the same profile back."""
    lines = [
        f"name = {_quote(profile.name)}",
        f"size = [{profile.size.width}, {profile.size.height}]",
        "regions = [",
        *(f"  {json.dumps(_region_values(region))}," for region in profile.regions),
        "]",
    ]
    if profile.mm_per_pixel is not None:
        lines.append(f"mm_per_pixel = {profile.mm_per_pixel!r}")
    if profile.source:
        lines.append(f"source = {_quote(profile.source)}")
    if profile.layout is not None:
        lines += ["layout = [", *(f"  {_quote(row)}," for row in profile.layout.rows), "]"]
    return "\n".join(lines) + "\n"


def profile_sha256(profile: ScannerProfile) -> str:
    """Hexadecimal; of the canonical form, so comments, spacing and key order don't matter."""
    return hashlib.sha256(render_profile(profile).encode()).hexdigest()


def _check_keys(values: Mapping[str, Any]) -> None:
    if unknown := sorted(set(values) - _KEYS):
        raise ProfileError(
            "profile.unknown_key",
            f"unknown key '{unknown[0][:MAX_NAME]}'",
            fix=f"the keys are {', '.join(sorted(_KEYS))}",
        )
    for key in ("name", "size", "regions"):
        if key not in values:
            raise ProfileError(
                "profile.missing_key", f"'{key}' is missing", fix="see docs/profiles.md"
            )


def _check_confirmed(value: object) -> None:
    """A profile is a person's word. A proposal says of itself that it isn't, and is refused."""
    if value is not True:
        raise ProfileError(
            "profile.unconfirmed",
            "this profile is a proposal that nobody has confirmed",
            fix="look at every region, then take the line 'confirmed = false' out of the file",
        )


def _check_text(key: str, value: object, *, minimum: int, maximum: int) -> None:
    if (
        not isinstance(value, str)
        or not minimum <= len(value) <= maximum
        or not value.isprintable()
        or value != value.strip()
    ):
        raise ProfileError(
            f"profile.{key}",
            f"'{key}' can't be used",
            fix=f"{minimum} to {maximum} printable characters, no space at either end",
        )


def _layout(value: object) -> Layout | None:
    if value is None:
        return None
    return Layout(tuple(value) if isinstance(value, list) else ())


def _size(value: object) -> Size:
    if not (isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value))):
        raise ProfileError(
            "profile.size", "'size' isn't [width, height]", fix="for example: size = [1280, 720]"
        )
    return Size(*value)


def _region(value: object, number: int) -> Region:
    wanted, shape = _named_shape(value, number)
    if wanted == "rect" and isinstance(shape, list):
        if len(shape) == 4 and all(map(_is_whole, shape)):
            return Rectangle(*shape)
    elif isinstance(shape, list) and len(shape) >= 3 and all(map(_is_point, shape)):
        return Polygon(tuple((x, y) for x, y in shape))
    raise _shape_error(f"region {number} isn't a {'rectangle' if wanted == 'rect' else wanted}")


def _named_shape(value: object, number: int) -> tuple[str, object]:
    if isinstance(value, list):
        return ("rect" if all(map(_is_whole, value)) else "polygon"), value
    if isinstance(value, dict) and len(value) == 1 and value.keys() <= {"rect", "polygon"}:
        return next(iter(value.items()))
    raise _shape_error(f"region {number} is neither a rectangle nor a polygon")


def _region_values(region: Region) -> list[Any]:
    match region:
        case Rectangle(x0, y0, x1, y1):
            return [x0, y0, x1, y1]
        case Polygon(points):
            return [list(point) for point in points]


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_point(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value))


def _quote(text: str) -> str:
    """A TOML basic string: for printable text the same as a JSON string (TOML 1.0, section
    "String")."""
    return json.dumps(text, ensure_ascii=False)


def _shape_error(message: str) -> ProfileError:
    return ProfileError("profile.region_shape", message, fix=_SHAPES)


def _mm_error(value: object) -> ProfileError:
    return ProfileError(
        "profile.mm_per_pixel",
        f"{value!r:.40} millimetres per pixel can't be",
        fix=f"a number above 0 and at most {MAX_MM_PER_PIXEL:g}, or leave it out",
    )
