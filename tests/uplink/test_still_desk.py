"""Stills over a real link that is read late, or not at all."""

import socket
import time
from collections.abc import Iterator

import pytest

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.picture.still_ring import StillRing
from streaming.protocol import worker_link as wire
from streaming.uplink.link import WorkerLink
from streaming.uplink.still_desk import CHUNK_BYTES, MAX_WAITING, StillDesk
from tests.picture.pictures import raw_planes
from tests.picture.test_still_ring import masked

SIZE = Size(1280, 720)


class Ends:
    def __init__(self) -> None:
        ours, self.node = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.link = WorkerLink(ours, idr_needed=lambda rung: None)
        self.link.fit_buffer(bitrate_bps=4_000_000, fps=30)
        self.ring = StillRing()
        self.ring.keep(masked(7, planes=raw_planes(1, SIZE), size=SIZE))
        self.desk = StillDesk(self.ring, link=self.link)
        self.node.settimeout(20)

    def ask(self, name: str, captured_at_ns: int = 7) -> None:
        self.desk.request(wire.RequestStill(id=name, captured_at_ns=captured_at_ns))

    def read(self) -> wire.Packet | wire.Up | wire.Down:
        return wire.decode(self.node.recv(1 << 20))

    def fill(self) -> int:
        """Live pictures until one is dropped; how many went out."""
        sent = 0
        while self.link.dropped == 0:
            self.link.send_frame(frame(sent))
            sent += 1
        return sent - 1


def frame(number: int) -> EncodedFrame:
    return EncodedFrame(
        "test", Rung.LIVE, Codec.H264, SIZE, number, number, keyframe=True, data=bytes(17_000)
    )


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.desk.close()
    ends.node.close()
    ends.desk._thread.join(20)
    ends.link.close()


def test_one_more_than_may_wait_is_refused_and_the_rest_come(ends: Ends) -> None:
    sent = ends.fill()  # so that the first still can't begin
    for n in range(MAX_WAITING + 1):
        ends.ask(str(n))
    for _ in range(sent):
        assert isinstance(ends.read(), EncodedFrame)
    done: list[str] = []
    refused: list[str] = []
    while len(done) < MAX_WAITING or not refused:
        match ends.read():
            case wire.StillChunk() as chunk if chunk.index + 1 == chunk.count:
                done.append(chunk.id)
            case wire.StillFailed() as failed:
                refused.append(failed.code)
    assert done == ["0", "1", "2", "3"] and refused == ["still.busy"]
    ends.ask("again")
    assert isinstance(ends.read(), wire.StillChunk)


def test_a_still_nobody_reads_leaves_live_pictures_their_room(ends: Ends) -> None:
    ends.ask("1")
    first = ends.read()  # the desk is at it, and goes on as far as it may
    assert isinstance(first, wire.StillChunk) and len(first.data) == CHUNK_BYTES
    for n in range(10):
        ends.link.send_frame(frame(n))
    assert ends.link.dropped == 0
    arrived: list[int] = []
    between = 0
    while len(arrived) < 10:
        message = ends.read()
        if isinstance(message, EncodedFrame):
            arrived.append(message.number)
        else:
            between += 1
    assert arrived == list(range(10)) and between <= first.count


def test_a_still_of_another_time_is_refused(ends: Ends) -> None:
    ends.ask("1", captured_at_ns=50_000_000)
    failed = ends.read()
    assert isinstance(failed, wire.StillFailed)
    assert (failed.id, failed.code) == ("1", "still.unknown")


def test_a_desk_whose_link_is_gone_ends(ends: Ends) -> None:
    ends.node.close()
    ends.ask("1")
    ends.desk.close()
    ends.desk._thread.join(20)
    assert not ends.desk._thread.is_alive()


def test_what_can_wait_isnt_sent_into_a_link_that_is_more_than_a_quarter_full(ends: Ends) -> None:
    sent = 0
    while ends.link._has_room():
        ends.link.send_frame(frame(sent))
        sent += 1
    assert ends.link.dropped == 0
    before_s = time.monotonic()
    assert not ends.link.send_later([b"SP"], 0.05)
    assert time.monotonic() - before_s >= 0.05
    for _ in range(sent):
        ends.read()
    assert ends.link.send_later([b"SP"], 20)
