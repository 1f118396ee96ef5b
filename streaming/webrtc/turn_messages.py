"""What a TURN client says and is told (RFC 8656), and connectivity checks to try a way. Pure."""

import hashlib
import ipaddress
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from streaming.webrtc.stun import (
    ATTRIBUTE,
    COOKIE,
    ERROR_CODE,
    HEADER,
    HEADER_BYTES,
    INTEGRITY,
    USERNAME,
    attributes_of,
    integrity_of,
    with_fingerprint,
    xor_address,
)

MAX_BYTES = 65_535
"""A message, or what is relayed, with a header before it."""

_SUCCESS, _ERROR, _CLASS = 0x0100, 0x0110, 0x0110
_INDICATION = 0x0010


class Method(IntEnum):
    BINDING = 0x0001
    ALLOCATE = 0x0003
    REFRESH = 0x0004
    SEND = 0x0006
    DATA = 0x0007
    CREATE_PERMISSION = 0x0008
    CHANNEL_BIND = 0x0009


class Attribute(IntEnum):
    CHANNEL_NUMBER = 0x000C
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    DATA = 0x0013
    REALM = 0x0014
    NONCE = 0x0015
    REQUESTED_ADDRESS_FAMILY = 0x0017
    REQUESTED_TRANSPORT = 0x0019


Attributes = Sequence[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class LongTerm:
    """Proves who asks, once the server told its realm and a nonce (RFC 8489, 9.2)."""

    username: str
    password: str
    realm: bytes
    nonce: bytes

    @property
    def attributes(self) -> Attributes:
        return (
            (USERNAME, self.username.encode()),
            (Attribute.REALM, self.realm),
            (Attribute.NONCE, self.nonce),
        )

    @property
    def key(self) -> bytes:
        joined = b":".join((self.username.encode(), self.realm, self.password.encode()))
        return hashlib.md5(joined, usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Told:
    """A response or an indication. ``error`` is the code of an error response, else 0."""

    transaction_id: bytes
    method: int
    error: int
    attributes: Mapping[int, bytes]


def request(
    method: Method, transaction_id: bytes, attributes: Attributes, auth: LongTerm | None = None
) -> bytes:
    if auth is None:
        return _message(method, transaction_id, attributes)
    asked = _message(method, transaction_id, [*attributes, *auth.attributes])
    return _with_length(asked + _attribute(INTEGRITY, integrity_of(asked, auth.key)))


def send_indication(transaction_id: bytes, attributes: Attributes) -> bytes:
    return _message(Method.SEND | _INDICATION, transaction_id, attributes)


def binding_check(transaction_id: bytes, *, ufrag: str, password: str) -> bytes:
    """A connectivity check (RFC 8445, 7.2.2) from somebody whom the other side doesn't expect."""
    asked = _message(Method.BINDING, transaction_id, [(USERNAME, f"{ufrag}:{ufrag}".encode())])
    return with_fingerprint(
        asked + _attribute(INTEGRITY, integrity_of(asked, password.encode())),
    )


def parse(data: bytes) -> Told | None:
    """None unless it is a response, or an indication of data."""
    if len(data) < HEADER_BYTES:
        return None
    kind, length, cookie, transaction_id = HEADER.unpack_from(data)
    if cookie != COOKIE or length != len(data) - HEADER_BYTES:
        return None
    found = {attribute: value for attribute, _, value in attributes_of(data)}
    method, class_ = kind & ~_CLASS, kind & _CLASS
    if class_ == _ERROR:
        return Told(transaction_id, method, _error_of(found.get(ERROR_CODE, b"")), found)
    if class_ == _SUCCESS or (class_, method) == (_INDICATION, Method.DATA):
        return Told(transaction_id, method, 0, found)
    return None


def message_bytes(header: bytes) -> int:
    """How long the message is that begins so on a stream; at least 4 bytes are needed.

    Source: RFC 8656, 12.5: messages are padded to four bytes there.
    """
    length: int = struct.unpack_from("!H", header, 2)[0]
    is_channel_data = header[0] & 0xC0 == 0x40
    return (ATTRIBUTE.size if is_channel_data else HEADER_BYTES) + (length + 3 & ~3)


def peer_attribute(host: str, port: int, transaction_id: bytes) -> tuple[int, bytes]:
    return (Attribute.XOR_PEER_ADDRESS, xor_address(host, port, transaction_id))


def requested_family(host: str) -> Attributes:
    """What an allocation must ask for to reach ``host`` (RFC 8656, 18.6); IPv4 is what it is."""
    is_v6 = ipaddress.ip_address(host).version == 6
    return [(Attribute.REQUESTED_ADDRESS_FAMILY, b"\x02\x00\x00\x00")] if is_v6 else []


def _message(kind: int, transaction_id: bytes, attributes: Attributes) -> bytes:
    body = b"".join(_attribute(each, value) for each, value in attributes)
    return HEADER.pack(kind, len(body), COOKIE, transaction_id) + body


def _attribute(kind: int, value: bytes) -> bytes:
    return ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _with_length(message: bytes) -> bytes:
    return message[:2] + struct.pack("!H", len(message) - HEADER_BYTES) + message[4:]


def _error_of(value: bytes) -> int:
    """At least 300; an error without a code is one all the same."""
    return value[2] * 100 + value[3] if len(value) >= 4 and value[2] >= 3 else 500
