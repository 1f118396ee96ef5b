"""Who a case is of, from the command line of the site's own machine."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from streaming.config import Settings
from streaming.domain.encounter import Patient, Reason
from streaming.domain.errors import BadInput, Unavailable
from streaming.keys import site_map_seal
from streaming.store.audit import AuditLog
from streaming.store.database import Database
from streaming.store.site_map import SiteMap

T = TypeVar("T")


def reidentify(settings: Settings, code: str, *, reason: Reason) -> Patient:
    """Who the case code or pseudonym is of. It is on record before this returns, with the user id
    of who asked; so is the asking for a code that there isn't.

    Raises:
        BadInput: ``case.unknown``.
        Unavailable: ``audit.unwritable``.
        StoreError: the records can't be used.
    """

    async def work(site_map: SiteMap, audit: AuditLog) -> Patient:
        patient = await site_map.behind(code)
        audit.record(
            "patient.reidentified",
            case=code.strip().upper(),
            reason=reason.value,
            found=patient is not None,
            user=os.getuid(),
        )
        await audit.flush()
        if audit.failure:
            raise Unavailable(
                "audit.unwritable",
                "The audit trail can't be written, so nobody is named",
                fix="run `sonopair doctor`",
            )
        if patient is None:
            raise BadInput("case.unknown", "There is nobody behind this code", fix="check it")
        return patient

    return with_site_map(settings, work)


def with_site_map(settings: Settings, work: Callable[[SiteMap, AuditLog], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database.open(settings.data_dir)
        try:
            audit = AuditLog(database)
            result = await work(SiteMap(database, site_map_seal(settings)), audit)
            await audit.flush()
            return result
        finally:
            database.close()

    return asyncio.run(run())
