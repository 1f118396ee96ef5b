"""Passwords: which are good enough, and how they are kept.

Sources: NIST SP 800-63B-4, 3.1.1.2 (length and a block list, no rules about kinds of characters);
OWASP Password Storage Cheat Sheet (argon2id, 19 MiB, 2 passes); RFC 9106.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from streaming.domain.errors import BadInput, LimitReached

MIN_LENGTH = 12
MAX_LENGTH = 128
MAX_WAITING = 16
"""Passwords that wait to be hashed; beyond it none are taken for a moment."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without l, 1, i, o and 0, which are taken for one another when copied by hand."""

_OBVIOUS = (
    *("password", "passwort", "motdepasse", "contrasena", "ultrasound", "sonopair", "welcome"),
    *("letmein", "qwerty", "qwertz", "azerty", "asdfgh", "administrator", "changeme", "iloveyou"),
    *("hospital", "clinic", "radiology", "cardiology", "sonography", "secret", "abcdef"),
    *("1234567890", "0123456789", "9876543210", "123456789", "12345678", "123456", "abc123"),
)


def normalised(password: str) -> str:
    """The same characters typed on another keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, *, login: str) -> None:
    """Raises:
    BadInput: ``password.short``, ``password.long`` or ``password.obvious``.
    """
    text = normalised(password)
    if len(text) < MIN_LENGTH:
        raise _bad("short", f"A password has {MIN_LENGTH} characters or more.")
    if len(text) > MAX_LENGTH:
        raise _bad("long", f"A password has at most {MAX_LENGTH} characters.")
    if _is_obvious(text.casefold(), login):
        raise _bad("obvious", "This password is among the first that are guessed.")


def _is_obvious(text: str, login: str) -> bool:
    """What is left without obvious words, the login name, digits and repetitions is too little."""
    rest = text
    for word in sorted((*_OBVIOUS, *_parts(login)), key=len, reverse=True):
        rest = rest.replace(word, "")
    letters = "".join(filter(str.isalpha, rest))
    is_sequence = all(abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text))
    return len(set(text)) < 5 or is_sequence or (rest != text and len(letters) < 4)


def _parts(login: str) -> list[str]:
    return [part for part in (login, *login.replace("@", ".").split(".")) if len(part) >= 4]


def _bad(kind: str, message: str) -> BadInput:
    return BadInput(f"password.{kind}", message, fix="a few words that only you put together do")


def one_time_password() -> str:
    """80 random bits in groups that can be read out: to be changed at the first use."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


class Passwords:
    """Hashes on a thread of its own, one at a time: 19 MiB and some ten milliseconds each."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """Raises:
        LimitReached: ``login.busy`` when ``MAX_WAITING`` wait already.
        """
        return str(await self._run(self._hasher.hash, normalised(password)))

    async def fits(self, password: str, password_hash: str) -> bool:
        """As long for an empty hash, so that nobody learns by the time who has an account.
        Raises as ``hash``."""
        return bool(await self._run(self._verify, password_hash, normalised(password)))

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        self._nobodys = self._nobodys or self._hasher.hash(secrets.token_urlsafe(16))
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    async def _run(self, work: Callable[..., object], *arguments: str) -> object:
        if self._waiting >= MAX_WAITING:
            raise LimitReached("login.busy", "Too many people are signing in at once.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, work, *arguments)
        finally:
            self._waiting -= 1
