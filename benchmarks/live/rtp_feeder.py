"""Feeds Janus: the product's phantom, mask, encoder and packetiser in one process, then RTP.

A PLI that Janus sends back becomes a key frame. Janus learns where to send it from the RTCP
receiver reports that this process sends.
"""

import argparse
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass

from benchmarks.live.janus_client import PAYLOAD_TYPE
from benchmarks.live.phantom import phantom_of
from streaming.picture.encode import LiveEncoder
from streaming.picture.masking import Masker
from streaming.relay.packetiser import packetise
from streaming.relay.packets import PacketisedFrame

_SSRC = 0x5010
_RTP = struct.Struct("!BBHII")
_EMPTY_REPORT = struct.pack("!BBHI", 0x80, 201, 1, _SSRC)
_PLI_TYPE = 206
_REPORT_EVERY_S = 1.0
_HOST = "127.0.0.1"


@dataclass(slots=True)
class RtpSender:
    rtp: socket.socket
    sequence: int = 0

    def send(self, frame: PacketisedFrame) -> None:
        timestamp = frame.captured_at_ns * 9 // 100_000 & 0xFFFFFFFF
        last = len(frame.payloads) - 1
        for index, payload in enumerate(frame.payloads):
            marker = 0x80 if index == last else 0
            head = _RTP.pack(0x80, marker | PAYLOAD_TYPE, self.sequence, timestamp, _SSRC)
            self.rtp.send(head + payload)
            self.sequence = self.sequence + 1 & 0xFFFF


class FeedbackReader:
    def __init__(self, rtcp: socket.socket) -> None:
        self._rtcp = rtcp
        self._reported = 0.0

    def keyframe_wanted(self) -> bool:
        if time.monotonic() - self._reported >= _REPORT_EVERY_S:
            self._rtcp.send(_EMPTY_REPORT)
            self._reported = time.monotonic()
        wanted = False
        while select.select([self._rtcp], [], [], 0)[0]:
            packet = self._rtcp.recv(2048)
            wanted = wanted or (len(packet) > 1 and packet[1] == _PLI_TYPE)
        return wanted


def connected(port: int) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((_HOST, port))
    return udp


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.rtp_feeder")
    parser.add_argument("--spec", required=True)
    parser.add_argument("--bitrate", type=int, required=True)
    parser.add_argument("--rtp-port", type=int, required=True)
    parser.add_argument("--rtcp-port", type=int, required=True)
    options = parser.parse_args()
    sender = RtpSender(connected(options.rtp_port))
    feedback = FeedbackReader(connected(options.rtcp_port))
    phantom = phantom_of(options.spec)
    masker = Masker(phantom.profile)
    encoder = LiveEncoder(phantom.size, bitrate_bps=options.bitrate, nominal_fps=phantom.fps)
    phantom.source.open()
    print("feeding", flush=True)
    while True:
        raw = phantom.source.read(1.0)
        if raw is not None:
            wanted = feedback.keyframe_wanted()
            sender.send(packetise(encoder.encode(masker.mask(raw), keyframe=wanted)))


if __name__ == "__main__":
    sys.exit(main())
