from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from streaming.auth.passwords import (
    MAX_LENGTH,
    MAX_WAITING,
    Passwords,
    check_new_password,
    one_time_password,
)
from streaming.domain.errors import BadInput, LimitReached


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    passwords = Passwords()
    yield passwords
    passwords.close()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven long", "password.short"),
        ("x" * (MAX_LENGTH + 1), "password.long"),
        ("Password1234!", "password.obvious"),
        ("1234567890123", "password.obvious"),
        ("aaaaaaaaaaaaaaa", "password.obvious"),
        ("abcdefghijklmnop", "password.obvious"),
        ("qwertyqwerty12", "password.obvious"),
        ("marie.curie2026", "password.obvious"),
        ("ultrasound-2026", "password.obvious"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_new_password(password, login="marie.curie@example.org")
    assert (caught.value.code, bool(caught.value.fix)) == (code, True)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "сложный пароль", "ultrasound by the lake", "7w3k9q2m5x8r"],
)
def test_no_kind_of_character_is_asked_for(password: str) -> None:
    check_new_password(password, login="marie.curie")


def test_one_time_passwords_are_good_enough_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_new_password(password, login="admin")


async def test_only_the_right_password_fits_its_hash(passwords: Passwords) -> None:
    kept = await passwords.hash("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "correct" not in kept
    assert await passwords.fits("correct horse battery", kept)
    assert not await passwords.fits("correct horse battery ", kept)
    assert not await passwords.fits("", kept)


async def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    assert await passwords.hash("same same same") != await passwords.hash("same same same")


async def test_what_is_typed_on_another_keyboard_is_the_same(passwords: Passwords) -> None:
    kept = await passwords.hash("caf\u00e9 au lait ohne")
    assert await passwords.fits("cafe\u0301 au lait ohne", kept)


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$"])
async def test_nothing_fits_what_is_no_hash(passwords: Passwords, kept: str) -> None:
    assert not await passwords.fits("anything at all", kept)


async def test_nobodys_password_costs_a_whole_hash(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept)
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    assert not await passwords.fits("anything at all", "")
    assert verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_few_wait_to_be_hashed(passwords: Passwords) -> None:
    passwords._waiting = MAX_WAITING
    with pytest.raises(LimitReached) as caught:
        await passwords.fits("anything at all", "")
    assert caught.value.code == "login.busy"
