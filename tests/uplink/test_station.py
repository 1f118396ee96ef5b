import socket
import threading
from concurrent.futures import Future
from functools import partial

from streaming.capture.spec import open_source
from streaming.domain.frame import EncodedFrame, Rung
from streaming.picture.hardware import EncoderChoice
from streaming.protocol import worker_link as wire
from streaming.uplink.link import WorkerLink
from streaming.uplink.station import Station

SPEC = "phantom:?size=640x480"


def next_live(node: socket.socket) -> EncodedFrame:
    node.settimeout(20)
    while True:
        message = wire.decode(node.recv(1 << 20))
        if isinstance(message, EncodedFrame) and message.rung is Rung.LIVE:
            return message


def test_encoder_whose_probe_never_ends_keeps_no_picture_waiting() -> None:
    ours, node = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ended = threading.Event()
    station = Station(
        wire.Start(source_id="s", spec=SPEC),
        link=WorkerLink(ours, idr_needed=lambda rung: None),
        open_source=partial(open_source, SPEC, source_id="s"),
        choice=Future[EncoderChoice](),
        ended=ended.set,
    )
    with ours, node:
        station.start()
        assert next_live(node).keyframe
        before_ns = next_live(node).captured_at_ns
        assert next_live(node).captured_at_ns > before_ns
        assert not station.hung and not ended.is_set()
        station.stop(5.0)
