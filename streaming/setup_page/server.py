"""The set-up page's HTTP: docs/setup-page.md is the specification."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
from aiohttp import web

from streaming.domain.errors import BadInput, NotAllowed, SonopairError, Unavailable
from streaming.domain.mask import Polygon, Rectangle, Region
from streaming.domain.profile import profile_from_values, profile_sha256
from streaming.picture.frame import RawFrame
from streaming.picture.layout import layout_of
from streaming.setup_page.access import HEADERS, Access, ForeignRequest
from streaming.setup_page.desk import SetupDesk
from streaming.setup_page.looking import Looking

WEB_ROOT = Path(__file__).parent.parent / "webdist"
"""Where the built web client is, in the wheel and in a checkout."""

MAX_BODY_BYTES = 64 * 1024
FREEZE_TIMEOUT_S = 2.0
IDLE_S = 15 * 60.0
LINGER_S = 5.0
"""After a profile was confirmed, for the page's last requests."""

CONTENT_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SetupServer:
    """One page's worth of state. Belongs to one event loop."""

    def __init__(self, desk: SetupDesk, access: Access, *, web_root: Path = WEB_ROOT) -> None:
        self._desk = desk
        self._access = access
        self._web_root = web_root
        self._frozen: RawFrame | None = None
        self._freezing = asyncio.Lock()
        self._looking = Looking(desk)
        self.closes_at = time.monotonic() + IDLE_S
        self.confirmed = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=MAX_BODY_BYTES)
        app.router.add_get("/setup", self._page)
        app.router.add_get("/assets/{name:[A-Za-z0-9._-]+}", self._asset)
        app.router.add_post("/api/session", self._open_session)
        app.router.add_get("/api/frame", self._picture)
        app.router.add_post("/api/frame", self._freeze_again)
        app.router.add_post("/api/proposal", self._propose)
        app.router.add_get("/api/profile", self._profile)
        app.router.add_post("/api/profile", self._confirm)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._access.check_provenance(request.method, request.path, request.headers)
            if request.path.startswith("/api/") and request.path != "/api/session":
                self._access.check_session(request.headers.get("Authorization", ""))
            if not self.confirmed.is_set():
                self.closes_at = time.monotonic() + IDLE_S
            response = await handler(request)
        except SonopairError as error:
            response = _error(_status(error), error.code, str(error), error.fix)
        except web.HTTPException as error:
            response = _error(error.status, f"http.{error.status}", error.reason)
        response.headers.update(HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._file(self._web_root / "setup.html", "text/html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        path = self._web_root / "assets" / request.match_info["name"]
        content_type = CONTENT_TYPES.get(path.suffix)
        if content_type is None or not path.is_file():
            raise web.HTTPNotFound
        return self._file(path, content_type)

    def _file(self, path: Path, content_type: str) -> web.StreamResponse:
        if not path.is_file():
            raise Unavailable(
                "setup.not_built",
                "the web client isn't built",
                fix="run 'make web', or write a profile by hand and pass it with --profile",
            )
        return web.Response(
            body=path.read_bytes(), content_type=content_type, charset=_charset(path)
        )

    async def _open_session(self, request: web.Request) -> web.StreamResponse:
        session = self._access.exchange((await _body(request)).get("token"))
        return web.json_response({"session": session})

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        frame = self._frozen or await self._freeze()
        png = await asyncio.to_thread(_png, frame)
        return web.Response(body=png, content_type="image/png")

    async def _freeze_again(self, request: web.Request) -> web.StreamResponse:
        frame = await self._freeze()
        return web.json_response(
            {
                "width": frame.size.width,
                "height": frame.size.height,
                "captured_at_ns": str(frame.captured_at_ns),
            }
        )

    async def _freeze(self) -> RawFrame:
        async with self._freezing:
            frame = await asyncio.to_thread(self._desk.freeze, FREEZE_TIMEOUT_S)
        if frame is None:
            raise _no_picture()
        self._frozen = frame
        return frame

    async def _propose(self, request: web.Request) -> web.StreamResponse:
        anew = (await _body(request)).get("anew") is True
        async with self._freezing:
            look = await asyncio.to_thread(self._looking.step, anew=anew)
        if look.share < 1:
            return web.json_response({"share": look.share, "proposal": None})
        if look.proposal is None or look.frame is None:
            raise _no_picture()
        self._frozen = look.frame
        found = {
            "regions": [_region_values(region) for region in look.proposal.regions],
            "sureness": look.proposal.sureness,
            "code": look.proposal.code,
            "advice": look.proposal.advice,
        }
        return web.json_response({"share": 1, "proposal": found})

    async def _profile(self, request: web.Request) -> web.StreamResponse:
        mask, frozen = self._desk.mask, self._frozen
        return web.json_response(
            {
                "picture": frozen and {"width": frozen.size.width, "height": frozen.size.height},
                "mask": mask.state.value,
                "mask_code": mask.code,
                "mask_detail": mask.detail,
                "profile": self._profile_values(),
            }
        )

    def _profile_values(self) -> dict[str, Any] | None:
        profile = self._desk.profile
        if profile is None:
            return None
        return {
            "name": profile.name,
            "size": [profile.size.width, profile.size.height],
            "regions": [_region_values(region) for region in profile.regions],
            "mm_per_pixel": profile.mm_per_pixel,
            "sha256": profile_sha256(profile),
        }

    async def _confirm(self, request: web.Request) -> web.StreamResponse:
        profile = profile_from_values(await _body(request))
        frozen = self._frozen
        if frozen is None or not profile.size == frozen.size == self._desk.picture_size:
            raise BadInput(
                "setup.size_changed",
                f"the regions were drawn on {'no picture' if frozen is None else frozen.size}, "
                f"the source now delivers {self._desk.picture_size or 'none'}",
                fix="freeze the picture again and check the regions",
            )
        layout = layout_of(frozen.planes[: frozen.size.height], profile.mask)
        profile = replace(profile, layout=layout)
        await asyncio.to_thread(self._desk.confirm, profile)
        self.closes_at = time.monotonic() + LINGER_S
        self.confirmed.set()
        return web.json_response({"sha256": profile_sha256(profile)})


async def _body(request: web.Request) -> dict[str, Any]:
    """Raises BadInput."""
    try:
        if request.content_type != "application/json":
            raise ValueError
        value = json.loads(await request.text())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadInput("setup.body", "the request isn't a JSON object", fix="reload the page")
    return value


def _no_picture() -> Unavailable:
    return Unavailable(
        "setup.no_picture",
        "no picture comes from the source just now",
        fix="check the cable and the scanner's output, then try again",
    )


def _region_values(region: Region) -> dict[str, Any]:
    match region:
        case Rectangle(x0, y0, x1, y1):
            return {"rect": [x0, y0, x1, y1]}
        case Polygon(points):
            return {"polygon": [list(point) for point in points]}


def _png(frame: RawFrame) -> bytes:
    """Lossless and quick to make: it never leaves this machine."""
    colours = cv2.cvtColor(frame.planes, cv2.COLOR_YUV2BGR_I420)
    done, png = cv2.imencode(".png", colours, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    return png.tobytes()


def _charset(path: Path) -> str | None:
    return "utf-8" if path.suffix in (".html", ".js", ".css") else None


def _status(error: SonopairError) -> int:
    match error:
        case ForeignRequest():
            return 403
        case NotAllowed():
            return 401
        case Unavailable():
            return 503
    return 400


def _error(status: int, code: str, message: str, fix: str = "") -> web.Response:
    return web.json_response({"code": code, "message": message, "fix": fix}, status=status)
