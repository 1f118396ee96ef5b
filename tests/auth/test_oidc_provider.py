"""A provider that lies or fails in every way that the real one doesn't."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from streaming.auth.oidc import RoleMapping, mapped_roles
from streaming.auth.oidc_provider import MAX_ANSWER_BYTES, ClientAccount, Provider, ProviderDown
from streaming.domain.access import NotAuthenticated
from streaming.domain.session import Role

NOW_S = int(time.time())
NONCE = "n" * 43
KEY, OTHERS_KEY = (RSAKey.generate_key(2_048, {"kid": "one"}) for _ in range(2))
HS = OctKey.import_key(b"s" * 40, {"kid": "one"})


@dataclass
class Liar:
    """Answers as it was told to."""

    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    status: int = 200
    body: bytes | None = None
    forms: list[Mapping[str, str]] = field(default_factory=list)

    async def discovery(self, _: web.Request) -> web.Response:
        endpoints = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        text = json.dumps(endpoints | self.metadata).encode()
        body = text if self.body is None else self.body
        return web.Response(status=self.status, body=body, headers={"Location": "/elsewhere"})

    async def exchange(self, request: web.Request) -> web.Response:
        self.forms.append({key: str(value) for key, value in (await request.post()).items()})
        return web.json_response({"id_token": self.token, "access_token": "a"})

    async def keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [KEY.as_dict(private=False)]})

    def client(self, *, client_secret: str = "secret") -> ClientAccount:
        back = "https://echo.example.org/back"
        return ClientAccount(self.issuer, "sonopair", client_secret, back)

    def claims(self, **changes: Any) -> dict[str, Any]:
        right = {
            "iss": self.issuer,
            "sub": "ito",
            "aud": "sonopair",
            "exp": NOW_S + 300,
            "iat": NOW_S,
            "nonce": NONCE,
        }
        return {name: value for name, value in (right | changes).items() if value is not None}

    def sign(self, key: RSAKey | OctKey = KEY, *, alg: str = "RS256", **changes: Any) -> None:
        header = {"alg": alg, "kid": "one"}
        self.token = jwt.encode(header, self.claims(**changes), key, algorithms=[alg])


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    liar, app = Liar(), web.Application()
    app.router.add_get("/.well-known/openid-configuration", liar.discovery)
    app.router.add_post("/token", liar.exchange)
    app.router.add_get("/jwks", liar.keys)
    async with TestServer(app) as server:
        liar.issuer = str(server.make_url("")).rstrip("/")
        yield liar


async def redeem(liar: Liar, *, client_secret: str = "secret") -> Mapping[str, Any]:
    provider = Provider(liar.client(client_secret=client_secret))
    return await provider.redeem("code", verifier="v" * 43, nonce=NONCE, now_s=NOW_S)


async def test_a_right_token_gives_its_claims(liar: Liar) -> None:
    liar.sign(groups=["us-experts"])
    claims = await redeem(liar)
    assert (claims["sub"], claims["groups"]) == ("ito", ["us-experts"])
    (form,) = liar.forms
    assert (form["code"], form["code_verifier"]) == ("code", "v" * 43)
    assert "client_secret" not in form


async def test_a_public_client_sends_its_name_and_no_secret(liar: Liar) -> None:
    liar.sign()
    await redeem(liar, client_secret="")
    assert liar.forms[0]["client_id"] == "sonopair"
    assert "client_secret" not in liar.forms[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": "sonopair"},
        {"aud": ["sonopair", "another-client"]},
        {"aud": ["sonopair", "another-client"], "azp": "another-client"},
        {"aud": None},
        {"azp": "another-client"},
        {"exp": NOW_S - 120},
        {"exp": None},
        {"iat": NOW_S + 600},
        {"iat": None},
        {"nbf": NOW_S + 600},
        {"sub": None},
        {"sub": ""},
        {"at_hash": "of-another-token"},
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_is_refused(
    liar: Liar, changes: dict[str, Any]
) -> None:
    liar.sign(**changes)
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(liar)
    assert caught.value.code == "oidc.token"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 5_000])
async def test_what_is_no_token_is_refused(liar: Liar, token: str) -> None:
    liar.token = token
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(liar)
    assert caught.value.code == "oidc.token"


@pytest.mark.parametrize(("key", "alg"), [(OTHERS_KEY, "RS256"), (HS, "HS256")])
async def test_a_token_that_the_provider_did_not_sign_is_refused(
    liar: Liar, key: RSAKey | OctKey, alg: str
) -> None:
    liar.sign(key, alg=alg)
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(liar)
    assert caught.value.code == "oidc.token"


async def test_a_token_that_nobody_signed_is_refused(liar: Liar) -> None:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, liar.claims())]
    liar.token = ".".join([*(urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(liar)
    assert caught.value.code == "oidc.token"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://attacker.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_metadata_that_cannot_be_trusted_is_not_used(
    liar: Liar, metadata: dict[str, Any]
) -> None:
    liar.metadata = metadata
    with pytest.raises(ProviderDown) as caught:
        await redeem(liar)
    assert caught.value.code == "oidc.provider"
    assert liar.forms == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, None), (302, None), (200, b"<html>"), (200, b"[]"), (200, b" " * MAX_ANSWER_BYTES * 2)],
)
async def test_answers_that_are_none_are_the_providers_fault(
    liar: Liar, status: int, body: bytes | None
) -> None:
    liar.status, liar.body = status, body
    with pytest.raises(ProviderDown) as caught:
        await redeem(liar)
    assert caught.value.retry


async def test_what_a_provider_said_of_itself_is_kept_for_a_while(liar: Liar) -> None:
    provider = Provider(liar.client())
    await provider.metadata(now_s=NOW_S)
    liar.status = 500
    await provider.metadata(now_s=NOW_S + 299)
    with pytest.raises(ProviderDown):
        await provider.metadata(now_s=NOW_S + 300)


@pytest.mark.parametrize(
    ("claims", "claim", "roles"),
    [
        ({"groups": ["us-experts", "others"]}, "groups", {Role.EXPERT}),
        ({"groups": "us-experts"}, "groups", {Role.EXPERT}),
        ({"groups": ["us-experts", "us-admins"]}, "groups", {Role.EXPERT, Role.ADMIN}),
        ({"groups": ["others", 7, None]}, "groups", set()),
        ({"groups": {"us-experts": True}}, "groups", set()),
        ({}, "groups", set()),
        ({"realm_access": {"roles": ["us-experts"]}}, "realm_access.roles", {Role.EXPERT}),
        ({"realm_access": "x"}, "realm_access.roles", set()),
        ({"https://x.example/roles": ["us-admins"]}, "https://x.example/roles", {Role.ADMIN}),
    ],
)
def test_roles_are_those_that_the_mapping_names(
    claims: dict[str, Any], claim: str, roles: set[Role]
) -> None:
    mapping = RoleMapping(
        claim, {"us-experts": frozenset({Role.EXPERT}), "us-admins": frozenset({Role.ADMIN})}
    )
    assert mapped_roles(claims, mapping) == frozenset(roles)
