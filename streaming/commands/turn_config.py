"""The configuration of a coturn that relays for this node and for nobody else, from its settings.

Source: turnserver(1) of coturn 4.6.1. Its denied and allowed lists: what is allowed wins, whatever
the order.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from streaming.config import ConfigError, Settings, is_loopback
from streaming.config.settings import Turn
from streaming.domain.turn import RelayTransport, TurnUrl, parse_turn_url

MIN_SESSION_BYTES_PER_S = 1_000_000
PARTICIPANTS_PER_ROOM = 64
ALLOCATIONS_PER_URL = 4
"""A browser on two networks (cable and radio) while a new connection takes over from an old one."""
MIN_TOTAL_QUOTA = 100


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the TURN server's machine knows. Without ``listen`` coturn takes all addresses;
    ``external`` is ``PUBLIC`` or ``PUBLIC/PRIVATE`` behind address translation."""

    certificate: Path | None = None
    key: Path | None = None
    listen: tuple[str, ...] = ()
    external: tuple[str, ...] = ()


def turn_of(settings: Settings) -> Turn:
    """Raises:
    ConfigError: ``turn.none``.
    """
    if settings.turn is None:
        raise ConfigError(
            "turn.none",
            "The settings name no TURN server.",
            fix='add [turn] with urls = ["turn:turn.example.org:3478"] and '
            'secret = "file:turn.secret" (turn-config/README.md)',
        )
    return settings.turn


def node_addresses(settings: Settings) -> tuple[str, ...]:
    """Where the relay sends to: the addresses that browsers are told.

    Raises:
        ConfigError: ``turn.node``: the settings don't say.
    """
    host = "127.0.0.1" if settings.media_host == "localhost" else settings.media_host
    try:
        return tuple(str(ipaddress.ip_address(a)) for a in settings.media.advertise or (host,))
    except ValueError:
        raise ConfigError(
            "turn.node",
            "The settings don't say at which address the TURN server reaches the node.",
            fix='set it: media.advertise = ["203.0.113.5"]',
        ) from None


def coturn_config(settings: Settings, machine: Machine) -> str:
    """Holds the shared secret.

    Raises:
        ConfigError: ``turn.none``; ``turn.ports``: two ports of a kind; ``turn.certificate``: none
            is given and a ``turns:`` address needs one; ``turn.node``: nothing to relay to is
            named.
    """
    turn = turn_of(settings)
    urls = [parse_turn_url(url) for url in turn.urls]
    lines = [
        "# coturn for one Sonopair node, written by `sonopair turn config`. It holds a secret:",
        "# keep it readable by root and coturn alone. After a change write it again.",
        "",
        f"realm={urls[0].host}",
        *_listeners(urls, machine),
        "",
        "# Credentials of the node, good for minutes.",
        "use-auth-secret",
        f"static-auth-secret={turn.secret.get_secret_value()}",
        "stale-nonce",
        "fingerprint",
        "",
        "# The node is the only peer there is. What is allowed wins over what is denied.",
        "denied-peer-ip=0.0.0.0-255.255.255.255",
        "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        *_node_rules(node_addresses(settings)),
        "no-multicast-peers",
        "no-dynamic-ip-list",
        "no-tcp-relay",
        "no-cli",
        "no-rfc5780",
        "no-stun-backward-compatibility",
        "no-software-attribute",
        "",
        *_limits(settings, urls),
        "",
        "# To the journal, which forgets. Without `verbose` it holds no address of a participant.",
        "log-file=stdout",
    ]
    return "\n".join(lines) + "\n"


def _listeners(urls: Sequence[TurnUrl], machine: Machine) -> list[str]:
    plain = [url for url in urls if url.transport is not RelayTransport.TLS]
    secure = [url for url in urls if url.transport is RelayTransport.TLS]
    spoken = {url.transport for url in urls}
    lines = [
        *(f"listening-ip={address}" for address in machine.listen),
        *(f"relay-ip={address}" for address in machine.listen),
        *(f"external-ip={address}" for address in machine.external),
    ]
    lines += _port("listening-port", plain) if plain else []
    lines += [] if RelayTransport.UDP in spoken else ["no-udp"]
    lines += [] if RelayTransport.TCP in spoken else ["no-tcp"]
    if not secure:
        return [*lines, "no-tls", "no-dtls"]
    if machine.certificate is None or machine.key is None:
        raise ConfigError(
            "turn.certificate",
            f"A certificate for {secure[0].host} is needed, since an address begins with turns:.",
            fix="name its PEM files on the TURN server's machine with --certificate and --key",
        )
    return [
        *lines,
        *_port("tls-listening-port", secure),
        f"cert={machine.certificate}",
        f"pkey={machine.key}",
        "no-tlsv1",
        "no-tlsv1_1",
        "no-dtls",
    ]


def _port(option: str, urls: Iterable[TurnUrl]) -> list[str]:
    ports = sorted({url.port for url in urls})
    if len(ports) > 1:
        raise ConfigError(
            "turn.ports",
            f"coturn takes one {option}, and turn.urls names {' and '.join(map(str, ports))}.",
            fix="let all turn: addresses share one port, and all turns: addresses another",
        )
    return [f"{option}={ports[0]}"]


def _node_rules(addresses: Sequence[str]) -> list[str]:
    rules = [f"allowed-peer-ip={address}" for address in addresses]
    if any(is_loopback(address) for address in addresses):
        rules += ["# The node listens on this machine alone.", "allow-loopback-peers"]
    return rules


def _limits(settings: Settings, urls: Sequence[TurnUrl]) -> list[str]:
    """Twice the largest picture leaves room for voices, a probe camera and repeats."""
    largest_bps = max((room.bitrate_bps for room in settings.rooms), default=0)
    bytes_per_s = max(MIN_SESSION_BYTES_PER_S, 2 * largest_bps // 8)
    people = PARTICIPANTS_PER_ROOM * max(1, len(settings.rooms))
    return [
        f"# {bytes_per_s:,} bytes a second each way; allocations of one participant, and of all.",
        f"max-bps={bytes_per_s}",
        f"user-quota={ALLOCATIONS_PER_URL * len(urls)}",
        f"total-quota={max(MIN_TOTAL_QUOTA, people * len(urls))}",
    ]
