"""Looks through a finished clip: every key frame, a picture a second, and each half second's
projections and each two seconds', in which text that stood only briefly or faintly comes out."""

from collections.abc import Callable
from pathlib import Path

from streaming.domain.gate import Scan
from streaming.text.clip_file import ClipFile, ClipPicture
from streaming.text.detector import Detector, Picture, look_scale
from streaming.text.finder import shrunk
from streaming.text.opening import BLOCKS, NS_PER_S, STEADY_WINDOWS, Opening, Window, steady
from streaming.text.sift import Sift
from streaming.text.tracks import Tracks
from streaming.text.traits import Traits

SINGLE_EVERY_NS = NS_PER_S

Progress = Callable[[float], None]
"""Told, after each picture, which share of the clip is done (0..1)."""


class ClipScanner:
    """One clip after the other; not thread-safe. Under a second for a second of video on one core,
    and no more memory for a clip of five minutes than for one of ten seconds."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._detector = Detector()
        self._sift = Sift()

    def scan(self, path: Path, *, progress: Progress = lambda share: None) -> Scan:
        """Raises:
        ClipError: ``gate.unreadable``.
        """
        with ClipFile(path) as clip:
            looking = _Looking(self._detector, self._sift)
            for picture in clip.pictures():
                looking.look_at(picture)
                progress(min(1.0, picture.at_ns / max(1, clip.duration_ns)))
            looking.finish()
            return Scan(
                pictures=clip.decoded,
                duration_s=clip.ends_ns / NS_PER_S,
                findings=looking.tracks.findings(),
                left=looking.left,
                coloured=looking.traits.coloured,
                still_s=looking.traits.still_s,
                damaged=clip.damaged,
                other_streams=clip.other_streams,
            )


class _Looking:
    """What has been seen of one clip so far."""

    def __init__(self, detector: Detector, sift: Sift) -> None:
        self.tracks = Tracks()
        self.traits = Traits()
        self.left = 0
        self._detector = detector
        self._sift = sift
        self._opening = Opening()
        self._whole_blocks = 0
        self._windows: list[Window] = []
        self._next_single_ns = 0
        self._scale = 1.0

    def look_at(self, picture: ClipPicture) -> None:
        scale = look_scale(picture.luma.shape[0])
        if self._opening.add(shrunk(picture.luma, scale), picture.at_ns):
            self._whole_blocks += 1
            self.traits.see_colour(picture)
            if self._whole_blocks == BLOCKS:
                self._look_through(self._opening.window(), scale)
                self._whole_blocks = 0
        if picture.is_key or picture.at_ns >= self._next_single_ns:
            self._next_single_ns = picture.at_ns + SINGLE_EVERY_NS
            self.traits.see_colour(picture)
            self._find(picture.colours(scale), scale, picture.at_ns, picture.at_ns)
        self._scale = scale

    def finish(self) -> None:
        """What came after the last whole window."""
        self._look_through(self._opening.rest(self._whole_blocks), self._scale)
        if len(self._windows) > 1:
            self._look_steadily(self._scale)

    def _look_through(self, window: Window | None, scale: float) -> None:
        if window is None:
            return
        self.traits.see_motion(window)
        for projection in (window.open, window.mean, window.tri(), window.top_hat()):
            self._find(projection, scale, window.begins_ns, window.ends_ns)
        if self._windows and self._windows[0].open.shape != window.open.shape:
            self._windows.clear()
        self._windows.append(window)
        if len(self._windows) == STEADY_WINDOWS:
            self._look_steadily(scale)

    def _look_steadily(self, scale: float) -> None:
        """At what stood for two seconds, or for as long as there is at the end."""
        begins_ns, ends_ns = self._windows[0].begins_ns, self._windows[-1].ends_ns
        stood = steady(self._windows)
        self._windows.clear()
        for projection in (stood.low, stood.mean):
            self._find(projection, scale, begins_ns, ends_ns)

    def _find(self, picture: Picture, scale: float, begins_ns: int, ends_ns: int) -> None:
        boxes = self._detector.find(picture, scale=scale)
        foreign = self._sift.foreign(boxes, picture, scale=scale)
        self.left += len(boxes) - len(foreign)
        bounds = (round(picture.shape[1] / scale), round(picture.shape[0] / scale))
        for box in foreign:
            self.tracks.see(box, begins_ns=begins_ns, ends_ns=ends_ns, bounds=bounds)
