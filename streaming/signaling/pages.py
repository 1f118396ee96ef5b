"""The web client's files: pages fresh each time, assets (named by their hash) for ever."""

from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from streaming.signaling.ports import DEPS

PAGES = {
    "/": "index.html",
    "/cart": "cart.html",
    "/expert": "expert.html",
    "/observer": "observer.html",
    "/camera": "camera.html",
    "/login": "login.html",
    "/worklist": "worklist.html",
}
IMMUTABLE = "public, max-age=31536000, immutable"

_NOT_BUILT = """Sonopair runs, but its web client isn't built.

From a source tree:  make web
An installed wheel contains it; `sonopair doctor` says more.
"""


async def page(request: web.Request) -> web.StreamResponse:
    path = request.app[DEPS].webdist / PAGES[request.path]
    if not path.is_file():
        return web.Response(
            status=HTTPStatus.SERVICE_UNAVAILABLE, text=_NOT_BUILT, headers={"Retry-After": "5"}
        )
    return web.FileResponse(path, headers={"Cache-Control": "no-store"})


async def asset(request: web.Request) -> web.StreamResponse:
    path = _asset_path(request.app[DEPS].webdist / "assets", request.match_info["path"])
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": IMMUTABLE})


async def authority(request: web.Request) -> web.StreamResponse:
    """The local authority's certificate, as phones take it for installing."""
    path = request.app[DEPS].authority
    if path is None or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Content-Type": "application/x-x509-ca-cert"})


def _asset_path(assets: Path, name: str) -> Path | None:
    assets = assets.resolve()
    try:
        path = (assets / name).resolve()
        return path if path.is_relative_to(assets) and path.is_file() else None
    except (OSError, ValueError):  # no file can have such a name
        return None
