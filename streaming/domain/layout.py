"""A scanner screen's layout as a signature: what kind of thing is in which coarse cell.

Nothing can be read back from it. A cell is a 32nd of the picture's width and an 18th of its height
(40 by 40 pixels of 720p, two or three letters wide), and all that is kept of one is whether it is
empty, has strokes on it or is filled, dark or bright. docs/profiles.md is the specification.
"""

from dataclasses import dataclass

from streaming.domain.errors import ProfileError

COLUMNS = 32
ROWS = 18

IGNORED = "."
"""The cell is in or next to a region, where the picture itself moves."""

KINDS = "0123"
EMPTY = KINDS[0]
"""Then: strokes, filled with something dark, filled with something bright."""

ALIKE_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Layout:
    """``rows`` are ``ROWS`` texts of ``COLUMNS`` signs: ``.`` ignored, else of ``KINDS``.

    Raises:
        ProfileError: ``profile.layout``.
    """

    rows: tuple[str, ...]

    def __post_init__(self) -> None:
        signs = set(IGNORED + KINDS)
        if len(self.rows) != ROWS or any(
            not isinstance(row, str) or len(row) != COLUMNS or not set(row) <= signs
            for row in self.rows
        ):
            raise ProfileError(
                "profile.layout",
                f"'layout' isn't {ROWS} rows of {COLUMNS} signs . 0 1 2 3",
                fix="leave it out, or confirm the profile anew on the set-up page",
            )


def alike(one: Layout, other: Layout) -> bool:
    """Whether both are of the same page: of the cells that neither ignores, most are the same."""
    pairs = [
        (a, b)
        for a, b in zip("".join(one.rows), "".join(other.rows), strict=True)
        if IGNORED not in (a, b)
    ]
    same = sum(a == b for a, b in pairs)
    return same >= ALIKE_SHARE * len(pairs)
