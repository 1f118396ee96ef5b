import socket
from collections.abc import Iterator

import pytest

from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Size
from streaming.protocol import worker_link
from streaming.protocol.worker_link import Alarm, Health, Ready, RequestIdr, Stop
from streaming.protocol.worker_packets import Kind
from streaming.uplink.link import LARGEST_PICTURE, MAX_PENDING, LinkClosed, WorkerLink

Message = worker_link.Packet | worker_link.Up | worker_link.Down

HEALTH = Health(source="live", since_ns=1, mask="confirmed")


class Ends:
    def __init__(self) -> None:
        ours, self.node = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.asked: list[Rung] = []
        self.link = WorkerLink(ours, idr_needed=self.asked.append)

    def read(self) -> Message:
        return worker_link.decode(self.node.recv(1 << 20))

    def drain_packets(self) -> list[bytes]:
        self.node.setblocking(False)
        packets = []
        try:
            while True:
                packets.append(self.node.recv(1 << 20))
        except BlockingIOError:
            return packets

    def drain(self) -> list[Message]:
        return [worker_link.decode(packet) for packet in self.drain_packets()]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.link.close()
    ends.node.close()


def frame(
    number: int, *, keyframe: bool = False, rung: Rung = Rung.LIVE, size: int = 20_000
) -> EncodedFrame:
    return EncodedFrame(
        source_id="test",
        rung=rung,
        codec=Codec.H264,
        size=Size(640, 360),
        number=number,
        captured_at_ns=number,
        keyframe=keyframe,
        data=bytes(size),
    )


def fill(ends: Ends) -> int:
    """Send until the link drops; how many pictures went out."""
    sent = 0
    while ends.link.dropped == 0:
        ends.link.send_frame(frame(sent, keyframe=sent == 0))
        sent += 1
    return sent - 1


def test_frames_and_messages_arrive_in_order(ends: Ends) -> None:
    ends.link.send(Ready(pid=7))
    ends.link.send_frame(frame(0, keyframe=True))
    assert ends.read() == Ready(pid=7)
    assert ends.read() == frame(0, keyframe=True)
    assert ends.link.sent_bytes(Rung.LIVE) == 20_000


def test_largest_picture_fits_the_buffer(ends: Ends) -> None:
    ends.link.fit_buffer(bitrate_bps=4_000_000, fps=30)
    ends.link.send_frame(frame(0, keyframe=True, size=LARGEST_PICTURE))
    assert ends.link.dropped == 0


def test_full_link_drops_instead_of_blocking(ends: Ends) -> None:
    ends.link.fit_buffer(bitrate_bps=4_000_000, fps=30)
    sent = fill(ends)
    assert 3 <= sent < 60
    assert len(ends.drain()) == sent


def test_after_a_drop_nothing_passes_until_a_key_frame(ends: Ends) -> None:
    sent = fill(ends)
    ends.drain()
    ends.link.send_frame(frame(100))
    ends.link.send_frame(frame(101, keyframe=True))
    ends.link.send_frame(frame(102))
    assert [m.number for m in ends.drain() if isinstance(m, EncodedFrame)] == [101, 102]
    assert ends.link.dropped == 2
    assert sent > 0


def test_key_frame_is_asked_for_once_and_only_when_it_would_fit(ends: Ends) -> None:
    fill(ends)
    ends.link.send_frame(frame(100))
    assert ends.asked == []
    ends.drain()
    ends.link.send_frame(frame(101))
    ends.link.send_frame(frame(102))
    assert ends.asked == [Rung.LIVE]


def test_key_frame_that_doesnt_fit_is_asked_for_again(ends: Ends) -> None:
    fill(ends)
    ends.drain()
    ends.link.send_frame(frame(100))
    fill_other = frame(0, keyframe=True, rung=Rung.ARCHIVE, size=60_000)
    while ends.link.sent_bytes(Rung.ARCHIVE) < 60_000 or ends.link.dropped < 3:
        ends.link.send_frame(fill_other)
    ends.link.send_frame(frame(101, keyframe=True, size=LARGEST_PICTURE))
    ends.drain()
    ends.link.send_frame(frame(102))
    assert ends.asked.count(Rung.LIVE) == 2


def test_one_rung_gated_leaves_the_others_alone(ends: Ends) -> None:
    fill(ends)
    ends.drain()
    ends.link.send_frame(frame(5, rung=Rung.ARCHIVE))
    assert [m.rung for m in ends.drain() if isinstance(m, EncodedFrame)] == [Rung.ARCHIVE]


def test_alarm_waits_for_room_and_health_doesnt(ends: Ends) -> None:
    alarm = Alarm(code="mask.unconfirmed", detail="black", at_ns=1)
    fill(ends)
    while True:  # small messages still fit where a picture doesn't
        before = len(ends.link._pending)
        ends.link.send(alarm)
        if len(ends.link._pending) > before:
            break
    ends.link.send(HEALTH)
    ends.drain()
    assert ends.link.receive(0) is None
    assert ends.drain() == [alarm]


def test_pending_messages_are_bounded(ends: Ends) -> None:
    fill(ends)
    for n in range(20_000):
        ends.link.send(Alarm(code="x", detail="", at_ns=n))
        if len(ends.link._pending) == MAX_PENDING:
            break
    for n in range(10):
        ends.link.send(Alarm(code="late", detail="", at_ns=n))
    assert len(ends.link._pending) == MAX_PENDING


def test_command_is_received(ends: Ends) -> None:
    ends.node.send(worker_link.encode_message(RequestIdr(rung=Rung.ARCHIVE)))
    assert ends.link.receive(1.0) == RequestIdr(rung=Rung.ARCHIVE)
    assert ends.link.receive(0.0) is None


def test_sound_goes_at_once_or_not_at_all(ends: Ends) -> None:
    sound = AudioFrame(number=3, captured_at_ns=4, channels=2, opus=b"opus")
    ends.link.send_audio(sound)
    assert ends.read() == sound
    fill(ends)
    while ends.link._try_send([bytes(100)]):
        pass
    ends.link.send_audio(sound)
    assert not [m for m in ends.drain_packets() if m[3] == Kind.SOUND]
    assert ends.link.dropped == 1


def test_another_descriptor_wakes_the_receiver(ends: Ends) -> None:
    left, right = socket.socketpair()
    with left, right:
        right.send(b"x")
        assert ends.link.receive(60.0, left.fileno()) is None


def test_end_of_file_closes(ends: Ends) -> None:
    ends.node.close()
    with pytest.raises(LinkClosed):
        ends.link.receive(1.0)


def test_sending_into_a_closed_link_is_harmless(ends: Ends) -> None:
    ends.node.close()
    ends.link.send_frame(frame(0, keyframe=True))
    ends.link.send(HEALTH)
    assert ends.link.dropped == 0


@pytest.mark.parametrize(
    ("packet", "code"),
    [
        (b"XX\x01\x02{}", "link.magic"),
        (b"SP\x09\x02{}", "link.version"),
        (b"SP\x02\x02{}", "link.message"),
        (worker_link.encode_message(Ready(pid=1)), "link.direction"),
    ],
)
def test_nonsense_is_refused(ends: Ends, packet: bytes, code: str) -> None:
    ends.node.send(packet)
    with pytest.raises(worker_link.WorkerLinkError) as caught:
        ends.link.receive(1.0)
    assert caught.value.code == code


def test_stop_is_a_command(ends: Ends) -> None:
    ends.node.send(worker_link.encode_message(Stop()))
    assert ends.link.receive(1.0) == Stop()
