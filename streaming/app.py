"""The node: puts store, auth, media port, rooms and HTTP together, and runs them.

Shut-down happens in the opposite order with one deadline: people are told, then workers end, then
the media port closes, then the store has written everything.
"""

import asyncio
import contextlib
import gc
import hashlib
import resource
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import structlog

from streaming.auth.grants import Grants
from streaming.auth.rights import may_send
from streaming.auth.seats import SeatBook
from streaming.auth.tickets import Tickets
from streaming.config import Room, Settings
from streaming.domain.access import Confirmation
from streaming.domain.errors import SonopairError
from streaming.domain.profile import profile_sha256, render_profile
from streaming.domain.session import Role
from streaming.feed.worker_feed import WorkerFeed
from streaming.keys import grant_keys
from streaming.links import PAGE_OF_ROLE, invite_link
from streaming.profiles import read_profile
from streaming.protocol.worker_link import Start
from streaming.signaling.application import create_app
from streaming.signaling.ports import Deps
from streaming.signaling.server import bind_http, serve_http, tls_context
from streaming.store.access import (
    SETTINGS,
    SETUP_PAGE,
    StoredAccess,
    StoredConfirmations,
)
from streaming.store.audit import AuditLog
from streaming.store.database import Database
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.room import LiveRoom

OPENING_S = 5.0
"""How long a start waits for the sources' first word before it says "ready" without it."""

SHUTDOWN_S = 8.0
CRASH_PAUSE_S = 1.0
OPEN_LINK_USES = 100_000
OPEN_LINK_LIFETIME_S = 24 * 3600

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ready:
    """The node takes people. With open links each address opens its page with no further login;
    without, they are empty: invitations are made by ``sonopair invite``."""

    origin: str
    media_port: int
    cart_url: str = ""
    expert_url: str = ""
    observer_url: str = ""
    camera_url: str = ""
    browser_url: str = ""
    """The cart once more, for a browser that is started at once: good for one use within a minute,
    since a command line is visible to everybody on the machine."""


@dataclass(frozen=True, slots=True)
class _Stored:
    database: Database
    seats: SeatBook
    audit: AuditLog
    confirmations: StoredConfirmations


@dataclass(frozen=True, slots=True)
class _LiveSource:
    room: LiveRoom
    feed: WorkerFeed


def run(settings: Settings, *, ready: Callable[[Ready], None], open_links: bool = False) -> None:
    """Until SIGINT or SIGTERM.

    ``open_links`` makes reusable invitations to the first room and fails at once when its source
    can't be opened: what ``sonopair demo`` needs.

    Raises:
        SonopairError: it can't start; nothing is left running.
    """
    _allow_open_files()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            runner.run(serve(settings, ready=ready, open_links=open_links))
        except BaseExceptionGroup as group:
            raise _first_cause(group) from None


async def serve(
    settings: Settings, *, ready: Callable[[Ready], None], open_links: bool = False
) -> None:
    """The same inside a running loop, until a signal or cancellation."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(_stopping_on_signals(stop))
        listener = bind_http(settings.listen.host, settings.listen.port)
        stack.callback(listener.close)
        tls = tls_context(settings.tls.certificate, settings.tls.key) if settings.tls else None
        stored = await stack.enter_async_context(_opened_store(settings.data_dir))
        media = await MediaPort.open(
            _address(settings.media_host), settings.media.port, advertise=settings.media.advertise
        )
        stack.push_async_callback(media.close)
        sources = [
            await _live_source(room, media=media, stored=stored, renew=open_links)
            for room in settings.rooms
        ]
        await stack.enter_async_context(_running(sources))
        port = listener.getsockname()[1]
        app = create_app(_deps(settings, port=port, stored=stored, sources=sources, media=media))
        runner = await serve_http(app, listener, tls=tls)
        stack.push_async_callback(runner.cleanup)
        await _await_sources(sources, strict=open_links)
        origin = settings.origin(port)
        links = await _open_links(settings, stored.seats, origin) if open_links else {}
        # Whatever lives until now lives on: collections from here on needn't look at it.
        gc.collect()
        gc.freeze()
        ready(Ready(origin=origin, media_port=media.port, **links))
        await stop.wait()
        log.info("stopping")


@asynccontextmanager
async def _opened_store(data_dir: Path) -> AsyncIterator[_Stored]:
    database = await asyncio.to_thread(Database.open, data_dir)
    audit = AuditLog(database)
    try:
        yield _Stored(
            database, SeatBook(StoredAccess(database)), audit, StoredConfirmations(database)
        )
    finally:
        await audit.flush()
        await asyncio.to_thread(database.close)


async def _live_source(
    room: Room, *, media: MediaPort, stored: _Stored, renew: bool
) -> _LiveSource:
    source_id = _source_id(room)
    live = LiveRoom(
        room.name,
        source_id=source_id,
        server=secrets.token_urlsafe(8),
        peers=media,
        audit=stored.audit,
        confirmations=stored.confirmations,
    )
    start = Start(
        source_id=source_id,
        spec=room.source,
        profile_toml=await _confirmed_profile(
            room, source_id=source_id, stored=stored, renew=renew
        ),
        live_bitrate_bps=room.bitrate_bps,
        encoder=room.encoder,
    )
    feed = WorkerFeed(start, live)
    live.bind(feed)
    return _LiveSource(live, feed)


def _source_id(room: Room) -> str:
    """Another source in the same room is another one: a mask confirmed for one isn't for the
    other. The digest, because a source's address may hold a password."""
    return f"{room.name}-{hashlib.sha256(room.source.encode()).hexdigest()[:8]}"


