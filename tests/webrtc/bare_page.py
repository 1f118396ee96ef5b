"""The least page that shows a picture: one <video>, one POST, no code of the product."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from tests.webrtc.stage import BITS, BLOCK, Room

_SCRIPT = """
  const video = document.querySelector("video");
  const canvas = document.querySelector("canvas").getContext("2d", {willReadFrequently: true});
  window.numbers = [];
  function look(now, metadata) {
    canvas.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < %(bits)d; bit++) {
      const middle = canvas.getImageData(bit * %(block)d + %(block)d / 2, %(block)d / 2, 1, 1);
      if (middle.data[0] > 128) number |= 1 << bit;
    }
    window.numbers.push(number);
    window.rtpTimestamp = metadata.rtpTimestamp;
    video.requestVideoFrameCallback(look);
  }
  video.requestVideoFrameCallback(look);
  const pc = window.pc = new RTCPeerConnection();
  pc.ontrack = event => { if (!video.srcObject) video.srcObject = new MediaStream([event.track]); };
  const post = async (path, body) => (await fetch(path, {method: "POST", body})).text();
  async function nodeOffers() {
    await pc.setRemoteDescription({type: "offer", sdp: await (await fetch("/offer")).text()});
    await pc.setLocalDescription(await pc.createAnswer());
    await post("/answer", pc.localDescription.sdp);
  }
  async function playerOffers() {
    pc.addTransceiver("audio", {direction: "recvonly"});
    pc.addTransceiver("video", {direction: "recvonly"});
    pc.createDataChannel("unwanted");
    await pc.setLocalDescription(await pc.createOffer());
    await pc.setRemoteDescription(
      {type: "answer", sdp: await post("/whep", pc.localDescription.sdp)});
  }
  location.hash === "#whep" ? playerOffers() : nodeOffers();
"""
_PAGE = f"""<!doctype html><title>bare</title>
<video autoplay muted playsinline width=320 height=240></video><canvas width=320 height=40></canvas>
<script>{_SCRIPT % {"bits": BITS, "block": BLOCK}}</script>"""


@asynccontextmanager
async def bare_page(room: Room, *, rewrite: Callable[[str], str] = str) -> AsyncIterator[str]:
    """Its address; with ``#whep`` the page offers, else the node does.

    ``rewrite`` changes what the page is told by the node.
    """

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def offer(_: web.Request) -> web.Response:
        return web.Response(text=rewrite(await room.peer.create_offer()))

    async def answer(request: web.Request) -> web.Response:
        await room.peer.accept_answer(await request.text())
        return web.Response()

    async def whep(request: web.Request) -> web.Response:
        return web.Response(text=rewrite(await room.peer.answer_offer(await request.text())))

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/offer", offer)
    app.router.add_post("/answer", answer)
    app.router.add_post("/whep", whep)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
