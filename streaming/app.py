"""The node: puts store, auth, media port, rooms and HTTP together, and runs them.

Shut-down happens in the opposite order with one deadline: people are told, then workers end, then
the media port closes, then the store has written everything.
"""

import asyncio
import contextlib
import gc
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import structlog

from streaming.auth.accounts import AccountBook
from streaming.auth.grants import Grants
from streaming.auth.oidc import RoleMapping, SignOn
from streaming.auth.oidc_provider import ClientAccount
from streaming.auth.passwords import Passwords
from streaming.auth.rights import may_send
from streaming.auth.seats import SeatBook
from streaming.auth.sessions import SessionBook
from streaming.auth.tickets import Tickets
from streaming.auth.turn import Relay
from streaming.config import Settings
from streaming.domain.session import Role
from streaming.keys import grant_keys, site_map_seal
from streaming.links import PAGE_OF_ROLE, invite_link
from streaming.rooms import LiveSource, Surroundings, await_sources, live_source, running
from streaming.signaling.application import create_app
from streaming.signaling.oidc import CALLBACK_PATH
from streaming.signaling.ports import Deps
from streaming.signaling.server import bind_http, serve_http, tls_context
from streaming.store.access import (
    StoredAccess,
    StoredConfirmations,
)
from streaming.store.accounts import StoredAccounts
from streaming.store.audit import AuditLog
from streaming.store.consults import StoredConsults
from streaming.store.database import Database
from streaming.store.site_map import SiteMap
from streaming.store.stills import StillFolder
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.calls import CallBoard

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
    accounts: AccountBook
    sessions: SessionBook
    audit: AuditLog
    confirmations: StoredConfirmations


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
        calls = CallBoard(clock_ns=time.monotonic_ns)
        stack.callback(calls.close)
        shared = Surroundings(
            media=media,
            access=StoredAccess(stored.database),
            audit=stored.audit,
            confirmations=stored.confirmations,
            consults=StoredConsults(stored.database),
            stills=StillFolder(settings.data_dir),
            calls=calls,
            site_map=SiteMap(stored.database, site_map_seal(settings)),
        )
        sources = [await live_source(room, shared, renew=open_links) for room in settings.rooms]
        await stack.enter_async_context(running(sources))
        port = listener.getsockname()[1]
        app = create_app(
            _deps(settings, port=port, stored=stored, sources=sources, media=media, calls=calls)
        )
        runner = await serve_http(app, listener, tls=tls)
        stack.push_async_callback(runner.cleanup)
        await await_sources(sources, strict=open_links)
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
    audit, passwords, people = AuditLog(database), Passwords(), StoredAccounts(database)
    try:
        yield _Stored(
            database,
            SeatBook(StoredAccess(database)),
            AccountBook(people, passwords, audit.record),
            SessionBook(people, passwords, audit.record),
            audit,
            StoredConfirmations(database),
        )
    finally:
        passwords.close()
        await audit.flush()
        await asyncio.to_thread(database.close)


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
    sources: list[LiveSource],
    media: MediaPort,
    calls: CallBoard,
) -> Deps:
    token = settings.metrics.token
    return Deps(
        rooms={source.room.name: source.room for source in sources},
        seats=stored.seats,
        accounts=stored.accounts,
        sessions=stored.sessions,
        sign_on=_sign_on(settings, port=port, accounts=stored.accounts),
        tickets=Tickets(),
        grants=Grants(grant_keys(settings, port=port), since_s=int(time.time())),
        may_send=may_send,
        audit=stored.audit,
        origins=settings.origins(port),
        webdist=Path(str(files("streaming") / "webdist")),
        version=version("sonopair"),
        metrics_token=token.get_secret_value() if token else "",
        media_figures=media.figures,
        trusted_proxies=settings.trusted_proxies,
        calls=calls,
        stills={source.room.name: source.consult for source in sources},
        encounters={source.room.name: source.encounter for source in sources},
        authority=settings.tls.authority if settings.tls else None,
        relay=_relay(settings),
        not_ready=lambda: (
            {"audit": "The audit trail can't be written."} if stored.audit.failure else {}
        ),
    )


def _sign_on(settings: Settings, *, port: int, accounts: AccountBook) -> SignOn | None:
    oidc = settings.oidc
    if oidc is None:
        return None
    client = ClientAccount(
        issuer=oidc.issuer,
        client_id=oidc.client_id,
        client_secret=oidc.client_secret.get_secret_value(),
        redirect_uri=f"{settings.origin(port)}{CALLBACK_PATH}",
        scopes=oidc.scopes,
    )
    roles = {name: frozenset(given) for name, given in oidc.roles.items()}
    return SignOn(client, RoleMapping(oidc.roles_claim, roles), accounts=accounts)


def _relay(settings: Settings) -> Relay | None:
    turn = settings.turn
    if turn is None:
        return None
    return Relay(turn.urls, turn.secret.get_secret_value(), turn.ttl_s, turn.policy)


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
