"""Stock aiortc as its documentation shows it: a VideoStreamTrack behind a MediaRelay.

POST / takes an SDP offer and answers it. Every viewer has its own encoder, which is aiortc's way.
Two things aren't stock. Frames are stamped with their capture time instead of a counter, which the
bench needs to know their age and which changes no timing. And the module constants that bound the
bitrate (H.264 3 Mb/s, VP8 1.5 Mb/s) are set to the product's, so that both show the same picture.
"""

import argparse
import asyncio
from fractions import Fraction

import av
from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.codecs import h264, vpx
from aiortc.contrib.media import MediaRelay

from benchmarks.live.phantom import phantom_of
from streaming.picture.source import Source

_TIME_BASE = Fraction(1, 90_000)


class PhantomTrack(VideoStreamTrack):
    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        source.open()

    async def recv(self) -> av.VideoFrame:
        while (raw := await asyncio.to_thread(self._source.read, 1.0)) is None:
            pass
        frame = av.VideoFrame.from_ndarray(raw.planes, format="yuv420p")
        frame.pts = raw.captured_at_ns * 9 // 100_000
        frame.time_base = _TIME_BASE
        return frame


class Server:
    def __init__(self, source: Source) -> None:
        self._track = PhantomTrack(source)
        self._relay = MediaRelay()
        self._peers: set[RTCPeerConnection] = set()

    async def offer(self, request: web.Request) -> web.Response:
        peer = RTCPeerConnection()
        self._peers.add(peer)
        await peer.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
        peer.addTrack(self._relay.subscribe(self._track))
        await peer.setLocalDescription(await peer.createAnswer())
        return web.Response(status=201, text=peer.localDescription.sdp)

    async def close(self, _: web.Application) -> None:
        await asyncio.gather(*(peer.close() for peer in self._peers), return_exceptions=True)


def _allow(bitrate_bps: int) -> None:
    for codec in (h264, vpx):
        for constant in ("DEFAULT_BITRATE", "MAX_BITRATE"):
            assert hasattr(codec, constant)
            setattr(codec, constant, bitrate_bps)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.stock_server")
    parser.add_argument("--spec", required=True)
    parser.add_argument("--bitrate", type=int, required=True)
    options = parser.parse_args()
    _allow(options.bitrate)
    server = Server(phantom_of(options.spec).source)
    application = web.Application()
    application.router.add_post("/", server.offer)
    application.on_shutdown.append(server.close)
    runner = web.AppRunner(application, access_log=None, handle_signals=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
