"""How a viewer says it is doing, and when its wish for a key frame is a new one. Pure."""

from streaming.webrtc.rtcp import Feedback, Report

MIN_KEYFRAME_INTERVAL_NS = 100_000_000
"""A PLI this soon after another one repeats it; browsers repeat until a key frame arrives."""

_MAX_RTT_NS = 10_000_000_000


class Reception:
    """``rtt_ns`` is 0 until a report told it; ``lost`` is cumulative, and duplicates lower it."""

    def __init__(self) -> None:
        self.rtt_ns = 0
        self.lost = 0
        self.fraction_lost = 0.0
        self.nacks = 0
        self.plis = 0
        self._wanted_ns: int | None = None
        self._last_fir: int | None = None

    def update(self, feedback: Feedback, *, ntp: int) -> None:
        """``ntp`` is now, 64 bits."""
        self.nacks += len(feedback.nacked)
        for report in feedback.reports:
            self.lost = report.lost
            self.fraction_lost = report.fraction_lost
            self._measure(report, ntp)

    def keyframe_wanted(self, feedback: Feedback, now_ns: int) -> bool:
        """A FIR counts once per sequence number (RFC 5104, 4.3.1.2)."""
        firs = [fir for fir in feedback.firs if fir != self._last_fir]
        if firs:
            self._last_fir = firs[-1]
        wishes = feedback.plis + len(firs)
        self.plis += wishes
        if not wishes:
            return False
        if self._wanted_ns is not None and now_ns - self._wanted_ns < MIN_KEYFRAME_INTERVAL_NS:
            return False
        self._wanted_ns = now_ns
        return True

    def _measure(self, report: Report, ntp: int) -> None:
        """RFC 3550, 6.4.1: arrival minus last SR minus delay, in 1/65536 s."""
        if not report.last_sr:
            return
        units = (ntp >> 16) - report.last_sr - report.delay & 0xFFFF_FFFF
        rtt_ns = units * 1_000_000_000 >> 16
        if rtt_ns < _MAX_RTT_NS:
            self.rtt_ns = rtt_ns
