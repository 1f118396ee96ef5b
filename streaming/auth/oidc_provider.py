"""An OpenID provider as its client sees it: discovery, the code's exchange, the signed token.

Sources: OpenID Connect Discovery 1.0; OpenID Connect Core 1.0, 3.1.3; RFC 6749, 4.1.3; RFC 7636.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import Unavailable

TIMEOUT_S = 5.0
MAX_ANSWER_BYTES = 262_144
METADATA_S = 300
CLOCK_SKEW_S = 60

ALGORITHMS = (*("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"),)
"""Signatures by a key that only the provider has; never ``none``, never a shared secret."""


class ProviderDown(Unavailable):
    """The provider doesn't answer, or not as a provider does."""


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """This node at the provider. ``client_secret`` is empty for a public client."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid", "profile")


@dataclass(frozen=True, slots=True)
class Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_auth_methods: frozenset[str]


class Provider:
    """Times are seconds since 1970, UTC. Every call may raise ``ProviderDown``:
    ``oidc.provider``."""

    def __init__(self, client: ClientAccount) -> None:
        self._client = client
        self._metadata: Metadata | None = None
        self._metadata_until_s = 0

    async def metadata(self, *, now_s: int) -> Metadata:
        if self._metadata is None or now_s >= self._metadata_until_s:
            issuer = self._client.issuer
            url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            self._metadata = _metadata(await self._ask("GET", url), issuer=issuer)
            self._metadata_until_s = now_s + METADATA_S
        return self._metadata

    async def redeem(
        self, code: str, *, verifier: str, nonce: str, now_s: int
    ) -> Mapping[str, Any]:
        """The claims of the ID token that ``code`` is good for.

        Raises:
            NotAuthenticated: ``oidc.refused``: the provider doesn't take the code (any more);
                ``oidc.token``: its token isn't for this sign-in.
        """
        metadata = await self.metadata(now_s=now_s)
        answer = await self._exchange(metadata, code, verifier)
        keys = await self._ask("GET", metadata.jwks_uri)
        return _claims(answer, keys, client=self._client, nonce=nonce, now_s=now_s)

    async def _exchange(self, metadata: Metadata, code: str, verifier: str) -> Mapping[str, Any]:
        client = self._client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if not client.client_secret:
            form["client_id"] = client.client_id
        elif "client_secret_basic" in metadata.token_auth_methods:
            # Both are form-encoded before. Source: RFC 6749, 2.3.1.
            pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        return await self._ask("POST", metadata.token_endpoint, data=form, headers=headers)

    async def _ask(self, method: str, url: str, **request: Any) -> Mapping[str, Any]:
        """Its JSON answer. A redirect isn't followed: it would take a secret elsewhere."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
                session.request(method, url, allow_redirects=False, **request) as response,
            ):
                body = await _limited(response)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _down("doesn't answer") from error
        if method == "POST" and status in (400, 401):
            raise NotAuthenticated(
                "oidc.refused",
                "The identity provider refused the sign-in.",
                fix="start again; if it stays, check client_id and client_secret of [oidc]",
            )
        if status != 200:
            raise _down("answers with an error")
        return _object(body)


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise _down("answers with too much")
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise _down("answers with something else than JSON")
    return value


def _metadata(answer: Mapping[str, Any], *, issuer: str) -> Metadata:
    if answer.get("issuer") != issuer:
        raise _down("calls itself by another name than issuer in [oidc]")
    endpoints = [
        answer.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ]
    # Never weaker than the issuer's own address: a secret is sent there.
    secure = urlsplit(issuer).scheme
    if not all(
        isinstance(url, str) and urlsplit(url).scheme in ("https", secure) for url in endpoints
    ):
        raise _down("names no endpoints that can be used")
    methods = answer.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    known = frozenset(map(str, methods)) if isinstance(methods, list) else frozenset()
    authorization, token, jwks = map(str, endpoints)
    return Metadata(authorization, token, jwks, known)


def _claims(
    answer: Mapping[str, Any],
    keys: Mapping[str, Any],
    *,
    client: ClientAccount,
    nonce: str,
    now_s: int,
) -> Mapping[str, Any]:
    """Source: OpenID Connect Core 1.0, 3.1.3.7."""
    try:
        token = jwt.decode(
            str(answer.get("id_token", "")),
            KeySet.import_key_set({"keys": list(keys.get("keys", []))}),
            algorithms=list(ALGORITHMS),
        )
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": client.issuer},
                "aud": {"essential": True, "value": client.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "nonce": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": client.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(now=now_s, leeway=CLOCK_SKEW_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotAuthenticated(
            "oidc.token",
            "What the identity provider signed isn't for this sign-in.",
            fix="start again; if it stays, compare [oidc] and the clocks with the provider's",
        ) from error
    return claims


def _down(what: str) -> ProviderDown:
    return ProviderDown(
        "oidc.provider",
        f"The identity provider {what}.",
        fix="try again in a moment, or sign in with a name and a password",
    )
