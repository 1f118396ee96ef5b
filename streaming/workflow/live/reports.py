"""What viewers report of the picture they see, and what of it belongs in the audit trail."""

from streaming.protocol.messages import MediaReport
from streaming.workflow.live.people import Member
from streaming.workflow.live.ports import AuditSink
from streaming.workflow.live.source import is_slow

SLOW_RECORD_NS = 10_000_000_000


def record_report(member: Member, report: MediaReport, *, audit: AuditSink, now_ns: int) -> None:
    """A viewer who is warned not to judge motion is on record, and so is the warning's end;
    not more often than the audit trail can bear."""
    member.report = report
    slow, told_ns = is_slow(report), member.told_slow_ns
    if slow == member.slow or (told_ns is not None and now_ns - told_ns < SLOW_RECORD_NS):
        return
    member.slow, member.told_slow_ns = slow, now_ns
    audit.record(
        "picture.slow" if slow else "picture.steady",
        seat=member.seat.id,
        fps=round(report.fps),
        gap_ms=round(report.largest_gap_ms),
    )
