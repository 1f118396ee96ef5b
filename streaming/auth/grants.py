"""Room grants: short JWTs that let another system's player watch a room.

One algorithm (HS256), keys only from a fixed map chosen by ``kid``, every claim required, at most
five minutes, each good for one start. Sources: RFC 7519; RFC 8725 (3.1, 3.5, 3.10, 3.11).
"""

import contextlib
import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from streaming.auth.tokens import random_id, random_secret
from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import LimitReached, NotAllowed

ALGORITHM = "HS256"
ISSUER = "sonopair"
MAX_LIFETIME_S = 300
CLOCK_SKEW_S = 10
MAX_TOKEN_LENGTH = 2_048
MIN_KEY_LENGTH = 32
MAX_REMEMBERED = 100_000
"""Grants whose use is remembered until they expire; beyond it new ones are refused."""

_HEADER_MEMBERS = {"alg", "kid", "typ"}
_CLAIMS = ["exp", "iat", "aud", "iss", "jti", "typ", "room"]
_OPTIONS: Any = {
    "require": _CLAIMS,
    # Checked here against the caller's clock instead of the library's.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


@dataclass(frozen=True, slots=True)
class GrantKeys:
    """Keys by ``kid``. The first one signs, all of them verify, so that keys can be rotated."""

    keys: Mapping[str, str]
    audience: str


def local_key(path: Path) -> str:
    """The key of a node that was given none, made once and readable by its owner alone. The file
    is there whole or not at all.

    Raises:
        OSError: the file can be neither read nor created, or there is no whole key in it.
    """
    with contextlib.suppress(FileNotFoundError):
        return _kept_key(path)
    unfinished = path.with_name(f"{path.name}.{random_id()}.part")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(random_secret() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)  # unlike a rename it replaces nothing
    finally:
        unfinished.unlink(missing_ok=True)
    return _kept_key(path)


def _kept_key(path: Path) -> str:
    key = path.read_bytes().strip()
    if len(key) < MIN_KEY_LENGTH or not key.isascii():
        raise OSError(errno.EINVAL, f"there is no whole key in {path.name}; delete it if it is new")
    return key.decode("ascii")


def mint(keys: GrantKeys, *, room: str, now_s: int, lifetime_s: int = MAX_LIFETIME_S) -> str:
    kid, key = next(iter(keys.keys.items()))
    claims = {
        "iss": ISSUER,
        "aud": keys.audience,
        "typ": "whep",
        "room": room,
        "iat": now_s,
        "exp": now_s + lifetime_s,
        "jti": random_id(),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


class Grants:
    """Verifies grants and remembers which were used. Those from before ``since_s``, when it began
    to remember, are refused: they may have been used before. In seconds since 1970, UTC."""

    def __init__(self, keys: GrantKeys, *, since_s: int = 0) -> None:
        self._keys = keys
        self._since_s = since_s
        self._used: dict[str, int] = {}

    def accept(self, token: str, *, room: str, now_s: int) -> int:
        """Use up a grant for ``room``; when it was issued, in seconds since 1970, UTC.

        Raises:
            NotAuthenticated: ``grant.malformed``, ``grant.key``, ``grant.signature``,
                ``grant.claims``, ``grant.expired`` or ``grant.used``.
            NotAllowed: ``grant.room``, the grant is for another room.
            LimitReached: ``grant.limit``.
        """
        claims = self._verified(token)
        _check_times(claims, now_s)
        if claims["iat"] < self._since_s:
            raise _refused("grant.expired", "The grant is from before the node's start.")
        if claims["typ"] != "whep":
            raise _refused("grant.claims", "This grant is for something else.")
        if claims["room"] != room:
            raise NotAllowed("grant.room", "This grant is for another room.")
        self._use(str(claims["jti"]), expires_at_s=claims["exp"], now_s=now_s)
        issued_at_s: int = claims["iat"]
        return issued_at_s

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
            raise _refused("grant.malformed", "The grant is too long, or isn't ASCII.")
        key = self._key(token)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._keys.audience,
                issuer=ISSUER,
                options=_OPTIONS,
            )
        except jwt.InvalidSignatureError:
            raise _refused("grant.signature", "The grant's signature doesn't fit.") from None
        except jwt.InvalidAlgorithmError:
            raise _refused("grant.key", f"Grants are signed with {ALGORITHM}.") from None
        except jwt.PyJWTError:
            raise _refused("grant.claims", "A claim is missing or doesn't fit.") from None
        return claims

    def _key(self, token: str) -> str:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise _refused("grant.malformed", "This isn't a JSON Web Token.") from None
        # A header that brings or points to a key of its own (jwk, jku, x5c, x5u) is never followed.
        if not header.keys() <= _HEADER_MEMBERS or header.get("alg") != ALGORITHM:
            raise _refused("grant.key", f"The header may hold alg ({ALGORITHM}), kid and typ only.")
        key = self._keys.keys.get(str(header.get("kid")))
        if key is None:
            raise _refused("grant.key", "The grant names a key this node doesn't have.")
        return key

    def _use(self, jti: str, *, expires_at_s: int, now_s: int) -> None:
        if not 16 <= len(jti) <= 128:
            raise _refused("grant.claims", "jti must have 16 to 128 characters.")
        if jti in self._used:
            raise _refused("grant.used", "This grant was used already.")
        if len(self._used) >= MAX_REMEMBERED:
            self._used = {k: v for k, v in self._used.items() if v + CLOCK_SKEW_S >= now_s}
        if len(self._used) >= MAX_REMEMBERED:
            raise LimitReached("grant.limit", "Too many players are starting at once.")
        self._used[jti] = expires_at_s


def _check_times(claims: Mapping[str, Any], now_s: int) -> None:
    issued_s, expires_s = claims["iat"], claims["exp"]
    if type(issued_s) is not int or type(expires_s) is not int:
        raise _refused("grant.claims", "iat and exp must be whole seconds.")
    if not 0 < expires_s - issued_s <= MAX_LIFETIME_S:
        raise _refused("grant.claims", f"A grant lives at most {MAX_LIFETIME_S} seconds.")
    if issued_s > now_s + CLOCK_SKEW_S:
        raise _refused("grant.claims", "The grant comes from the future: check the clocks.")
    if expires_s <= now_s:
        raise _refused("grant.expired", "The grant has expired.")


def _refused(code: str, message: str) -> NotAuthenticated:
    return NotAuthenticated(code, message, fix="ask for a new grant (sonopair grant)")
