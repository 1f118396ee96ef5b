import errno
import socket
from typing import Any, cast

import pytest

from streaming.domain.errors import BadInput, Unavailable
from streaming.webrtc.udp import UdpSocket

PACKETS = b"a" * 100 + b"b" * 100 + b"c" * 40
SEGMENTS = [b"a" * 100, b"b" * 100, b"c" * 40]
THERE = ("192.0.2.1", 9)


class Refusing:
    """A socket whose calls fail as told; it remembers what was sent one by one."""

    def __init__(self, *, sendmsg: int = 0, sendto: int = 0) -> None:
        self._sendmsg = sendmsg
        self._sendto = sendto
        self.sent: list[bytes] = []

    def sendmsg(self, *_: Any) -> None:
        if self._sendmsg:
            raise OSError(self._sendmsg, "refused")

    def sendto(self, data: memoryview, _: Any) -> None:
        if self._sendto:
            raise OSError(self._sendto, "refused")
        self.sent.append(bytes(data))


def over(refusing: Refusing) -> UdpSocket:
    return UdpSocket(cast(Any, refusing))


@pytest.fixture
def receiver() -> Any:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        receiving.settimeout(5)
        yield receiving


def test_a_run_arrives_as_its_packets(receiver: socket.socket) -> None:
    udp = UdpSocket.open("127.0.0.1", 0)
    assert udp.send_run(memoryview(PACKETS), 100, receiver.getsockname())
    assert [receiver.recv(2_000) for _ in SEGMENTS] == SEGMENTS
    assert udp.unsegmented == 0
    udp.close()


@pytest.mark.parametrize("code", [errno.EMSGSIZE, errno.EINVAL, errno.EIO, errno.EOPNOTSUPP])
def test_where_segmentation_is_refused_packets_leave_one_by_one(code: int) -> None:
    refusing = Refusing(sendmsg=code)
    udp = over(refusing)
    assert udp.send_run(memoryview(PACKETS), 100, THERE)
    assert refusing.sent == SEGMENTS
    assert udp.unsegmented == 1


def test_a_full_buffer_is_told() -> None:
    udp = over(Refusing(sendmsg=errno.EAGAIN, sendto=errno.EAGAIN))
    assert not udp.send_run(memoryview(PACKETS), 100, THERE)
    assert not udp.send(b"x", THERE)
    assert udp.blocked == 2


def test_a_full_buffer_is_told_when_packets_leave_one_by_one() -> None:
    assert not over(Refusing(sendmsg=errno.EIO, sendto=errno.EAGAIN)).send_run(
        memoryview(PACKETS), 100, THERE
    )


def test_an_unreachable_viewer_is_like_a_lost_packet() -> None:
    udp = over(Refusing(sendmsg=errno.ENETUNREACH, sendto=errno.EHOSTUNREACH))
    assert udp.send_run(memoryview(PACKETS), 100, THERE)
    assert udp.send(b"x", THERE)


def test_receiving_is_bounded_and_keeps_the_rest() -> None:
    udp = UdpSocket.open("127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        for number in range(5):
            sending.sendto(bytes([number]), ("127.0.0.1", udp.port))
    assert [data for data, _ in udp.receive(3)] == [b"\x00", b"\x01", b"\x02"]
    assert [data for data, _ in udp.receive(9)] == [b"\x03", b"\x04"]
    udp.close()


def test_ipv6_works_too() -> None:
    udp = UdpSocket.open("::1", 0)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sending:
        sending.sendto(b"six", ("::1", udp.port))
    ((data, source),) = udp.receive(1)
    assert (data, source[0]) == (b"six", "::1")
    udp.close()


def test_a_port_in_use_is_an_error_with_a_way_out() -> None:
    udp = UdpSocket.open("127.0.0.1", 0)
    with pytest.raises(Unavailable) as caught:
        UdpSocket.open("127.0.0.1", udp.port)
    assert caught.value.code == "media.port"
    assert caught.value.fix
    udp.close()


def test_a_name_is_no_address_to_listen_on() -> None:
    with pytest.raises(BadInput) as caught:
        UdpSocket.open("localhost", 0)
    assert caught.value.code == "media.host"


def test_an_address_of_another_machine_is_said_to_be_one() -> None:
    with pytest.raises(BadInput) as caught:
        UdpSocket.open("192.0.2.1", 0)
    assert caught.value.code == "media.host"
    assert "isn't an address of this machine" in str(caught.value)
    assert "media.host" in caught.value.fix
