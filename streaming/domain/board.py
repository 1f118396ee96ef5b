"""What is drawn on the picture and kept: marks, in the order in which they were drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from streaming.domain.consult import MarkKind

MAX_MARKS = 500
MAX_BOARD_POINTS = 20_000
MAX_MARK_POINTS = 512

DECIMALS = 5
"""Of a kept coordinate: a twentieth of a pixel of a picture 4,000 pixels wide."""

POINTS_OF_KIND: Mapping[MarkKind, range] = MappingProxyType(
    {
        MarkKind.PEN: range(1, MAX_MARK_POINTS + 1),
        MarkKind.ARROW: range(2, 3),
        MarkKind.ELLIPSE: range(2, 3),
        MarkKind.CALIPER: range(2, 3),
        MarkKind.LABEL: range(1, 2),
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """``points`` are x0, y0, x1, y1, … in 0 … 1 of the encoded picture, origin top-left. It was
    drawn on the frame of ``captured_at_ns``; with ``still`` it belongs to that still alone."""

    id: str
    kind: MarkKind
    points: tuple[float, ...]
    captured_at_ns: int
    still: str = ""
    text: str = ""

    @property
    def count(self) -> int:
        """Of its points."""
        return len(self.points) // 2

    @property
    def is_well_formed(self) -> bool:
        """As many points as its kind has, both coordinates of each, and a text on labels only."""
        return (
            len(self.points) % 2 == 0
            and self.count in POINTS_OF_KIND[self.kind]
            and bool(self.text.strip()) is (self.kind is MarkKind.LABEL)
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    by: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Board:
    """Immutable, so that it can be tried out what a change leads to. ``points`` is their sum."""

    marks: Mapping[str, Drawn] = field(default_factory=lambda: MappingProxyType({}))
    points: int = 0

    def has_room_for(self, mark: Mark) -> bool:
        return len(self.marks) < MAX_MARKS and self.points + mark.count <= MAX_BOARD_POINTS

    def of(self, seat: str) -> tuple[str, ...]:
        """The marks that ``seat`` drew."""
        return tuple(name for name, drawn in self.marks.items() if drawn.by == seat)

    def with_mark(self, drawn: Drawn) -> "Board":
        marks = {**self.marks, drawn.mark.id: drawn}
        return Board(MappingProxyType(marks), self.points + drawn.mark.count)

    def without(self, names: Collection[str]) -> "Board":
        """Names that aren't on the board change nothing."""
        gone = set(names)
        marks = {name: drawn for name, drawn in self.marks.items() if name not in gone}
        return Board(MappingProxyType(marks), sum(d.mark.count for d in marks.values()))
