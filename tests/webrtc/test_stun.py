"""Our STUN against aioice's, in both directions."""

import random

import pytest
from aioice import stun as reference
from hypothesis import given
from hypothesis import strategies as st

from streaming.webrtc.stun import (
    integrity_holds,
    parse_binding_request,
    role_conflict_response,
    success_response,
)
from tests.webrtc.checks import check

ID = bytes(range(12))


def test_a_check_is_read_as_it_was_built() -> None:
    data = check("local", "secret", nominated=True, transaction_id=ID)
    request = parse_binding_request(data)
    assert request is not None
    assert (request.transaction_id, request.ufrag) == (ID, b"local")
    assert (request.nominated, request.controlled) == (True, False)


def test_the_password_decides_whether_integrity_holds() -> None:
    data = check("local", "secret")
    request = parse_binding_request(data)
    assert request is not None
    assert integrity_holds(data, request, b"secret")
    assert not integrity_holds(data, request, b"Secret")


def test_the_controlled_role_is_seen() -> None:
    request = parse_binding_request(check("local", "secret", controlled=True))
    assert request is not None
    assert request.controlled


@pytest.mark.parametrize("address", [("192.0.2.7", 40_123), ("2001:db8::17", 9)])
def test_the_success_response_is_read_by_the_reference(address: tuple[str, int]) -> None:
    data = success_response(ID, host=address[0], port=address[1], password=b"secret")
    message = reference.parse_message(data)
    assert message.message_class is reference.Class.RESPONSE
    assert message.attributes["XOR-MAPPED-ADDRESS"] == address
    assert message.check_message_integrity(b"secret")
    assert "FINGERPRINT" in message.attributes


def test_the_role_conflict_is_a_487_for_the_reference() -> None:
    message = reference.parse_message(role_conflict_response(ID, password=b"secret"))
    assert message.attributes["ERROR-CODE"][0] == 487
    assert message.check_message_integrity(b"secret")


def test_a_check_without_a_fingerprint_is_no_check() -> None:
    data = check("local", "secret")[:-8]
    assert parse_binding_request(data[:2] + (len(data) - 20).to_bytes(2, "big") + data[4:]) is None


def test_a_response_is_no_check() -> None:
    data = success_response(ID, host="192.0.2.7", port=1, password=b"secret")
    assert parse_binding_request(data) is None


@given(st.binary(max_size=1_100))
def test_noise_is_no_check(data: bytes) -> None:
    assert parse_binding_request(b"\x00\x01" + data) is None


def test_a_check_with_any_byte_changed_is_never_valid() -> None:
    data = check("local", "secret", nominated=True)
    chosen = random.Random(1)
    for offset in range(len(data)):
        changed = bytearray(data)
        changed[offset] ^= chosen.randrange(1, 256)
        request = parse_binding_request(bytes(changed))
        assert request is None or not integrity_holds(bytes(changed), request, b"secret")


def test_a_truncated_check_is_no_check() -> None:
    data = check("local", "secret")
    assert all(parse_binding_request(data[:length]) is None for length in range(len(data)))
