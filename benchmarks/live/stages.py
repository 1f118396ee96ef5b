"""What each step of the live path costs by itself, on the product's own functions."""

import secrets
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import numpy as np
from av import VideoFrame
from pylibsrtp import Policy, Session

from benchmarks.live.contender import Picture
from benchmarks.live.phantom import phantom_of
from streaming.capture.i420 import Converter, Plane, from_yuyv
from streaming.domain.frame import Codec, EncodedFrame
from streaming.picture.encode import ArchiveEncoder, LiveEncoder
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.masking import Masker
from streaming.protocol import worker_link
from streaming.relay.packetiser import packetise
from streaming.relay.packets import PacketisedFrame
from streaming.uplink.link import WorkerLink
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import FanoutSender, Outlet, SendPlanner
from streaming.webrtc.srtp import PacketBuffer, SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.udp import UdpSocket

PICTURES = 60
_LARGEST_PACKET = 4 * 2**20
_GCM_KEY_BYTES = 28

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stages:
    """Median milliseconds for one picture. ``convert_yuyv`` is what a capture card needs,
    ``convert_bgr`` an RGB source; ``send`` is SRTP and UDP for one viewer."""

    convert_yuyv: float
    convert_bgr: float
    mask: float
    encode_live: float
    encode_archive: float
    worker_link: float
    packetise: float
    send: float


def measure_stages(picture: Picture, *, pictures: int = PICTURES) -> Stages:
    """Blocks for some seconds; nothing else should run meanwhile."""
    raw = _raw_frames(picture, pictures)
    convert_yuyv_ms, _ = _timed(from_yuyv, [_yuyv(frame) for frame in raw])
    convert_bgr_ms, _ = _timed(Converter().convert, [_bgr(frame) for frame in raw])
    mask_ms, masked = _timed(Masker(phantom_of(picture.spec).profile).mask, raw)
    encode_live_ms, encoded = _encode_live(picture, masked)
    with closing(ArchiveEncoder(masked[0].size, nominal_fps=picture.fps)) as archive:
        encode_archive_ms, _ = _timed(archive.encode, masked)
    packetise_ms, packetised = _timed(packetise, encoded)
    return Stages(
        convert_yuyv=convert_yuyv_ms,
        convert_bgr=convert_bgr_ms,
        mask=mask_ms,
        encode_live=encode_live_ms,
        encode_archive=encode_archive_ms,
        worker_link=_worker_link(picture, encoded),
        packetise=packetise_ms,
        send=_send(packetised),
    )


def _timed(step: Callable[[Item], Result], items: Sequence[Item]) -> tuple[float, list[Result]]:
    """The median over ``items`` but the first (caches, tables, the key frame), and the results."""
    durations_ms, results = [], []
    for item in items:
        started_ns = time.perf_counter_ns()
        result = step(item)
        durations_ms.append((time.perf_counter_ns() - started_ns) / 1e6)
        results.append(result)
    return median(durations_ms[1:]), results


def _raw_frames(picture: Picture, pictures: int) -> list[RawFrame]:
    source = phantom_of(picture.spec).source
    source.open()
    frames = (source.read(1.0) for _ in range(pictures))
    return [frame for frame in frames if frame is not None]


def _bgr(frame: RawFrame) -> VideoFrame:
    return VideoFrame.from_numpy_buffer(frame.planes, "yuv420p").reformat(format="bgr24")


def _yuyv(frame: RawFrame) -> Plane:
    picture = VideoFrame.from_numpy_buffer(frame.planes, "yuv420p")
    return np.asarray(picture.to_ndarray(format="yuyv422"), np.uint8)


def _encode_live(
    picture: Picture, masked: Sequence[MaskedFrame]
) -> tuple[float, list[EncodedFrame]]:
    encoder = LiveEncoder(masked[0].size, bitrate_bps=picture.bitrate_bps, nominal_fps=picture.fps)
    with closing(encoder):
        return _timed(encoder.encode, masked)


def _worker_link(picture: Picture, encoded: Sequence[EncodedFrame]) -> float:
    """Both ends in one thread: sending, the kernel, receiving, decoding."""
    worker, node = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with worker, node:
        link = WorkerLink(worker, idr_needed=lambda _: None)
        link.fit_buffer(bitrate_bps=picture.bitrate_bps, fps=picture.fps)

        def pass_on(frame: EncodedFrame) -> object:
            link.send_frame(frame)
            return worker_link.decode(node.recv(_LARGEST_PACKET))

        return _timed(pass_on, encoded)[0]


def _send(packetised: Sequence[PacketisedFrame]) -> float:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as viewer:
        viewer.bind(("127.0.0.1", 0))
        udp = UdpSocket.open("127.0.0.1", 0)
        with closing(udp):
            sender = FanoutSender(
                VideoAgreement(Codec.H264, 96, None, HeaderExtensions("0", 1, 2, 3)),
                ids=PeerStreams.random().scanner,
                srtp=_session(),
                outlet=Outlet(udp, SendPlanner(), NtpClock(time.time_ns() - time.monotonic_ns())),
                address=viewer.getsockname(),
            )
            return _timed(sender.send, packetised)[0]


def _session() -> SrtpSession:
    key, profile = secrets.token_bytes(_GCM_KEY_BYTES), Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    outbound, inbound = (
        Session(policy=Policy(key=key, ssrc_type=direction, srtp_profile=profile))
        for direction in (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND)
    )
    return SrtpSession(sending=outbound, receiving=inbound, buffer=PacketBuffer())
