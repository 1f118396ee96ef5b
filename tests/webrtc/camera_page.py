"""A phone and a viewer in the least pages that can be both, and the room between them."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from playwright.async_api import Page

from streaming.domain.frame import Codec
from streaming.domain.session import Role
from streaming.relay.camera import CameraRelay, CameraViewer
from streaming.relay.film import FilmPacket
from streaming.relay.lane import VoicePacket
from streaming.webrtc.peer import MediaPeer
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.ports import PLAN_OF_ROLE, VideoSender
from tests.webrtc.stage import BITS

_NEGOTIATE = """
  const pc = window.pc = new RTCPeerConnection();
  async function negotiate(kind, prepare) {
    await pc.setRemoteDescription(
      {type: "offer", sdp: await (await fetch(`/${kind}/offer`)).text()});
    await prepare();
    await pc.setLocalDescription(await pc.createAnswer());
    await fetch(`/${kind}/answer`, {method: "POST", body: pc.localDescription.sdp});
  }
  window.stats = async (type) => {
    const found = [...(await pc.getStats()).values()].filter((each) => each.type === type);
    return found.find((each) => each.kind === "video");
  };
"""
_PHONE = """<!doctype html><title>phone</title><canvas></canvas><script>
  %(negotiate)s
  const canvas = document.querySelector("canvas");
  canvas.width = 640; canvas.height = 480;
  const context = canvas.getContext("2d");
  window.number = 0;
  window.top_bit = Number(location.hash.slice(1) || 0);
  setInterval(() => {
    window.number = (window.number + 1) %% 128;
    const shown = window.number | window.top_bit << 7;
    for (let bit = 0; bit < %(bits)d; bit++) {
      context.fillStyle = shown >> bit & 1 ? "white" : "black";
      context.fillRect(bit * 80, 0, 80, 80);
    }
    context.fillStyle = `hsl(${window.number * 9} 80%% 50%%)`;
    context.fillRect(window.number * 4, 200, 100, 100);
  }, 33);
  const track = canvas.captureStream(30).getVideoTracks()[0];
  window.ready = negotiate("phone", async () => {
    const film = pc.getTransceivers().find((each) => each.mid === "film");
    film.direction = "sendonly";
    await film.sender.replaceTrack(track);
  });
</script>"""
_VIEWER = """<!doctype html><title>viewer</title>
<video autoplay muted playsinline></video><canvas width=640 height=80></canvas><script>
  %(negotiate)s
  const video = document.querySelector("video");
  const canvas = document.querySelector("canvas").getContext("2d", {willReadFrequently: true});
  window.numbers = [];
  function look(now, metadata) {
    window.size = [video.videoWidth, video.videoHeight];
    canvas.drawImage(video, 0, 0, 640, 480);
    let number = 0;
    for (let bit = 0; bit < %(bits)d; bit++) {
      if (canvas.getImageData(bit * 80 + 40, 40, 1, 1).data[0] > 128) number |= 1 << bit;
    }
    window.numbers.push(number);
    video.requestVideoFrameCallback(look);
  }
  video.requestVideoFrameCallback(look);
  pc.ontrack = (event) => {
    if (event.transceiver.mid === "camera") video.srcObject = new MediaStream([event.track]);
  };
  window.ready = negotiate("viewer", async () => {});
</script>"""


class Participant:
    """Implements ``PeerEvents``: a phone that may be the room's camera, or somebody who looks."""

    peer: MediaPeer

    def __init__(self, room: "CameraRoom", name: str) -> None:
        self.name = name
        self.ends: list[str] = []
        self._room = room
        self._viewer: CameraViewer | None = None

    def connected(self, sender: VideoSender | None) -> None:
        if self.peer.camera is not None:
            self._viewer = self._room.relay.subscribe(self.peer.camera, observer=False)

    def keyframe_wanted(self) -> None: ...

    def camera_keyframe_wanted(self) -> None:
        """Also of a phone that moved, which sees nothing."""
        if self._viewer is not None:
            self._room.relay.keyframe_wanted(self._viewer)

    def voice(self, packet: VoicePacket) -> None:
        raise AssertionError("nobody speaks here")

    def film(self, packet: FilmPacket) -> None:
        self._room.film(self, packet)

    def closed(self, code: str, detail: str) -> None:
        self.ends.append(code)
        if self._viewer is not None:
            self._room.relay.unsubscribe(self._viewer)


