"""Whom a limit counts against: the host that asks, also from behind a proxy that is trusted."""

import ipaddress
from collections.abc import Iterable

from aiohttp import web

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

IPV6_PREFIX = 64
"""One customer's smallest network: everybody in it counts as one host. Source: RFC 6177."""


class Hosts:
    """``trusted_proxies`` are addresses and networks; what they say about others is believed."""

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        self._trusted = [ipaddress.ip_network(text, strict=False) for text in trusted_proxies]

    def of(self, request: web.Request) -> str:
        """The last one on the request's way that isn't a trusted proxy."""
        host = request.remote or ""
        hops = [
            hop.strip()
            for line in request.headers.getall("X-Forwarded-For", [])
            for hop in line.split(",")
        ]
        while hops and self._is_trusted(host) and _address(hops[-1]) is not None:
            host = hops.pop()
        return counted_as(host)

    def is_proxy(self, host: str) -> bool:
        """Many people may come from there: a trusted proxy, or anything on this machine."""
        address = _address(host)
        return self._is_trusted(host) or (address is not None and address.is_loopback)

    def _is_trusted(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._trusted)


HOSTS = web.AppKey("hosts", Hosts)


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else address


def counted_as(host: str) -> str:
    """An address, or the IPv6 network that one party has at least."""
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(address), IPV6_PREFIX), strict=False))
    return str(address or host)
