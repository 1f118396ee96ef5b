"""Boxes seen again and again become one finding, with the time from first to last sight."""

from dataclasses import dataclass

from streaming.domain.boxes import is_same, padded, union
from streaming.domain.gate import Finding
from streaming.domain.mask import Rectangle
from streaming.text.detector import PAD_PX, TextBox
from streaming.text.opening import NS_PER_S


@dataclass(slots=True, eq=False)
class _Track:
    place: Rectangle
    begins_ns: int
    ends_ns: int
    score: float


class Tracks:
    """Boxes are padded as they come, and only ever grow: what once held text stays covered."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []

    def see(self, box: TextBox, *, begins_ns: int, ends_ns: int, bounds: tuple[int, int]) -> None:
        """``bounds`` is the picture's width and height."""
        place = padded(box.place, PAD_PX, width=bounds[0], height=bounds[1])
        same = [track for track in self._tracks if is_same(track.place, place)]
        seen = _Track(place, begins_ns, ends_ns, box.score)
        joined = [*same, seen]
        self._tracks = [track for track in self._tracks if track not in same]
        self._tracks.append(
            _Track(
                union(track.place for track in joined),
                min(track.begins_ns for track in joined),
                max(track.ends_ns for track in joined),
                max(track.score for track in joined),
            )
        )

    def findings(self) -> tuple[Finding, ...]:
        """In the order of their first sight."""
        return tuple(
            Finding(
                track.place,
                round(track.begins_ns / NS_PER_S, 3),
                round(track.ends_ns / NS_PER_S, 3),
                round(track.score, 3),
            )
            for track in sorted(self._tracks, key=lambda track: track.begins_ns)
        )