class CameraRoom:
    """The newest phone is the camera. ``loses`` decides about each of its packets before the room
    gets them, and ``rewrite`` changes what pages are offered."""

    def __init__(self, port: MediaPort, rewrite: Callable[[str], str]) -> None:
        self.relay = CameraRelay(request_keyframe=self._request, clock_ns=time.monotonic_ns)
        self.participants: list[Participant] = []
        self.camera: Participant | None = None
        self.packets: list[FilmPacket] = []
        self._port = port
        self._rewrite = rewrite

    def film(self, participant: Participant, packet: FilmPacket) -> None:
        if participant is not self.camera:
            return
        self.packets.append(packet)
        self.relay.film(packet)

    def _request(self) -> None:
        if self.camera is not None:
            self.camera.peer.request_film_keyframe()

    async def offer(self, request: web.Request) -> web.Response:
        """The newest participant of each kind is the one that answers next."""
        kind = request.match_info["kind"]
        participant = Participant(self, kind)
        plan = PLAN_OF_ROLE[Role.CAMERA if kind == "phone" else Role.OBSERVER]
        participant.peer = self._port.create_peer(participant, plan)
        self.participants.append(participant)
        if kind == "phone":
            self.camera = participant
            self.relay.cut()
        return web.Response(text=self._rewrite(await participant.peer.create_offer()))

    @property
    def retransmitted(self) -> int:
        """Packets sent to viewers again."""
        cameras = [participant.peer.camera for participant in self.participants]
        return sum(camera.retransmitted for camera in cameras if camera is not None)

    async def answer(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        newest = next(p for p in reversed(self.participants) if p.name == kind)
        await newest.peer.accept_answer(await request.text())
        return web.Response()


@asynccontextmanager
async def camera_room(
    port: MediaPort, *, rewrite: Callable[[str], str] = str
) -> AsyncIterator[tuple[CameraRoom, str]]:
    """The room and the address of its pages, ``phone`` and ``viewer``."""
    room = CameraRoom(port, rewrite)
    names = {"negotiate": _NEGOTIATE, "bits": BITS}

    async def page(request: web.Request) -> web.Response:
        text = _PHONE if request.match_info["kind"] == "phone" else _VIEWER
        return web.Response(text=text % names, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{kind}", page)
    app.router.add_get("/{kind}/offer", room.offer)
    app.router.add_post("/{kind}/answer", room.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield room, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def until_shown(page: Page, count: int) -> list[int]:
    """``count`` more pictures; their numbers."""
    before: int = await page.evaluate("window.numbers.length")
    await page.wait_for_function(f"window.numbers.length >= {before + count}")
    shown: list[int] = await page.evaluate(f"window.numbers.slice({before})")
    return shown


async def until_from(page: Page, camera: int) -> None:
    """Waits for a picture of the camera that shows this top bit."""
    await page.wait_for_function(f"window.numbers.at(-1) >> 7 === {camera}")


def only(codec: Codec) -> Callable[[str], str]:
    """An offer whose camera lines lack the other codec."""
    gone = {"98", "99", "102", "103"} if codec is Codec.H264 else {"100", "101"}

    def rewrite(sdp: str) -> str:
        lines = []
        for line in sdp.split("\r\n"):
            if line.startswith("m=video"):
                line = " ".join(part for part in line.split(" ") if part not in gone)
            number = line.partition(":")[2].partition(" ")[0]
            kind = line.partition(":")[0]
            if kind not in ("a=rtpmap", "a=fmtp", "a=rtcp-fb") or number not in gone:
                lines.append(line)
        return "\r\n".join(lines)

    return rewrite