async def _confirmed_profile(
    room: Room, *, source_id: str, stored: _Stored, renew: bool
) -> str | None:
    """What was confirmed last for the source.

    A file in the settings counts as confirmed when it is new or has changed (``renew``: at every
    start), so that it doesn't undo what a person confirmed on the set-up page since.
    """
    who = SETUP_PAGE if room.profile is None else ""
    if room.profile is not None:
        profile = await asyncio.to_thread(read_profile, room.profile)
        sha256 = profile_sha256(profile)
        given = await stored.confirmations.latest(source_id, who=SETTINGS)
        if renew or given is None or given.profile_sha256 != sha256:
            stored.audit.record("profile.given", source=source_id, sha256=sha256)
            await stored.confirmations.add(
                Confirmation(
                    source_id=source_id,
                    profile_sha256=sha256,
                    profile_toml=render_profile(profile),
                    who=SETTINGS,
                    at_s=int(time.time()),
                )
            )
    confirmation = await stored.confirmations.latest(source_id, who=who)
    return confirmation.profile_toml if confirmation else None


@asynccontextmanager
async def _running(sources: list[_LiveSource]) -> AsyncIterator[None]:
    """Rooms and feeds run beside what is inside; at the end they have ``SHUTDOWN_S`` together."""
    tasks = [
        asyncio.create_task(_supervised(f"{kind} of {source.room.name}", owner.run))
        for source in sources
        for kind, owner in (("room", source.room), ("feed", source.feed))
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=SHUTDOWN_S)


async def _supervised(name: str, run_once: Callable[[], Awaitable[None]]) -> None:
    """A crash ends neither the server nor its siblings; what crashed starts anew."""
    while True:
        try:
            await run_once()
        except Exception:
            log.exception("crashed, starting it again", what=name)
        await asyncio.sleep(CRASH_PAUSE_S)


async def _await_sources(sources: list[_LiveSource], *, strict: bool) -> None:
    """Raises:
    SonopairError: ``strict``, and a source said it can't be opened.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(OPENING_S):
            for source in sources:
                failed = await source.feed.opened()
                if failed is not None and strict:
                    raise SonopairError(failed.code, failed.detail, fix=failed.fix)


async def _open_links(settings: Settings, seats: SeatBook, origin: str) -> dict[str, str]:
    async def link(role: Role, *, uses: int, lifetime_s: int) -> str:
        secret = await seats.create_invite(
            room=settings.rooms[0].name,
            role=role,
            uses=uses,
            lifetime_s=lifetime_s,
            now_s=int(time.time()),
        )
        return invite_link(origin, role, secret)

    links = {
        f"{page}_url": await link(role, uses=OPEN_LINK_USES, lifetime_s=OPEN_LINK_LIFETIME_S)
        for role, page in PAGE_OF_ROLE.items()
    }
    return links | {"browser_url": await link(Role.OPERATOR, uses=1, lifetime_s=60)}


def _deps(
    settings: Settings,
    *,
    port: int,
    stored: _Stored,
    sources: list[_LiveSource],
    media: MediaPort,
) -> Deps:
    token = settings.metrics.token
    return Deps(
        rooms={source.room.name: source.room for source in sources},
        seats=stored.seats,
        tickets=Tickets(),
        grants=Grants(grant_keys(settings, port=port)),
        may_send=may_send,
        audit=stored.audit,
        origins=settings.origins(port),
        webdist=Path(str(files("streaming") / "webdist")),
        version=version("sonopair"),
        metrics_token=token.get_secret_value() if token else "",
        media_figures=media.figures,
        trusted_proxies=settings.trusted_proxies,
        not_ready=lambda: (
            {"audit": "The audit trail can't be written."} if stored.audit.failure else {}
        ),
    )


def _address(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else host


@contextlib.contextmanager
def _stopping_on_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _allow_open_files() -> None:
    """Every socket and worker needs one; the usual soft limit of 1,024 is easily used up."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
