from streaming.feed.worker_feed import _confirmed
from streaming.protocol.worker_link import MAX_OTHER_PROFILES, Start


def test_confirmed_profile_is_first_and_the_ones_before_are_kept_for_the_next_worker() -> None:
    start = Start(source_id="s", spec="demo:")
    for toml in ("a", "b", "a"):
        start = _confirmed(start, toml)
    assert (start.profile_toml, start.other_profiles) == ("a", ("b",))
    for number in range(9):
        start = _confirmed(start, str(number))
    assert (start.profile_toml, start.other_profiles) == ("8", ("7", "6", "5", "4"))
    assert len(start.other_profiles) == MAX_OTHER_PROFILES
