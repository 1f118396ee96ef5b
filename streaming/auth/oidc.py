"""Signing in with an OpenID provider: the authorization code flow with PKCE.

What one sign-in needs to remember (state, nonce, verifier) waits here, found by a cookie, for ten
minutes and one use. Sources: OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207; RFC 9700, 4.
"""

import hmac
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from streaming.auth.accounts import AccountBook
from streaming.auth.oidc_provider import ClientAccount, Provider
from streaming.auth.tokens import digest, random_secret
from streaming.domain.access import NotAuthenticated
from streaming.domain.account import Account
from streaming.domain.errors import NotAllowed
from streaming.domain.session import Role

PENDING_S = 600
MAX_PENDING = 10_000
"""Sign-ins that may wait for their person at once; beyond it the oldest is forgotten."""

MAX_VALUE_LENGTH = 2_048


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """``claim`` of the ID token holds names (a text or a list of them), each of which gives the
    roles that ``roles`` says. ``realm_access.roles`` is a claim within a claim."""

    claim: str
    roles: Mapping[str, frozenset[Role]]


@dataclass(frozen=True, slots=True)
class _Pending:
    state: str
    nonce: str
    verifier: str
    expires_at_s: int


class SignOn:
    """Times are seconds since 1970, UTC."""

    def __init__(
        self, client: ClientAccount, mapping: RoleMapping, *, accounts: AccountBook
    ) -> None:
        self._client = client
        self._mapping = mapping
        self._accounts = accounts
        self._provider = Provider(client)
        self._pending: OrderedDict[str, _Pending] = OrderedDict()

    async def start(self, *, now_s: int) -> tuple[str, str]:
        """Where the browser goes, and the cookie that it must come back with.

        Raises:
            ProviderDown: ``oidc.provider``.
        """
        metadata = await self._provider.metadata(now_s=now_s)
        cookie = random_secret()
        pending = _Pending(random_secret(), random_secret(), random_secret(), now_s + PENDING_S)
        self._pending[digest(cookie)] = pending
        if len(self._pending) > MAX_PENDING:
            self._pending.popitem(last=False)
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._client.client_id,
                "redirect_uri": self._client.redirect_uri,
                "scope": " ".join(self._client.scopes),
                "state": pending.state,
                "nonce": pending.nonce,
                "code_challenge": create_s256_code_challenge(pending.verifier),  # type: ignore[no-untyped-call]
                "code_challenge_method": "S256",
            }
        )
        url = metadata.authorization_endpoint
        return f"{url}{'&' if urlsplit(url).query else '?'}{query}", cookie

    async def finish(self, cookie: str, answer: Mapping[str, str], *, now_s: int) -> Account:
        """Who came back, as an account whose name and roles are those of now.

        Raises:
            NotAuthenticated: ``oidc.state``: this browser began no such sign-in, or too long ago,
                or it was finished already; ``oidc.denied``, ``oidc.refused`` or ``oidc.token``.
            NotAllowed: ``oidc.roles``: the provider gives this person no role here;
                ``account.disabled``.
            ProviderDown: ``oidc.provider``.
        """
        pending = self._pending.pop(digest(cookie[:MAX_VALUE_LENGTH]), None)
        state = answer.get("state", "")[:MAX_VALUE_LENGTH]
        if (
            pending is None
            or pending.expires_at_s <= now_s
            or not hmac.compare_digest(pending.state.encode(), state.encode())
            # A provider that says who it is must be the one that was asked.
            or answer.get("iss", self._client.issuer) != self._client.issuer
        ):
            raise NotAuthenticated(
                "oidc.state",
                "This sign-in wasn't begun in this browser, or too long ago.",
                fix="start again, from the address in public_origin",
            )
        code = answer.get("code", "")
        if "error" in answer or not 0 < len(code) <= MAX_VALUE_LENGTH:
            raise NotAuthenticated(
                "oidc.denied", "The identity provider let nobody in.", fix="start again"
            )
        claims = await self._provider.redeem(
            code, verifier=pending.verifier, nonce=pending.nonce, now_s=now_s
        )
        return await self._account(claims, now_s=now_s)

    async def _account(self, claims: Mapping[str, Any], *, now_s: int) -> Account:
        roles = mapped_roles(claims, self._mapping)
        if not roles:
            await self._accounts.without_roles(
                issuer=self._client.issuer, subject=str(claims["sub"])
            )
            raise NotAllowed(
                "oidc.roles",
                "The identity provider gives this person no role here.",
                fix="add the person to a group that [oidc] roles names",
            )
        return await self._accounts.of_identity(
            issuer=self._client.issuer,
            subject=str(claims["sub"]),
            login=str(claims.get("preferred_username", "")),
            name=str(claims.get("name", "") or claims.get("preferred_username", "")),
            roles=roles,
            now_s=now_s,
        )


def mapped_roles(claims: Mapping[str, Any], mapping: RoleMapping) -> frozenset[Role]:
    value: Any = claims.get(mapping.claim)
    if value is None:
        value = claims
        for part in mapping.claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    given = (mapping.roles.get(name, frozenset()) for name in names if isinstance(name, str))
    return frozenset().union(*given)
