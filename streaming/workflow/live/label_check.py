"""Labels are looked at before they are kept: one that may say who the patient is goes back to its
author, who alone decides."""

from collections.abc import Callable, Collection
from typing import Protocol

from streaming.domain.free_text import Finding, findings, words_in
from streaming.domain.session import Role
from streaming.workflow.live.people import Member
from streaming.workflow.live.ports import AuditSink


class NamedPatients(Protocol):
    """Implemented by ``store.site_map.SiteMap``."""

    async def naming(self, words: Collection[str], *, case: str = "") -> frozenset[str]:
        """Which of the words name a patient of the site, or of that case alone. Raises
        ``StoreError``."""


class LabelCheck:
    """Who sits outside must not learn who is a patient of the site by trying names: for an expert
    only the patient of the room's own case is looked up."""

    def __init__(
        self, room: str, *, patients: NamedPatients, case: Callable[[], str], audit: AuditSink
    ) -> None:
        self._room = room
        self._patients = patients
        self._case = case
        self._audit = audit

    async def doubts(self, author: Member, text: str, *, confirmed: bool) -> tuple[Finding, ...]:
        """What its author has to see before the text is kept; nothing once they ``confirmed``.

        What kinds were found, never the text, goes on record: trying names can be seen there.

        Raises:
            StoreError: the site map can't be asked.
        """
        found = findings(text, known=await self._known(author, text))
        if found:
            kinds = "+".join(sorted({finding.kind.value for finding in found}))
            self._audit.record(
                "label.confirmed" if confirmed else "label.doubted",
                room=self._room,
                seat=author.seat.id,
                kinds=kinds,
            )
        return () if confirmed else found

    async def _known(self, author: Member, text: str) -> frozenset[str]:
        case = self._case()
        on_site = author.seat.role is Role.OPERATOR
        words = words_in(text)
        if not words or not (on_site or case):
            return frozenset()
        return await self._patients.naming(words, case="" if on_site else case)
