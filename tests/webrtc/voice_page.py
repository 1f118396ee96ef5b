"""A room with the product's voices in it, and the least page that speaks and listens there."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import av
import numpy as np
from aiohttp import web

from streaming.domain.frame import AudioFrame
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.room import LiveRoom
from streaming.workflow.live.voice import VoiceDesk
from tests.workflow.live.surroundings import FakeClient, FakeNode

SEATS = {
    "operator": Seat("op", "r", Role.OPERATOR, "Operator"),
    "expert": Seat("ex", "r", Role.EXPERT, "Expert"),
    "observer": Seat("ob", "r", Role.OBSERVER, "Student"),
}

_PAGE = """<!doctype html><title>voice</title><script>
  const name = location.hash.slice(1);
  const pc = window.pc = new RTCPeerConnection();
  const context = new AudioContext();
  window.loudest = {};
  pc.ontrack = ({track, transceiver}) => {
    if (track.kind !== "audio") return;
    const stream = new MediaStream([track]);
    const element = new Audio();  // Without an element Chromium feeds no remote track to WebAudio.
    element.srcObject = stream; element.muted = true; element.play();
    const analyser = context.createAnalyser(), samples = new Float32Array(2048);
    context.createMediaStreamSource(stream).connect(analyser);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      window.loudest[transceiver.mid] = Math.max(window.loudest[transceiver.mid] || 0, peak);
    }, 20);
  };
  const post = (path, body) => fetch(`/${path}/${name}`, {method: "POST", body});
  async function join() {
    let sdp = await (await post("offer")).text();
    if (name === "observer")  // It takes no "no" for an answer.
      sdp = sdp.replace(/(a=mid:voice\\r\\n)a=inactive/, "$1a=recvonly");
    await pc.setRemoteDescription({type: "offer", sdp});
    const voice = pc.getTransceivers().find(({mid}) => mid === "voice");
    if (voice.mid && sdp.includes("a=mid:voice\\r\\na=recvonly")) voice.direction = "sendonly";
    const {sdp: answer} = await pc.createAnswer();
    await pc.setLocalDescription({type: "answer", sdp: answer});
    await post("answer", pc.localDescription.sdp);
    const microphone = await navigator.mediaDevices.getUserMedia(
      {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
    await voice.sender.replaceTrack(microphone.getAudioTracks()[0]);
  }
  async function stats(type, kind) {
    const found = [];
    (await pc.getStats()).forEach(report => {
      if (report.type === type && report.kind === kind) found.push(report);
    });
    return found;
  }
  join();
</script>"""


@dataclass
class VoiceRoom:
    room: LiveRoom
    clients: dict[str, FakeClient]
    url: str = ""
    answers: dict[str, str] = field(default_factory=dict)

    async def tell(self, name: str, message: wire.ClientMessage) -> None:
        await self.room.handle(SEATS[name].id, message)

    def peer_stats(self, name: str) -> dict[str, float]:
        media = self.room.people.here(SEATS[name].id).media
        assert media is not None
        return dict(media.peer.stats())

    async def offer(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        client = self.clients[name] = FakeClient()
        self.room.attach(SEATS[name], client)
        await self.tell(name, wire.MediaWant())
        return web.Response(text=client.last(wire.MediaOffer).sdp)

    async def answer(self, request: web.Request) -> web.Response:
        name, sdp = request.match_info["name"], await request.text()
        self.answers[name] = sdp
        peer = self.clients[name].last(wire.MediaOffer).peer
        await self.tell(name, wire.MediaAnswer(peer=peer, sdp=sdp))
        return web.Response()

    @property
    def lanes(self) -> list[str]:
        """As the operator was told last."""
        return self.clients["operator"].last(wire.VoiceLanes).lanes

    async def sound(self) -> None:
        """A tone from the scanner, until cancelled."""
        for number, opus in enumerate(tone()):
            captured_at_ns = time.monotonic_ns()
            self.room.audio(AudioFrame(number, captured_at_ns, 1, opus))
            await asyncio.sleep(0.02)


def tone() -> Iterator[bytes]:
    """Endless packets of 20 ms, 440 Hz."""
    context = av.CodecContext.create("libopus", "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = 48_000, "mono", "s16"
    for number in itertools.count():
        time_s = (np.arange(960) + number * 960) / 48_000
        samples = (np.sin(2 * np.pi * 440 * time_s) * 16_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        yield from (bytes(packet) for packet in context.encode(frame))


@asynccontextmanager
async def voice_room(port: MediaPort) -> AsyncIterator[VoiceRoom]:
    node = FakeNode()
    room = LiveRoom("r", source_id="s", server="run1", peers=port, audit=node, confirmations=node)
    room.add(VoiceDesk(room.people))
    room.bind(node)
    staged = VoiceRoom(room, {})

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_post("/offer/{name}", staged.offer)
    app.router.add_post("/answer/{name}", staged.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    running = asyncio.create_task(room.run())
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        staged.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield staged
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()
