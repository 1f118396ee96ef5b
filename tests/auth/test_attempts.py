import pytest

from streaming.auth.attempts import MAX_REMEMBERED, Attempts, Backoff
from streaming.domain.account import TooManyAttempts


def backoff() -> Backoff:
    return Backoff(free=3, longest_s=8, forget_s=100)


def test_the_first_tries_are_free_then_the_wait_doubles_up_to_a_limit() -> None:
    tries, waits = backoff(), []
    for _ in range(8):
        tries.count("a", now_s=0)
        waits.append(tries.wait_s("a", now_s=0))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 8]
    assert tries.wait_s("b", now_s=0) == 0


def test_the_wait_passes() -> None:
    tries = backoff()
    for _ in range(5):
        tries.count("a", now_s=0)
    assert (tries.wait_s("a", now_s=1.5), tries.wait_s("a", now_s=3)) == (0.5, 0)


def test_tries_are_forgotten_one_by_one() -> None:
    tries = backoff()
    for _ in range(3):
        tries.count("a", now_s=0)
    assert tries.count("a", now_s=50)
    assert not tries.count("a", now_s=1_000)


def test_few_names_are_remembered() -> None:
    tries = backoff()
    for number in range(MAX_REMEMBERED + 1):
        for _ in range(4):
            tries.count(str(number), now_s=0)
    assert tries.wait_s("0", now_s=0) == 0
    assert tries.wait_s("1", now_s=0) == 1


def fail(attempts: Attempts, *, login: str, host: str) -> int:
    """How many tries are taken before there is a wait."""
    for number in range(1_000):
        try:
            attempts.begin(login.format(number), host.format(number), now_s=0)
        except TooManyAttempts as error:
            assert (error.code, error.wait_s) == ("login.wait", 2)
            return number
    raise AssertionError("nothing stopped it")


def test_one_name_is_limited_from_however_many_hosts() -> None:
    assert fail(Attempts(), login="admin", host="host-{}") == 11


def test_one_host_is_limited_for_however_many_names() -> None:
    assert fail(Attempts(), login="name-{}", host="host") == 21


def test_the_last_free_try_says_that_there_is_a_wait() -> None:
    attempts = Attempts()
    limited = [attempts.begin("admin", f"host-{number}", now_s=0) for number in range(11)]
    assert limited == [False] * 10 + [True]


def test_who_succeeds_is_forgiven() -> None:
    attempts = Attempts()
    for _ in range(11):
        attempts.begin("ito", "a", now_s=0)
    attempts.succeeded("ito", "a")
    for _ in range(10):
        attempts.begin("ito", "b", now_s=0)


def test_a_right_password_forgives_a_host_nothing_but_itself() -> None:
    attempts = Attempts()
    taken = 0
    with pytest.raises(TooManyAttempts):
        for number in range(100):
            attempts.begin(f"guess-{number}", "host", now_s=0)
            attempts.begin("own", "host", now_s=0)
            attempts.succeeded("own", "host")
            taken += 1
    assert taken == 20
