"""Errors as HTTP answers: the same JSON everywhere, RFC 9457 for WHEP."""

import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError

from streaming.domain.access import NotAuthenticated
from streaming.domain.account import TooManyAttempts
from streaming.domain.errors import (
    BadInput,
    LimitReached,
    NotAllowed,
    SonopairError,
    Unavailable,
)

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(BaseModel):
    """Every error under /api. ``code`` is stable, ``retry``: the same may succeed later."""

    code: str
    message: str
    fix: str = ""
    retry: bool = False


class RequestError(SonopairError):
    """A request that HTTP itself has a status for."""

    def __init__(self, status: HTTPStatus, code: str, message: str, *, fix: str = "") -> None:
        super().__init__(code, message, fix=fix)
        self.status = status


class TooLarge(LimitReached):
    """The body is larger than this resource takes. Trying again won't help."""

    retry = False


_STATUS: tuple[tuple[type[SonopairError], HTTPStatus], ...] = (
    (NotAuthenticated, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (LimitReached, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (BadInput, HTTPStatus.BAD_REQUEST),
    (SonopairError, HTTPStatus.CONFLICT),
)
_OF_ROUTER = {
    HTTPStatus.NOT_FOUND: ("request.not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("request.method", "This address doesn't take this method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("request.too_large", "The request is too large."),
}


def status_of(error: SonopairError) -> HTTPStatus:
    if isinstance(error, RequestError):
        return error.status
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem_response(request: web.Request, error: SonopairError) -> web.Response:
    status = status_of(error)
    problem = Problem(code=error.code, message=str(error), fix=error.fix, retry=error.retry)
    wait_s = error.wait_s if isinstance(error, TooManyAttempts) else 1
    headers = {"Retry-After": str(wait_s)} if status in (429, 503) else {}
    if status == HTTPStatus.UNAUTHORIZED and error.code.startswith("grant."):
        headers["WWW-Authenticate"] = "Bearer"
    if not request.path.startswith("/whep/"):
        return web.json_response(problem.model_dump(), status=status, headers=headers)
    details = problem.model_dump() | {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": problem.message,
    }
    return web.json_response(
        details, status=status, headers=headers, content_type="application/problem+json"
    )


def malformed(error: ValidationError) -> RequestError:
    """What is wrong with a body, without quoting it."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = f"{where}: {first['msg']}" if where else str(first["msg"])
    return RequestError(HTTPStatus.BAD_REQUEST, "request.malformed", message[:200])


def place_of(error: BaseException) -> str:
    """Where an unexpected error was raised. Its message isn't logged: it may quote what a person
    or a session description said."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"


@web.middleware
async def contain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Supervises each request: whatever is raised becomes an answer with a code."""
    try:
        return await handler(request)
    except SonopairError as error:
        return problem_response(request, error)
    except web.HTTPException as error:
        status = HTTPStatus(error.status)
        if status < 400:
            raise
        code, message = _OF_ROUTER.get(status, ("request.refused", status.phrase))
        response = problem_response(request, RequestError(status, code, message))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception as error:
        log.error("request failed", error=type(error).__name__, at=place_of(error))
        return problem_response(
            request,
            RequestError(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "internal",
                "The server made a mistake. It was logged.",
            ),
        )
