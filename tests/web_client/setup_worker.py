"""The set-up page's server as docs/setup-page.md tells it, with a picture of the demo scanner."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import av
from aiohttp import web

from streaming.capture.demo_screen import SIZE, DemoScreen
from streaming.domain.errors import ProfileError
from streaming.domain.profile import profile_from_values
from streaming.signaling.headers import CONTENT_SECURITY_POLICY
from streaming.signaling.server import bind_http, serve_http
from tests.web_client.node import WEBDIST

TOKEN = "t" * 43


class SetupWorker:
    """Answers whoever has the token; ``confirmed`` is what was posted, as the page sent it."""

    def __init__(self) -> None:
        self.origin = ""
        self.confirmed: list[dict[str, object]] = []
        self.frozen = 0
        self.profile: dict[str, object] | None = None
        self._picture = _picture()

    @property
    def url(self) -> str:
        return f"{self.origin}/setup#token={TOKEN}"

    def app(self) -> web.Application:
        app = web.Application()
        app.on_response_prepare.append(_secure)
        app.router.add_get("/setup", self._page)
        app.router.add_static("/assets", WEBDIST / "assets")
        app.router.add_post("/api/session", self._session)
        app.router.add_get("/api/frame", self._frame)
        app.router.add_post("/api/frame", self._freeze)
        app.router.add_get("/api/profile", self._current)
        app.router.add_post("/api/profile", self._confirm)
        return app

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(WEBDIST / "setup.html")

    async def _session(self, request: web.Request) -> web.Response:
        if (await request.json())["token"] != TOKEN:
            return _refusal(401, "setup.token", "This address was already used.")
        return web.Response(status=204)

    async def _frame(self, _: web.Request) -> web.Response:
        self.frozen = max(self.frozen, 1)
        return web.Response(body=self._picture, content_type="image/png")

    async def _freeze(self, _: web.Request) -> web.Response:
        self.frozen += 1
        return web.json_response(
            {"width": SIZE.width, "height": SIZE.height, "captured_at_ns": "123"}
        )

    async def _current(self, _: web.Request) -> web.Response:
        picture = {"width": SIZE.width, "height": SIZE.height}
        return web.json_response(
            {
                "picture": picture,
                "mask": "confirmed" if self.profile else "black",
                "mask_code": "" if self.profile else "mask.unconfirmed",
                "mask_detail": "",
                "profile": self.profile,
            }
        )

    async def _confirm(self, request: web.Request) -> web.Response:
        posted = await request.json()
        try:
            profile_from_values({k: v for k, v in posted.items() if v is not None})
        except ProfileError as error:
            return _refusal(400, error.code, str(error))
        self.confirmed.append(posted)
        return web.json_response({"sha256": "0" * 64})


@asynccontextmanager
async def running_setup_worker() -> AsyncIterator[SetupWorker]:
    worker = SetupWorker()
    listener = bind_http("127.0.0.1", 0)
    worker.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    runner = await serve_http(worker.app(), listener)
    try:
        yield worker
    finally:
        await runner.cleanup()


async def _secure(_: web.BaseRequest, response: web.StreamResponse) -> None:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY


def _refusal(status: int, code: str, message: str) -> web.Response:
    body = {"code": code, "message": message, "fix": "ask for a new one in the cart"}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


def _picture() -> bytes:
    screen = DemoScreen(source_id="stand-in")
    screen.open()
    try:
        frame = screen.read(1.0)
    finally:
        screen.close()
    assert frame is not None
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = SIZE.width, SIZE.height, "rgb24"
    picture = av.VideoFrame.from_ndarray(frame.planes, format="yuv420p").reformat(format="rgb24")
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
