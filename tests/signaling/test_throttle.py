from streaming.signaling.throttle import Bucket, Throttle


def test_a_bucket_allows_its_burst_and_then_its_rate() -> None:
    bucket = Bucket.full(rate_per_s=2, burst=3, now_s=0)
    assert [bucket.take(now_s=0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(now_s=1) for _ in range(3)] == [True, True, False]


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    bucket = Bucket.full(rate_per_s=1, burst=1, now_s=100)
    assert bucket.take(now_s=100)
    assert not bucket.take(now_s=50)
    assert not bucket.take(now_s=50.5)
    assert bucket.take(now_s=51)


def test_hosts_do_not_share_a_bucket_and_few_are_remembered() -> None:
    throttle = Throttle(rate_per_s=1, burst=1, max_hosts=2)
    assert throttle.take("a", now_s=0)
    assert throttle.take("b", now_s=0)
    assert not throttle.take("a", now_s=0)
    assert throttle.take("c", now_s=0)
    assert throttle.take("b", now_s=0)
