from typing import Literal

import pytest

from streaming.feed.liveness import (
    HOPELESS_S,
    NO_PICTURE_NS,
    PROVEN_S,
    SILENT_NS,
    STARTING_NS,
    STUCK_NS,
    Backoff,
    Liveness,
    Verdict,
)
from streaming.protocol.worker_link import Health

MS = 1_000_000


def health(source: Literal["starting", "live", "frozen", "lost"]) -> Health:
    return Health(source=source, since_ns=0, mask="black")


def test_pictures_keep_it_fine() -> None:
    liveness = Liveness(0)
    for i in range(1, 100):
        liveness.on_picture(i * 33 * MS)
        assert liveness.judge(i * 33 * MS + MS) is Verdict.FINE


def test_stopped_process_is_killed_after_silence() -> None:
    liveness = Liveness(0)
    liveness.on_picture(MS)
    assert liveness.judge(MS + NO_PICTURE_NS + 1) is Verdict.NO_SIGNAL
    assert liveness.judge(MS + SILENT_NS + 1) is Verdict.KILL


@pytest.mark.parametrize("had_picture", [True, False])
def test_source_reported_lost_is_no_signal_and_the_worker_stays(had_picture: bool) -> None:
    liveness = Liveness(0)
    if had_picture:
        liveness.on_picture(1)
    for seconds in range(1, 60):
        liveness.on_health(health("lost"), seconds * 1000 * MS)
        assert liveness.judge(seconds * 1000 * MS) is Verdict.NO_SIGNAL


def test_worker_that_claims_to_be_live_without_pictures_is_killed() -> None:
    liveness = Liveness(0)
    liveness.on_picture(1)
    liveness.on_health(health("live"), STUCK_NS)
    assert liveness.judge(STUCK_NS) is Verdict.NO_SIGNAL
    liveness.on_health(health("live"), STUCK_NS + MS)
    assert liveness.judge(STUCK_NS + MS) is Verdict.KILL


def test_worker_may_take_its_time_to_import_but_not_to_answer() -> None:
    liveness = Liveness(1)
    assert liveness.judge(SILENT_NS * 3) is Verdict.FINE
    liveness.on_ready(SILENT_NS * 3)
    assert liveness.judge(SILENT_NS * 4 + 1) is Verdict.KILL


def test_source_may_take_its_time_to_open() -> None:
    liveness = Liveness(0)
    liveness.on_health(health("starting"), STARTING_NS)
    assert liveness.judge(STARTING_NS) is Verdict.FINE
    liveness.on_health(health("starting"), STARTING_NS + MS)
    assert liveness.judge(STARTING_NS + MS) is Verdict.KILL


def test_worker_that_worked_is_replaced_at_once() -> None:
    liveness = Liveness(0)
    liveness.on_picture(1)
    liveness.on_picture(1 + 20_000 * MS)
    backoff = Backoff()
    for _ in range(3):
        assert backoff.next_delay_s(worked_s=liveness.worked_s) == 0


def test_worker_that_never_worked_is_retried_ever_more_slowly() -> None:
    backoff = Backoff()
    assert Liveness(0).worked_s is None
    delays = [backoff.next_delay_s(worked_s=None) for _ in range(7)]
    assert delays == [0.25, 0.5, 1, 2, 4, 5, 5]
    assert backoff.next_delay_s(worked_s=PROVEN_S) == 0
    assert backoff.next_delay_s(worked_s=None) == 0.5


def test_worker_that_keeps_dying_on_its_second_picture_is_slowed_down() -> None:
    backoff = Backoff()
    delays = [backoff.next_delay_s(worked_s=0.03) for _ in range(6)]
    assert delays == [0, 0.5, 1, 2, 4, 5]


def test_worker_that_gave_up_is_tried_again_rarely_until_one_works() -> None:
    backoff = Backoff(hopeless=True)
    assert backoff.next_delay_s(worked_s=None) == HOPELESS_S
    assert backoff.next_delay_s(worked_s=1.0) == 0
    assert backoff.next_delay_s(worked_s=None) == 0.5
