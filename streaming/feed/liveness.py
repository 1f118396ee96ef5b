"""When a source counts as lost and when its worker has to be replaced. Pure: ``now_ns`` is input.

A picture that stops is announced after ``NO_PICTURE_NS``; a worker that says nothing at all, or
that claims to be live while sending no picture, is taken for hung and killed.
"""

from dataclasses import dataclass
from enum import StrEnum

from streaming.protocol.worker_link import Health

NO_PICTURE_NS = 600_000_000
"""The worker itself reports a stall after 500 ms; this catches what it can't report."""

SILENT_NS = 1_500_000_000
"""No message at all, where health comes every 250 ms: the process is stopped or stuck. Not shorter,
because on an overloaded machine a worker that is killed for being late makes matters worse."""

STUCK_NS = 2_000_000_000
"""Health arrives but says live, and no picture does: the capture or encoder thread hangs."""

STARTING_NS = 10_000_000_000
"""A source may take this long to open (a camera on the network). It counts as starting until then,
or until its worker says that it is lost."""


HOPELESS_S = 10.0
PROVEN_S = 10.0


class Verdict(StrEnum):
    FINE = "fine"
    NO_SIGNAL = "no_signal"
    KILL = "kill"


@dataclass(slots=True)
class Liveness:
    """One worker, from ``Start`` on. ``heard_ns`` is 0 until it said that its imports are done."""

    started_ns: int
    heard_ns: int = 0
    picture_ns: int = 0
    first_picture_ns: int = 0
    health: Health | None = None

    @property
    def had_picture(self) -> bool:
        return self.picture_ns > 0

    @property
    def worked_s(self) -> float | None:
        return (self.picture_ns - self.first_picture_ns) / 1e9 if self.had_picture else None

    def on_ready(self, now_ns: int) -> None:
        self.heard_ns = now_ns

    def on_picture(self, now_ns: int) -> None:
        self.heard_ns = self.picture_ns = now_ns
        self.first_picture_ns = self.first_picture_ns or now_ns

    def on_health(self, health: Health, now_ns: int) -> None:
        self.heard_ns = now_ns
        self.health = health

    def judge(self, now_ns: int) -> Verdict:
        if self.heard_ns and now_ns - self.heard_ns > SILENT_NS:
            return Verdict.KILL
        if self.health is not None and self.health.source == "lost":
            return Verdict.NO_SIGNAL
        if not self.had_picture:
            return Verdict.KILL if now_ns - self.started_ns > STARTING_NS else Verdict.FINE
        waited_ns = now_ns - self.picture_ns
        if waited_ns > STUCK_NS:
            return Verdict.KILL
        return Verdict.NO_SIGNAL if waited_ns > NO_PICTURE_NS else Verdict.FINE


@dataclass(slots=True)
class Backoff:
    """Delay before the next worker, longer each time one dies young."""

    young_deaths: int = 0
    hopeless: bool = False
    """The last worker said that trying again doesn't help: a wrong spec, a file that isn't there.
    It is tried all the same, rarely: somebody may put the file there."""

    def next_delay_s(self, *, worked_s: float | None) -> float:
        """``worked_s``: from the dead worker's first picture to its last, None without any.

        The first death after a picture costs nothing; then it is 0.25, 0.5, 1, 2, 4 and at most 5
        seconds, until a worker has worked for ``PROVEN_S``.
        """
        if worked_s is not None:
            self.hopeless = False
            if worked_s >= PROVEN_S:
                self.young_deaths = 0
        if self.hopeless:
            return HOPELESS_S
        self.young_deaths += 1
        if worked_s is not None and self.young_deaths == 1:
            return 0.0
        return float(min(5.0, 0.25 * 2 ** (self.young_deaths - 1)))
