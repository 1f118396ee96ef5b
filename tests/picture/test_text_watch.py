import pytest

from streaming.picture.text_watch import BLIND_NS, LATE_NS, TextWatch, Watch

PICTURE_NS = 33_333_333
SECOND_NS = 1_000_000_000


def play(watch: TextWatch, *, from_ns: int, for_ns: int) -> int:
    """Pictures at 30 a second; the newest one's time."""
    newest_ns = from_ns
    for at_ns in range(from_ns, from_ns + for_ns + PICTURE_NS, PICTURE_NS):
        watch.picture(at_ns)
        newest_ns = at_ns
    return newest_ns


def state_of(watch: TextWatch) -> Watch:
    return watch.state


@pytest.mark.parametrize(
    ("unseen_ns", "state"),
    [
        (LATE_NS - SECOND_NS, Watch.ON),
        (LATE_NS, Watch.LATE),
        (BLIND_NS - SECOND_NS, Watch.LATE),
        (BLIND_NS, Watch.BLIND),
    ],
)
def test_pictures_nobody_looked_at_make_it_late_and_then_blind(
    unseen_ns: int, state: Watch
) -> None:
    watch = TextWatch(on=True)
    play(watch, from_ns=0, for_ns=unseen_ns)
    assert watch.state is state


def test_a_look_makes_it_see_again() -> None:
    watch = TextWatch(on=True)
    newest_ns = play(watch, from_ns=0, for_ns=BLIND_NS)
    watch.looked(newest_ns - SECOND_NS)
    assert watch.state is Watch.ON


def test_a_look_at_pictures_of_long_ago_doesnt_help() -> None:
    watch = TextWatch(on=True)
    newest_ns = play(watch, from_ns=0, for_ns=BLIND_NS)
    watch.looked(newest_ns - LATE_NS)
    assert watch.state is Watch.LATE


def test_while_no_picture_comes_nothing_is_overdue() -> None:
    watch = TextWatch(on=True)
    newest_ns = play(watch, from_ns=0, for_ns=SECOND_NS)
    watch.looked(newest_ns)
    watch.picture(newest_ns + 600 * SECOND_NS)
    assert watch.state is Watch.ON


def test_a_source_that_starts_anew_with_an_older_clock_counts_on() -> None:
    watch = TextWatch(on=True)
    play(watch, from_ns=100 * SECOND_NS, for_ns=LATE_NS)
    play(watch, from_ns=0, for_ns=BLIND_NS - LATE_NS)
    assert watch.state is Watch.BLIND


def test_an_override_shows_the_picture_until_somebody_looks_again() -> None:
    watch = TextWatch(on=True)
    newest_ns = play(watch, from_ns=0, for_ns=BLIND_NS)
    assert watch.override()
    assert state_of(watch) is Watch.OVERRIDDEN
    watch.looked(newest_ns)
    newest_ns = play(watch, from_ns=newest_ns, for_ns=BLIND_NS + SECOND_NS)
    assert state_of(watch) is Watch.BLIND


def test_only_a_blind_watch_can_be_overridden() -> None:
    watch = TextWatch(on=True)
    newest_ns = play(watch, from_ns=0, for_ns=LATE_NS)
    assert not watch.override()
    play(watch, from_ns=newest_ns, for_ns=BLIND_NS)
    assert watch.state is Watch.BLIND


def test_without_a_lookout_it_is_off_for_ever() -> None:
    watch = TextWatch(on=False)
    play(watch, from_ns=0, for_ns=BLIND_NS)
    assert watch.state is Watch.OFF
    assert not watch.override()


def test_a_look_before_any_picture_is_nothing() -> None:
    watch = TextWatch(on=True)
    watch.looked(5)
    assert watch.state is Watch.ON
