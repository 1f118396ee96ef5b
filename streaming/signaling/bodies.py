"""Reading what a request carries, within limits."""

import asyncio
from http import HTTPStatus
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from streaming.domain.errors import NotAllowed
from streaming.domain.session import SEAT_ROLES, Role
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError, TooLarge, malformed

MAX_JSON_BYTES = 4_096
MAX_SDP_BYTES = 65_536

BODY_S = 10.0
"""A small body that takes longer is held back on purpose."""

Model = TypeVar("Model", bound=BaseModel)


def cookie_name(role: Role) -> str:
    """One per role, so that a browser can be cart, expert and observer at once.

    ``__Host-`` makes the browser insist on Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2).
    """
    return f"__Host-sonopair-{role.value}"


SESSION_COOKIE = "__Host-sonopair-session"


def session_cookie(request: web.Request) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def seat_cookies(request: web.Request) -> list[str]:
    return [cookie for role in SEAT_ROLES if (cookie := request.cookies.get(cookie_name(role)))]


def require_own_origin(request: web.Request, *, absent_ok: bool) -> None:
    """Raises:
    NotAllowed: ``request.origin``: another site's page is asking, or nobody says whose.
    """
    origin = request.headers.get("Origin")
    if origin is None and absent_ok:
        return
    if origin not in request.app[DEPS].origins:
        raise NotAllowed(
            "request.origin",
            "This request comes from another site's page.",
            fix="open the node's own address, as in public_origin",
        )


async def read_json(request: web.Request, model: type[Model]) -> Model:
    """The body as ``model``, from the node's own pages or from no browser at all.

    Raises:
        NotAllowed: ``request.origin``.
        RequestError: ``request.media_type`` or ``request.malformed``.
        TooLarge: ``request.too_large``.
    """
    require_own_origin(request, absent_ok=True)
    body = await read_body(request, media_type="application/json", limit=MAX_JSON_BYTES)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise malformed(error) from None


async def read_own_json(request: web.Request, model: type[Model]) -> Model:
    """As ``read_json``, from the node's own pages alone: for what a session's cookie gives."""
    require_own_origin(request, absent_ok=False)
    return await read_json(request, model)


async def read_sdp(request: web.Request) -> str:
    """Raises as ``read_json`` does, but for the origin."""
    body = await read_body(request, media_type="application/sdp", limit=MAX_SDP_BYTES)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise RequestError(
            HTTPStatus.BAD_REQUEST, "request.malformed", "The description isn't UTF-8."
        ) from None


async def read_body(request: web.Request, *, media_type: str, limit: int) -> bytes:
    if request.content_type != media_type:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "request.media_type",
            f"This address takes {media_type}.",
        )
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise TooLarge("request.too_large", f"At most {limit} bytes are taken here.")
    except TimeoutError:
        raise RequestError(
            HTTPStatus.REQUEST_TIMEOUT, "request.slow", "The request took too long to arrive."
        ) from None
    return bytes(body)
