"""The lossless pictures of a consult's freezes: fetched from the source, kept for a while.

They stay in memory, the newest ones of the current consult. Only what was frozen while there is
consent is also written to disk, and withdrawing the consent deletes it there; so does a later
freeze, once there were so many that no mark may be drawn on the older still any more.
"""

import asyncio
import struct
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

import structlog

from streaming.domain.consult_state import ConsultState, Freeze
from streaming.domain.errors import SonopairError
from streaming.domain.frame import Size, Still
from streaming.protocol.consult_messages import StillFailed, StillReady
from streaming.workflow.live.consult_ports import StillFiles
from streaming.workflow.live.ports import AuditSink, Feed

MAX_STILLS = 16
MAX_BYTES = 32 * 1024 * 1024
"""In memory; beyond either the oldest goes."""

MAX_FETCHES = 4
"""Freezes that wait for their still. Beyond it the oldest gets none: it was frozen over."""

_SIZE = slice(16, 24)
"""Width and height in a PNG. Source: PNG, Third Edition, 11.2.1 (IHDR)."""

News: TypeAlias = StillReady | StillFailed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Fetch:
    consult: str
    freeze: Freeze
    is_new: bool
    """Else it was frozen in an earlier run, and only the disk may have it."""


@dataclass(frozen=True, slots=True)
class _Delete:
    consult: str


class StillShelf:
    """``state`` is the consult as it stands now. ``run`` fetches, one still after another."""

    def __init__(
        self,
        room: str,
        *,
        files: StillFiles,
        audit: AuditSink,
        state: Callable[[], ConsultState | None],
        tell: Callable[[News], None],
    ) -> None:
        self._room = room
        self._files = files
        self._audit = audit
        self._state = state
        self._tell = tell
        self._feed: Feed | None = None
        self._waiting: deque[_Fetch | _Delete] = deque()
        self._wake = asyncio.Event()
        self._stills: OrderedDict[str, bytes] = OrderedDict()
        self._news: OrderedDict[str, News] = OrderedDict()

    def bind(self, feed: Feed) -> None:
        self._feed = feed

    def began(self, state: ConsultState) -> None:
        """Another consult, or the same after a restart of the node."""
        self._stills.clear()
        self._news.clear()
        if state.consent is None:
            self.withdrawn(state.consult)
        if state.freeze is not None:
            self._put(_Fetch(state.consult, state.freeze, is_new=False))

    def frozen(self, state: ConsultState, freeze: Freeze) -> None:
        fetches = [job for job in self._waiting if isinstance(job, _Fetch)]
        if len(fetches) >= MAX_FETCHES:
            self._waiting.remove(fetches[0])
            self._fail(fetches[0].freeze, "still.busy", "The picture was frozen again meanwhile.")
        self._put(_Fetch(state.consult, freeze, is_new=True))

    def withdrawn(self, consult: str) -> None:
        """Nothing of ``consult`` may be on disk."""
        if _Delete(consult) not in self._waiting:
            self._put(_Delete(consult))

    def news_of(self, freeze: Freeze) -> News | None:
        """What a newcomer has to know of it; None while it is being fetched."""
        return self._news.get(freeze.still)

    async def png(self, still: str) -> bytes | None:
        """None: it was never here, or isn't any more."""
        state = self._state()
        if (png := self._stills.get(still)) is not None:
            return png
        if state is None or state.consent is None or still not in state.stills:
            return None
        return await self._files.find(state.consult, still)

    def _put(self, job: _Fetch | _Delete) -> None:
        self._waiting.append(job)
        self._wake.set()

    # ---- fetching ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                match self._waiting.popleft():
                    case _Delete(consult=consult):
                        await self._delete(consult)
                    case _Fetch(is_new=True) as job:
                        await self._fetch(job)
                    case job:
                        await self._recover(job)

    async def _fetch(self, job: _Fetch) -> None:
        consented = self._has_consent(job.consult)
        try:
            still = await self._from_feed(job.freeze.captured_at_ns)
        except SonopairError as error:
            if self._is_current(job.consult):
                self._fail(job.freeze, error.code, str(error))
            return
        if not self._is_current(job.consult):
            return
        self._offer(job.freeze, still.png, still.size)
        if consented and self._has_consent(job.consult):
            await self._keep(job, still.png)

    async def _from_feed(self, captured_at_ns: int) -> Still:
        if self._feed is None:
            raise SonopairError("room.no_source", "This room has no source.")
        return await self._feed.still(captured_at_ns)

    async def _keep(self, job: _Fetch, png: bytes) -> None:
        try:
            await self._files.keep(job.consult, job.freeze.still, png)
        except SonopairError as error:
            log.error("still not kept", room=self._room, code=error.code)
            return
        self._audit.record("still.kept", room=self._room, still=job.freeze.still)
        await self._thin_out()

    async def _thin_out(self) -> None:
        """Nothing stays on disk that nobody can fetch."""
        state = self._state()
        if state is None:
            return
        try:
            await self._files.keep_only(state.consult, state.stills)
        except SonopairError as error:
            log.error("older stills not deleted", room=self._room, code=error.code)

    async def _recover(self, job: _Fetch) -> None:
        try:
            png = await self.png(job.freeze.still)
        except SonopairError as error:
            log.error("still not read", room=self._room, code=error.code)
            png = None
        if not self._is_current(job.consult):
            return
        if png is None:
            self._fail(job.freeze, "still.lost", "The node restarted; this picture is gone.")
        else:
            self._offer(job.freeze, png, Size(*struct.unpack(">II", png[_SIZE])))

    async def _delete(self, consult: str) -> None:
        """Again after the next start, if it fails now: consent is still withdrawn then."""
        try:
            await self._files.delete(consult)
        except SonopairError as error:
            log.error("stills not deleted", room=self._room, code=error.code)
            self._audit.record("stills.not_deleted", room=self._room, consult=consult)

    def _offer(self, freeze: Freeze, png: bytes, size: Size) -> None:
        self._stills[freeze.still] = png
        while len(self._stills) > MAX_STILLS or self._bytes > MAX_BYTES:
            self._stills.popitem(last=False)
        self._announce(
            StillReady(
                still=freeze.still,
                path=f"/api/rooms/{quote(self._room, safe='')}/stills/{freeze.still}.png",
                width=size.width,
                height=size.height,
                captured_at_ns=freeze.captured_at_ns,
            )
        )

    def _fail(self, freeze: Freeze, code: str, message: str) -> None:
        self._announce(StillFailed(still=freeze.still, code=code, message=message))

    def _announce(self, news: News) -> None:
        self._news[news.still] = news
        if len(self._news) > MAX_STILLS:
            self._news.popitem(last=False)
        self._tell(news)

    @property
    def _bytes(self) -> int:
        return sum(len(png) for png in self._stills.values())

    def _is_current(self, consult: str) -> bool:
        state = self._state()
        return state is not None and state.consult == consult

    def _has_consent(self, consult: str) -> bool:
        state = self._state()
        return state is not None and state.consult == consult and state.consent is not None
