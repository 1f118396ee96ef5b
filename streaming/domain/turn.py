"""A TURN server: where it is, and what lets a browser use it for a while. Source: RFC 7065."""

import re
from dataclasses import dataclass
from enum import StrEnum

_URL = re.compile(
    r"(turns?):(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?:\?transport=(udp|tcp))?"
)
_USUAL_PORTS = {"turn": 3478, "turns": 5349}


class RelayTransport(StrEnum):
    """Between browser and TURN server; from there to the node it is always UDP."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class RelayPolicy(StrEnum):
    """``RELAY`` lets browsers try nothing but the relay: the values of ``iceTransportPolicy``."""

    ALL = "all"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class TurnUrl:
    """``host`` is a name or an IP address, without brackets."""

    host: str
    port: int
    transport: RelayTransport


@dataclass(frozen=True, slots=True)
class RelayAccess:
    """What a browser needs to use a relay for ``ttl_s``; without ``urls`` there is none."""

    urls: tuple[str, ...]
    username: str
    credential: str
    ttl_s: int
    policy: RelayPolicy


def parse_turn_url(text: str) -> TurnUrl:
    """``turn:`` without a transport is UDP, as in browsers; ``turns:`` is TLS over TCP.

    Raises:
        ValueError: it isn't one, or asks for DTLS, which browsers don't speak to a relay.
    """
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' isn't an address such as turn:turn.example.org:3478")
    scheme, host, port, transport = match.groups()
    if scheme == "turns" and transport == "udp":
        raise ValueError(f"'{text}': browsers reach turns: over TCP only")
    number = int(port) if port else _USUAL_PORTS[scheme]
    if not 0 < number < 65_536:
        raise ValueError(f"'{text}': there is no such port")
    kind = RelayTransport.TLS if scheme == "turns" else RelayTransport(transport or "udp")
    return TurnUrl(host.strip("[]"), number, kind)
