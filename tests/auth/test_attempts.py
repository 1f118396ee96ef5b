import pytest

from streaming.auth.attempts import MAX_REMEMBERED, Attempts, Backoff, Ration
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


def test_a_ration_comes_back_steadily_and_is_of_so_many() -> None:
    ration = Ration(burst=2, every_s=10)
    assert [ration.count("a", now_s=0), ration.count("a", now_s=0)] == [False, True]
    assert (ration.wait_s("a", now_s=0), ration.wait_s("a", now_s=4)) == (10, 6)
    assert ration.wait_s("b", now_s=0) == 0
    ration.forgive("a")
    assert ration.wait_s("a", now_s=0) == 0
    for number in range(MAX_REMEMBERED):
        ration.count(str(number), now_s=0)
    assert not ration.count("a", now_s=0)


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
    assert fail(Attempts(), login="admin", host="host-{}") == 30


def test_one_host_is_limited_for_however_many_names() -> None:
    assert fail(Attempts(), login="name-{}", host="host") == 20


def test_a_known_browser_is_known_for_its_own_name_and_guesses_no_faster() -> None:
    attempts = Attempts()
    attempts.begin("ito", "host", now_s=0)
    known = attempts.succeeded("ito", "host")
    fail(attempts, login="name-{}", host="host")
    with pytest.raises(TooManyAttempts):
        attempts.begin("anna", "host", known=known, now_s=0)
    limited = [attempts.begin("ito", "host", known=known, now_s=0) for _ in range(11)]
    assert limited == [False] * 10 + [True]
    with pytest.raises(TooManyAttempts):
        attempts.begin("ito", "host", known=known, now_s=0)
    assert attempts.succeeded("ito", "host", known=known) == known
    assert not attempts.begin("ito", "host", known=known, now_s=0)


def test_one_name_at_one_host_is_limited_most() -> None:
    assert fail(Attempts(), login="admin", host="host") == 11


def test_who_guesses_at_one_host_keeps_the_names_owner_out_at_no_other() -> None:
    attempts = Attempts()
    fail(attempts, login="ito", host="stranger")
    assert not attempts.begin("ito", "home", now_s=0)


def test_who_guesses_on_and_on_keeps_nobody_behind_the_same_address_out_for_long() -> None:
    attempts = Attempts()

    def takes(login: str, now_s: float) -> bool:
        try:
            attempts.begin(login, "hospital", now_s=now_s)
        except TooManyAttempts:
            return False
        return True

    guesses, entries, now_s = 0, 0, 0.0
    for round_of in range(3_600):
        now_s += 0.7
        guesses += takes(f"guess-{round_of}", now_s)
        if round_of % 61 == 60:
            tries = [takes("ito", now_s + 0.1 * step) for step in range(1, 7)]
            entries += any(tries)
            attempts.succeeded("ito", "hospital")
    assert guesses <= 20 + now_s + 60
    assert entries > 20


def test_the_last_free_try_says_that_there_is_a_wait() -> None:
    attempts = Attempts()
    limited = [attempts.begin("admin", "host", now_s=0) for _ in range(11)]
    assert limited == [False] * 10 + [True]


def test_who_succeeds_is_forgiven() -> None:
    attempts = Attempts()
    for _ in range(11):
        attempts.begin("ito", "a", now_s=0)
    attempts.succeeded("ito", "a")
    assert not attempts.begin("ito", "a", now_s=0)


def test_a_right_password_forgives_a_host_nothing_but_itself() -> None:
    attempts = Attempts()
    taken = 0
    with pytest.raises(TooManyAttempts):
        for number in range(100):
            attempts.begin(f"guess-{number}", "host", now_s=0)
            attempts.begin("own", "host", now_s=0)
            attempts.succeeded("own", "host")
            taken += 1
    assert taken == 19
