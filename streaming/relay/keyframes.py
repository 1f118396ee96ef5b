"""When to ask the encoder for a key frame, so that a burst of requests costs one.

The first request is granted at once. Within the window after a grant further ones are remembered
and granted at its end, unless a key frame arrived *after* they did: a rule that forgot requests
because some key frame was recent would leave a joiner without a picture.
"""

from dataclasses import dataclass

WINDOW_NS = 300_000_000
"""Least time between two key frames asked for by the people who act on the picture."""

OBSERVER_WINDOW_NS = 2_000_000_000
"""The same for observers, who must not be able to cost the others quality."""


@dataclass(slots=True)
class KeyframeRequests:
    """The state of one encode. ``now_ns`` is any monotonic clock."""

    _granted_ns: int | None = None
    _due_ns: int | None = None

    def ask(self, now_ns: int, *, observer: bool = False) -> bool:
        """Whether to ask the encoder now; if not, ``due`` says so later."""
        window_ns = OBSERVER_WINDOW_NS if observer else WINDOW_NS
        earliest_ns = now_ns if self._granted_ns is None else self._granted_ns + window_ns
        if earliest_ns <= now_ns:
            return self._grant(now_ns)
        self._due_ns = min(earliest_ns, self._due_ns or earliest_ns)
        return False

    def due(self, now_ns: int) -> bool:
        """Whether a remembered request is to be granted now; call it once a frame."""
        if self._due_ns is None or now_ns < self._due_ns:
            return False
        return self._grant(now_ns)

    def keyframe_arrived(self) -> None:
        """What was waiting is served by this key frame."""
        self._due_ns = None

    def _grant(self, now_ns: int) -> bool:
        self._granted_ns = now_ns
        self._due_ns = None
        return True
