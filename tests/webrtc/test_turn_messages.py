"""Against aioice's codec, which is another's reading of the same RFCs."""

import secrets
import struct

import pytest
from aioice import stun, turn

from streaming.webrtc.stun import integrity_holds, parse_binding_request
from streaming.webrtc.turn_messages import (
    Attribute,
    LongTerm,
    Method,
    binding_check,
    message_bytes,
    parse,
    peer_attribute,
    request,
    requested_family,
    send_indication,
)

AUTH = LongTerm("1800000600:s1", "password", b"turn.example.org", b"a nonce")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "::ffff:7f00:1", "64:ff9b::1"])
def test_a_request_says_what_another_codec_reads(host: str) -> None:
    transaction_id = secrets.token_bytes(12)
    number = (Attribute.CHANNEL_NUMBER, struct.pack("!HH", 0x4001, 0))
    peer = peer_attribute(host, 50_000, transaction_id)
    read = stun.parse_message(request(Method.CHANNEL_BIND, transaction_id, [number, peer], AUTH))
    assert read.message_method == stun.Method.CHANNEL_BIND
    assert read.attributes["CHANNEL-NUMBER"] == 0x4001
    assert read.attributes["XOR-PEER-ADDRESS"] == (host, 50_000)
    assert read.attributes["USERNAME"] == AUTH.username
    assert read.attributes["NONCE"] == AUTH.nonce
    key = turn.make_integrity_key(AUTH.username, AUTH.realm.decode(), AUTH.password)
    assert read.check_message_integrity(key)


def test_an_indication_carries_data_of_any_length() -> None:
    transaction_id = secrets.token_bytes(12)
    peer = peer_attribute("192.0.2.1", 1, transaction_id)
    for length in range(6):
        data = bytes(length)
        read = stun.parse_message(send_indication(transaction_id, [peer, (Attribute.DATA, data)]))
        assert (read.message_class, read.attributes["DATA"]) == (stun.Class.INDICATION, data)


def test_an_answer_is_read() -> None:
    answer = stun.Message(stun.Method.ALLOCATE, stun.Class.ERROR)
    answer.attributes["ERROR-CODE"] = (438, "Stale Nonce")
    answer.attributes["NONCE"] = b"another"
    told = parse(bytes(answer))
    assert told is not None
    assert (told.method, told.error) == (Method.ALLOCATE, 438)
    assert told.attributes[Attribute.NONCE] == b"another"
    granted = parse(bytes(stun.Message(stun.Method.ALLOCATE, stun.Class.RESPONSE)))
    assert granted is not None
    assert granted.error == 0


@pytest.mark.parametrize("error", [b"", b"\x00\x00\x00\x00", b"\x00"])
def test_an_error_without_a_code_is_no_success(error: bytes) -> None:
    body = struct.pack("!HH", 0x0009, len(error)) + error + bytes(-len(error) % 4)
    head = struct.pack("!HHI12s", 0x0113, len(body), 0x2112A442, bytes(12))
    told = parse(head + body)
    assert told is not None
    assert told.error == 500


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(20),
        b"\x40\x00\x00\x04abcd",
        bytes(stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)),
    ],
)
def test_what_is_no_answer_is_left_alone(data: bytes) -> None:
    assert parse(data) is None


def test_the_length_on_a_stream_counts_the_padding() -> None:
    transaction_id = secrets.token_bytes(12)
    message = request(Method.ALLOCATE, transaction_id, [], AUTH)
    assert message_bytes(message[:4]) == len(message)
    assert message_bytes(struct.pack("!HH", 0x4000, 5)) == 4 + 8


def test_another_family_is_asked_for_where_it_is_needed() -> None:
    assert requested_family("192.0.2.1") == []
    assert requested_family("::ffff:192.0.2.1") == [(0x0017, b"\x02\x00\x00\x00")]


def test_a_check_is_one_that_the_node_reads() -> None:
    data = binding_check(secrets.token_bytes(12), ufrag="stranger", password="secret")
    read = parse_binding_request(data)
    assert read is not None
    assert read.ufrag == b"stranger"
    assert integrity_holds(data, read, b"secret")
