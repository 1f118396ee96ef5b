"""What this machine is called on its own network, and where it is reached there."""

import ipaddress
import re
import socket

import ifaddr

from streaming.commands.certificates import PRIVATE_NETWORKS

_NOT_IN_A_LABEL = re.compile(r"[^a-z0-9-]+")


def local_name() -> str:
    """The machine's name as multicast DNS knows it (RFC 6762): ``echo-1.local``."""
    label = socket.gethostname().partition(".")[0].lower()
    return (_NOT_IN_A_LABEL.sub("-", label).strip("-") or "sonopair") + ".local"


def private_addresses() -> list[str]:
    """IPv4 addresses of local networks that this machine has, without loopback and link-local."""
    networks = [ipaddress.ip_network(n) for n in PRIVATE_NETWORKS if ":" not in n]
    found = [
        ipaddress.ip_address(str(ip.ip))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4
    ]
    return [
        str(address)
        for address in dict.fromkeys(found)
        if any(address in network for network in networks)
        and not (address.is_loopback or address.is_link_local)
    ]
