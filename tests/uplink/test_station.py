import socket
import threading
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from streaming.capture.spec import open_source
from streaming.domain.frame import EncodedFrame, Rung, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile, render_profile
from streaming.picture.hardware import EncoderChoice
from streaming.picture.layout import layout_of
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


def next_health(node: socket.socket, profile: str) -> wire.Health:
    node.settimeout(20)
    while True:
        message = wire.decode(node.recv(1 << 20))
        if isinstance(message, wire.Health) and message.profile == profile:
            return message


def test_profile_of_this_size_and_page_takes_over_from_another_sizes() -> None:
    source = open_source(SPEC, source_id="s")
    source.open()
    frame = source.read(5)
    source.close()
    assert frame is not None
    regions = (Rectangle(200, 80, 440, 400),)
    fits = ScannerProfile(name="fits", size=frame.size, regions=regions)
    fits = replace(fits, layout=layout_of(frame.planes[: frame.size.height], fits.mask))
    newest = ScannerProfile(name="newest", size=Size(1280, 720), regions=regions)
    ours, node = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    station = Station(
        wire.Start(
            source_id="s",
            spec=SPEC,
            profile_toml=render_profile(newest),
            other_profiles=("name = ", render_profile(fits)),
        ),
        link=WorkerLink(ours, idr_needed=lambda rung: None),
        open_source=partial(open_source, SPEC, source_id="s"),
        choice=Future[EncoderChoice](),
        ended=lambda: None,
    )
    with ours, node:
        station.start()
        assert next_health(node, "fits").mask == "confirmed"
        station.set_profile(None)
        assert next_health(node, "").mask == "black"
        station.stop(5.0)
