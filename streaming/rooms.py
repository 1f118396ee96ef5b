"""The rooms of a node: each with its source, its desks and its records, running side by side."""

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from streaming.config import Room
from streaming.domain.access import Confirmation
from streaming.domain.errors import SonopairError
from streaming.domain.profile import profile_sha256, render_profile
from streaming.feed.worker_feed import WorkerFeed
from streaming.profiles import read_profile
from streaming.protocol.worker_link import MAX_OTHER_PROFILES, Start
from streaming.store.access import SETTINGS, SETUP_PAGE, StoredAccess, StoredConfirmations
from streaming.store.audit import AuditLog
from streaming.store.consults import StoredConsults
from streaming.store.site_map import SiteMap
from streaming.store.stills import StillFolder
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.calls import CallBoard, CallDesk
from streaming.workflow.live.camera import CameraDesk
from streaming.workflow.live.consult import ConsultDesk
from streaming.workflow.live.door import DoorDesk
from streaming.workflow.live.encounter import EncounterDesk
from streaming.workflow.live.label_check import LabelCheck
from streaming.workflow.live.lookout import LookoutDesk
from streaming.workflow.live.room import LiveRoom
from streaming.workflow.live.voice import VoiceDesk

OPENING_S = 5.0
"""How long a start waits for the sources' first word before it says "ready" without it."""

SHUTDOWN_S = 8.0
CRASH_PAUSE_S = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LiveSource:
    room: LiveRoom
    feed: WorkerFeed
    consult: ConsultDesk
    encounter: EncounterDesk


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all rooms of a node share."""

    media: MediaPort
    access: StoredAccess
    audit: AuditLog
    confirmations: StoredConfirmations
    consults: StoredConsults
    stills: StillFolder
    calls: CallBoard
    site_map: SiteMap


async def live_source(room: Room, shared: Surroundings, *, renew: bool) -> LiveSource:
    source_id = _source_id(room)
    live = LiveRoom(
        room.name,
        source_id=source_id,
        server=secrets.token_urlsafe(8),
        peers=shared.media,
        audit=shared.audit,
        confirmations=shared.confirmations,
    )
    profile_toml = await _confirmed_profile(room, shared, source_id=source_id, renew=renew)
    start = Start(
        source_id=source_id,
        spec=room.source,
        profile_toml=profile_toml,
        other_profiles=await _other_profiles(shared, source_id, but=profile_toml),
        live_bitrate_bps=room.bitrate_bps,
        encoder=room.encoder,
        audio_allowed=room.audio,
        lookout=room.lookout,
    )
    encounter = EncounterDesk(
        room.name,
        people=live.people,
        records=shared.site_map,
        audit=shared.audit,
        current=await shared.site_map.current(room.name),
    )
    live.add(encounter)
    consult = _furnish(live, shared, encounter)
    feed = WorkerFeed(start, live)
    live.bind(feed)
    return LiveSource(live, feed, consult, encounter)


def _furnish(live: LiveRoom, shared: Surroundings, encounter: EncounterDesk) -> ConsultDesk:
    """Put the desks into a room; the consult's has a task of its own."""
    people, audit = live.people, shared.audit
    labels = LabelCheck(
        live.name, patients=shared.site_map, case=lambda: encounter.case, audit=audit
    )
    consult = ConsultDesk(
        live.name,
        people=people,
        records=shared.consults,
        files=shared.stills,
        audit=audit,
        labels=labels,
    )

    def leads(seat_id: str) -> bool:
        state = consult.state()
        return state is not None and state.lead == seat_id

    live.add(consult)
    live.add(DoorDesk(live, people=people, seats=shared.access, audit=audit, leads=leads))
    live.add(CallDesk(live.name, people=people, board=shared.calls, audit=audit))
    live.add(VoiceDesk(people))
    live.add(CameraDesk(live.name, people=people, audit=audit))
    live.add(LookoutDesk(live.name, audit=audit))
    return consult


def _source_id(room: Room) -> str:
    """Another source in the same room is another one: a mask confirmed for one isn't for the
    other. The digest, because a source's address may hold a password."""
    return f"{room.name}-{hashlib.sha256(room.source.encode()).hexdigest()[:8]}"


async def _confirmed_profile(
    room: Room, shared: Surroundings, *, source_id: str, renew: bool
) -> str | None:
    """What was confirmed last for the source.

    A file in the settings counts as confirmed when it is new or has changed (``renew``: at every
    start), so that it doesn't undo what a person confirmed on the set-up page since.
    """
    who = SETUP_PAGE if room.profile is None else ""
    if room.profile is not None:
        profile = await asyncio.to_thread(read_profile, room.profile)
        sha256 = profile_sha256(profile)
        given = await shared.confirmations.latest(source_id, who=SETTINGS)
        if renew or given is None or given.profile_sha256 != sha256:
            shared.audit.record("profile.given", source=source_id, sha256=sha256)
            await shared.confirmations.add(
                Confirmation(
                    source_id=source_id,
                    profile_sha256=sha256,
                    profile_toml=render_profile(profile),
                    who=SETTINGS,
                    at_s=int(time.time()),
                )
            )
    confirmation = await shared.confirmations.latest(source_id, who=who)
    return confirmation.profile_toml if confirmation else None


async def _other_profiles(
    shared: Surroundings, source_id: str, *, but: str | None
) -> tuple[str, ...]:
    """What people confirmed on the set-up page before: for the scanner's other pages and sizes."""
    if but is None:
        return ()
    earlier = await shared.confirmations.tomls(source_id, who=SETUP_PAGE)
    return tuple(toml for toml in earlier if toml != but)[:MAX_OTHER_PROFILES]


@asynccontextmanager
async def running(sources: list[LiveSource]) -> AsyncIterator[None]:
    """Rooms and feeds run beside what is inside; at the end they have ``SHUTDOWN_S`` together."""
    tasks = [
        asyncio.create_task(_supervised(f"{kind} of {source.room.name}", owner.run))
        for source in sources
        for kind, owner in (
            ("room", source.room),
            ("consult", source.consult),
            ("feed", source.feed),
        )
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


async def await_sources(sources: list[LiveSource], *, strict: bool) -> None:
    """Raises:
    SonopairError: ``strict``, and a source said it can't be opened.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(OPENING_S):
            for source in sources:
                failed = await source.feed.opened()
                if failed is not None and strict:
                    raise SonopairError(failed.code, failed.detail, fix=failed.fix)
