import base64
import errno
import json
import os
from pathlib import Path
from typing import Any

import jwt
import pytest

from streaming.auth import grants as module
from streaming.auth.grants import GrantKeys, Grants, local_key, mint
from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import LimitReached, NotAllowed, SonopairError

KEY = "k" * 43
OTHER = "o" * 43
AUDIENCE = "https://echo.example.org"
KEYS = GrantKeys({"new": KEY, "old": OTHER}, AUDIENCE)
NOW_S = 1_800_000_000


def claims(**changes: Any) -> dict[str, Any]:
    return {
        "iss": "sonopair",
        "aud": AUDIENCE,
        "typ": "whep",
        "room": "demo",
        "iat": NOW_S,
        "exp": NOW_S + 300,
        "jti": "j" * 22,
    } | changes


def token(
    *,
    key: str = KEY,
    algorithm: str = "HS256",
    headers: dict[str, Any] | None = None,
    without: str = "",
    **changes: Any,
) -> str:
    body = claims(**changes)
    body.pop(without, None)
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": "new"} | (headers or {}))


def unsigned(header: dict[str, Any]) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (header, claims())
    ]
    return ".".join([*parts, ""])


def refusal(grant: str, *, room: str = "demo", now_s: int = NOW_S) -> str:
    with pytest.raises(SonopairError) as caught:
        Grants(KEYS).accept(grant, room=room, now_s=now_s)
    return caught.value.code


def test_a_minted_grant_is_accepted_once() -> None:
    grants = Grants(KEYS)
    grant = mint(KEYS, room="demo", now_s=NOW_S)
    grants.accept(grant, room="demo", now_s=NOW_S + 299)
    with pytest.raises(NotAllowed) as caught:
        grants.accept(grant, room="demo", now_s=NOW_S + 299)
    assert caught.value.code == "grant.used"


def test_a_grant_signed_with_an_older_key_is_accepted() -> None:
    Grants(KEYS).accept(token(key=OTHER, headers={"kid": "old"}), room="demo", now_s=NOW_S)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "None", "kid": "new"}])
def test_an_unsigned_grant_is_refused(header: dict[str, Any]) -> None:
    assert refusal(unsigned(header)) == "grant.key"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    assert refusal(token(key=KEY * 2, algorithm=algorithm)) == "grant.key"


@pytest.mark.parametrize("headers", [{"kid": "unknown"}, {"kid": ""}, {"kid": "new "}])
def test_a_key_that_is_not_in_the_map_is_refused(headers: dict[str, Any]) -> None:
    assert refusal(token(headers=headers)) == "grant.key"


@pytest.mark.parametrize("member", ["jku", "x5u", "jwk", "x5c", "crit"])
def test_a_header_that_brings_its_own_key_is_refused(member: str) -> None:
    grant = token(headers={member: "https://attacker.example/key"})
    assert refusal(grant) in {"grant.key", "grant.malformed"}


def test_a_wrong_signature_is_refused() -> None:
    assert refusal(token(key=OTHER)) == "grant.signature"


@pytest.mark.parametrize("claim", ["exp", "iat", "aud", "iss", "jti", "typ", "room"])
def test_every_claim_is_required(claim: str) -> None:
    assert refusal(token(without=claim)) == "grant.claims"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "somebody"},
        {"typ": "whip"},
        {"exp": NOW_S + 301},
        {"iat": NOW_S + 60, "exp": NOW_S + 120},
        {"exp": NOW_S - 1, "iat": NOW_S},
        {"exp": NOW_S + 0.5},
        {"jti": "short"},
        {"jti": 7},
    ],
)
def test_a_claim_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    # PyJWT itself refuses to encode a jti that isn't text, so it is signed by hand.
    assert refusal(signed(claims(**changes))) == "grant.claims"


def signed(body: dict[str, Any]) -> str:
    payload = json.dumps(body).encode()
    return jwt.api_jws.encode(payload, KEY, algorithm="HS256", headers={"kid": "new"})


def test_an_expired_grant_is_refused() -> None:
    assert refusal(token(), now_s=NOW_S + 300) == "grant.expired"


def test_a_grant_for_another_room_is_refused() -> None:
    assert refusal(token(), room="other") == "grant.room"


@pytest.mark.parametrize("grant", ["", "a.b.c", "x" * 3_000, "…"])
def test_what_is_no_token_is_refused(grant: str) -> None:
    assert refusal(grant) == "grant.malformed"


def test_remembered_grants_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REMEMBERED", 1)
    grants = Grants(KEYS)
    grants.accept(mint(KEYS, room="demo", now_s=NOW_S), room="demo", now_s=NOW_S)
    with pytest.raises(LimitReached):
        grants.accept(mint(KEYS, room="demo", now_s=NOW_S), room="demo", now_s=NOW_S)
    later_s = NOW_S + 400
    grants.accept(mint(KEYS, room="demo", now_s=later_s), room="demo", now_s=later_s)


def test_a_used_grant_is_not_good_once_more_after_a_restart() -> None:
    grant = mint(KEYS, room="demo", now_s=NOW_S)
    Grants(KEYS, since_s=NOW_S).accept(grant, room="demo", now_s=NOW_S)
    with pytest.raises(NotAuthenticated) as caught:
        Grants(KEYS, since_s=NOW_S + 2).accept(grant, room="demo", now_s=NOW_S + 2)
    assert caught.value.code == "grant.expired"


@pytest.mark.parametrize("content", [b"", b"\n", b"k" * 31, b"\xff" * 43])
def test_a_file_without_a_whole_key_is_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "grant.key"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"no whole key in grant\.key"):
        local_key(path)


def test_a_full_disk_leaves_no_part_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            local_key(tmp_path / "grant.key")
    assert list(tmp_path.iterdir()) == []
    assert len(local_key(tmp_path / "grant.key")) == 43
    assert [path.name for path in tmp_path.iterdir()] == ["grant.key"]


def test_the_local_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "grant.key"
    key = local_key(path)
    assert len(key) == 43
    assert local_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
