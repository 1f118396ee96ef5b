from streaming.webrtc.reception import MIN_KEYFRAME_INTERVAL_NS, Reception
from streaming.webrtc.rtcp import Feedback, Report

LATER_NS = MIN_KEYFRAME_INTERVAL_NS


def report(*, last_sr: int, delay: int = 0, lost: int = 0) -> Feedback:
    return Feedback(reports=[Report(0.5, lost, jitter=0, last_sr=last_sr, delay=delay)])


def test_the_round_trip_is_what_the_viewer_didnt_hold_the_report_for() -> None:
    reception = Reception()
    # Sent at 10 s, held for 0.5 s, back at 10.75 s.
    reception.update(report(last_sr=10 << 16, delay=1 << 15), ntp=(10 << 32) + (3 << 30))
    assert reception.rtt_ns == 250_000_000


def test_an_impossible_round_trip_is_ignored() -> None:
    reception = Reception()
    reception.update(report(last_sr=10 << 16, delay=1 << 20), ntp=11 << 32)
    assert reception.rtt_ns == 0


def test_a_report_before_the_first_sender_report_tells_loss_only() -> None:
    reception = Reception()
    reception.update(report(last_sr=0, lost=4), ntp=11 << 32)
    assert (reception.rtt_ns, reception.lost, reception.fraction_lost) == (0, 4, 0.5)


def test_nacks_are_counted() -> None:
    reception = Reception()
    reception.update(Feedback(nacked=[1, 2]), ntp=0)
    assert reception.nacks == 2


def test_a_pli_wants_a_key_frame_and_its_repetition_doesnt() -> None:
    reception = Reception()
    assert reception.keyframe_wanted(Feedback(plis=1), 0)
    assert not reception.keyframe_wanted(Feedback(plis=1), LATER_NS - 1)
    assert reception.keyframe_wanted(Feedback(plis=1), LATER_NS)
    assert reception.plis == 3


def test_a_fir_counts_once_per_number() -> None:
    reception = Reception()
    assert reception.keyframe_wanted(Feedback(firs=[1]), 0)
    assert not reception.keyframe_wanted(Feedback(firs=[1]), LATER_NS)
    assert reception.keyframe_wanted(Feedback(firs=[2]), LATER_NS)


def test_no_wish_is_no_wish() -> None:
    assert not Reception().keyframe_wanted(Feedback(nacked=[1]), 0)
