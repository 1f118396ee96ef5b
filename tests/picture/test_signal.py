import pytest

from streaming.picture.signal import PATIENCE_NS, STALLED_NS, Signal, SignalWatch

S = 1_000_000_000
T0 = 100 * S


def test_starts_by_starting() -> None:
    assert SignalWatch(T0).signal(T0 + S) == Signal("starting", T0)


def test_source_without_a_first_picture_is_lost_in_the_end() -> None:
    signal = SignalWatch(T0).signal(T0 + PATIENCE_NS)
    assert (signal.state, signal.since_ns, signal.code) == ("lost", T0, "source.no_picture")


def test_live_since_the_first_picture() -> None:
    watch = SignalWatch(T0)
    for n in range(1, 4):
        watch.picture(T0 + n, frozen_since_ns=None)
    assert watch.signal(T0 + 4) == Signal("live", T0 + 1)


def test_stall_is_lost_since_the_last_picture() -> None:
    watch = SignalWatch(T0)
    watch.picture(T0, frozen_since_ns=None)
    assert watch.signal(T0 + STALLED_NS).state == "live"
    signal = watch.signal(T0 + STALLED_NS + 1)
    assert (signal.state, signal.since_ns, signal.code) == ("lost", T0, "source.stalled")


def test_live_anew_after_a_stall() -> None:
    watch = SignalWatch(T0)
    watch.picture(T0, frozen_since_ns=None)
    watch.picture(T0 + 2 * S, frozen_since_ns=None)
    assert watch.signal(T0 + 2 * S) == Signal("live", T0 + 2 * S)


def test_frozen_since_the_last_change_and_live_after_it() -> None:
    watch = SignalWatch(T0)
    watch.picture(T0, frozen_since_ns=None)
    watch.picture(T0 + 2, frozen_since_ns=T0 - S)
    assert watch.signal(T0 + 2) == Signal("frozen", T0 - S)
    watch.picture(T0 + 3, frozen_since_ns=None)
    assert watch.signal(T0 + 3) == Signal("live", T0 + 3)


@pytest.mark.parametrize("had_picture", [True, False])
def test_lost_says_why_until_a_picture_comes(had_picture: bool) -> None:
    watch = SignalWatch(T0)
    if had_picture:
        watch.picture(T0 + 5, frozen_since_ns=None)
    watch.lost(T0 + S, code="source.unplugged", detail="gone")
    since_ns = T0 + 5 if had_picture else T0
    assert watch.signal(T0 + 9 * S) == Signal("lost", since_ns, "source.unplugged", "gone")
    watch.picture(T0 + 10 * S, frozen_since_ns=None)
    assert watch.signal(T0 + 10 * S) == Signal("live", T0 + 10 * S)
