"""``sonopair turn check``: the TURN server does what the node's participants need, and no more."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from streaming.auth.turn import turn_credential
from streaming.commands.findings import Finding, Verdict, note, ok, problem
from streaming.commands.turn_config import node_addresses, turn_of
from streaming.commands.turn_way import Ear, listening
from streaming.config import Settings
from streaming.config.settings import Turn
from streaming.domain.turn import RelayTransport, TurnUrl, parse_turn_url
from streaming.webrtc.turn_client import TurnClient, TurnError, TurnRefused, TurnSilent, connected

PARTICIPANT = "turn-check"
FORBIDDEN = (
    *("127.0.0.1", "127.0.0.2", "169.254.169.254", "10.0.0.1", "198.51.100.1"),
    *("::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
)
"""The server itself, a cloud's metadata service, a hospital's network, the internet; and the same
by IPv4-mapped and NAT64 addresses, through which coturn 4.6.1 is led around its lists
(CVE-2026-27624)."""

_V4, _V6 = "192.0.2.1", "2001:db8::1"
_UNAUTHORIZED, _NO_SUCH_FAMILY, _QUOTA, _FULL = 401, 440, 486, 508
_PORT = 9
_EXPIRED_S = 3_600
_CONFIG_FIX = "write coturn's configuration anew with `sonopair turn config`, and restart it"

Credentials = tuple[str, str]


async def examine_turn(settings: Settings) -> list[Finding]:
    """Asks the servers of the settings, as a browser would.

    Raises:
        ConfigError: ``turn.none``, ``turn.node``.
    """
    turn, nodes = turn_of(settings), node_addresses(settings)
    tls = _trusting(settings)
    findings = []
    servers: dict[str, TurnUrl] = {}
    async with listening(settings) as ear:
        for text in turn.urls:
            url = parse_turn_url(text)
            found = [finding async for finding in _way(turn, text, tls=tls, nodes=nodes, ear=ear)]
            findings += found
            if found[0].verdict is Verdict.OK:
                servers.setdefault(url.host, url)
    for url in servers.values():
        findings += await _guards(turn, url, tls=tls, nodes=nodes)
    return findings


async def _way(
    turn: Turn, text: str, *, tls: ssl.SSLContext, nodes: Sequence[str], ear: Ear
) -> AsyncIterator[Finding]:
    """First whether there is a relay at all, then whether it leads to the node."""
    url = parse_turn_url(text)
    name = f"{text} ({url.transport.upper()})"
    given = _credentials(turn, int(time.time()))
    for index, node in enumerate(nodes):
        try:
            async with connected(url, tls=tls) as client:
                await client.allocate(*given, reaching=node)
                if index == 0:
                    yield ok(name, "relays, with credentials of this node")
                yield await _to_node(client, name, node, ear)
        except ssl.SSLCertVerificationError as error:
            yield problem(
                name,
                f"its certificate isn't trusted: {error.verify_message}",
                fix=f"give coturn a certificate for {url.host} that browsers trust, with its chain",
            )
            return
        except (OSError, TurnError) as error:
            yield problem(name, _words(error), fix=_fix(error, url))
            return


async def _to_node(client: TurnClient, name: str, node: str, ear: Ear) -> Finding:
    name = f"{name} to {node} port {ear.port or '(any)'}"
    try:
        await client.permit(node)
    except TurnRefused:
        return problem(name, "the relay may not reach the node", fix=_CONFIG_FIX)
    if not ear.port:
        return note(name, ear.why, fix="run this on the node's machine")
    if await ear.hears(lambda probe: client.send(probe, node, ear.port)):
        return ok(name, "what is relayed arrives")
    if ear.why:
        return note(name, ear.why, fix="set metrics.token, or let the node listen on loopback too")
    return problem(
        name,
        "what is relayed doesn't arrive",
        fix=f"let the TURN server reach UDP port {ear.port} of {node} in every firewall between, "
        "and answers come back",
    )


async def _guards(
    turn: Turn, url: TurnUrl, *, tls: ssl.SSLContext, nodes: Sequence[str]
) -> list[Finding]:
    """What the server must refuse, at whichever of its ports."""
    now_s = int(time.time())
    given = _credentials(turn, now_s)
    expired = _credentials(turn, now_s - turn.ttl_s - _EXPIRED_S)
    wrong = given[0], "wrong" + given[1]
    try:
        findings = [
            await _refuses(url, expired, f"{url.host}: expired credentials", tls=tls),
            await _refuses(url, wrong, f"{url.host}: wrong credentials", tls=tls),
        ]
        reached: set[str] = set()
        for family in (_V4, _V6):
            reached |= await _reached(url, given, family, tls=tls)
    except (OSError, TurnError) as error:
        return [problem(url.host, _words(error), fix=_fix(error, url))]
    for host in FORBIDDEN:
        name = f"{url.host}: the way to {host}"
        if host in reached - set(nodes):
            findings.append(problem(name, "is open to participants", fix=_CONFIG_FIX))
        elif host not in nodes:
            findings.append(ok(name, "is closed"))
    return findings


async def _refuses(
    url: TurnUrl, credentials: Credentials, name: str, *, tls: ssl.SSLContext
) -> Finding:
    async with connected(url, tls=tls) as client:
        try:
            await client.allocate(*credentials, reaching=_V4)
        except TurnRefused as refusal:
            if refusal.error == _UNAUTHORIZED:
                return ok(name, "are refused")
            return note(name, _words(refusal), fix=_fix(refusal, url))
        who = "everybody" if client.is_open else "who was let in once"
        return problem(name, f"are taken: the server is open to {who}", fix=_CONFIG_FIX)


async def _reached(
    url: TurnUrl, given: Credentials, family: str, *, tls: ssl.SSLContext
) -> set[str]:
    """Those of ``FORBIDDEN`` that a relayed address of that family gets a permission or a channel
    to; no server must give IPv6 addresses."""
    async with connected(url, tls=tls) as client:
        try:
            await client.allocate(*given, reaching=family)
        except TurnRefused as refusal:
            if refusal.error == _NO_SUCH_FAMILY:
                return set()
            raise
        return {host for host in FORBIDDEN if await _reaches(client, host)}


async def _reaches(client: TurnClient, host: str) -> bool:
    reached = False
    for ask in (client.permit(host), client.bind(host, _PORT)):
        with suppress(TurnRefused):
            await ask
            reached = True
    return reached


def _credentials(turn: Turn, now_s: int) -> Credentials:
    return turn_credential(
        turn.secret.get_secret_value(), participant=PARTICIPANT, expires_at_s=now_s + turn.ttl_s
    )


def _trusting(settings: Settings) -> ssl.SSLContext:
    """What this machine trusts, and the local authority of the settings."""
    context = ssl.create_default_context()
    if settings.tls is not None and settings.tls.authority is not None:
        context.load_verify_locations(settings.tls.authority)
    return context


def _words(error: Exception) -> str:
    match error:
        case TurnRefused(error=401):
            return "refuses credentials of this node"
        case TurnRefused(error=code) if code in (_QUOTA, _FULL):
            return "has too many participants already"
        case TurnRefused() | TurnSilent():
            return str(error)
        case TimeoutError():
            return "no answer"
    return (error.args and str(error.args[-1])) or "can't be reached"


def _fix(error: Exception, url: TurnUrl) -> str:
    match error:
        case TurnRefused(error=401):
            return "give coturn the same secret, and both machines the same time (NTP)"
        case TurnRefused(error=code) if code in (_QUOTA, _FULL):
            return "try again later, or raise user-quota and total-quota"
        case TurnRefused():
            return _CONFIG_FIX
    kind = "UDP" if url.transport is RelayTransport.UDP else "TCP"
    return f"start coturn, and let {kind} port {url.port} of {url.host} through the firewall"


def run_check(settings: Settings) -> list[Finding]:
    """Raises as ``examine_turn`` does."""
    return asyncio.run(examine_turn(settings))
