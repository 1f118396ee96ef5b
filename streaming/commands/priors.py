"""Earlier studies from the command line: what is imported, and whose it is."""

import asyncio
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from streaming.commands.prior_gate import pixel_gate
from streaming.commands.site_map import with_site_map
from streaming.config import Settings
from streaming.dicom.uids import KEY_BYTES, UidMint
from streaming.domain.encounter import Patient, require_record_number
from streaming.domain.errors import BadInput
from streaming.domain.subject import Subject, new_subject
from streaming.priors.importer import Imported, Importer, SubjectOf, release
from streaming.priors.prior import PriorError, Source
from streaming.store.audit import AuditLog
from streaming.store.site_map import SiteMap


def import_files(
    files: Sequence[Path], *, to: Path, settings: Settings | None = None, case: str = ""
) -> list[Imported | PriorError]:
    """One answer for each file, in their order. A file that can't be imported keeps no other from
    it.

    Raises:
        BadInput: ``case.unknown``, ``case.needs_settings``.
        StoreError: the site map can't be used.
    """
    if settings is None:
        if case:
            raise BadInput(
                "case.needs_settings",
                "A case code is looked up in a node's site map",
                fix="say which node's, with --config",
            )
        importer = importer_for(to, strangers(), secrets.token_bytes(KEY_BYTES))
        return [_imported(importer, file) for file in files]

    async def work(site_map: SiteMap, audit: AuditLog) -> list[Imported | PriorError]:
        subject_of = await patients_of(site_map, case=case)
        importer = importer_for(to, subject_of, site_map.uid_key)
        answers = [await asyncio.to_thread(_imported, importer, file) for file in files]
        imported = sum(isinstance(answer, Imported) for answer in answers)
        audit.record("priors.imported", instances=imported, refused=len(files) - imported)
        return answers

    return with_site_map(settings, work)


def release_files(files: Sequence[Path], *, settings: Settings | None = None) -> list[Path]:
    """Where they are now. With ``settings`` each is on record, with the user id of who released.

    Raises:
        PriorError: ``import.not_quarantined``; those before it are released.
        StoreError: the records can't be used.
    """
    if settings is None:
        return [release(file) for file in files]

    async def work(_: SiteMap, audit: AuditLog) -> list[Path]:
        released = []
        for file in files:
            released.append(await asyncio.to_thread(release, file))
            audit.record("prior.released", instance=released[-1].stem, user=os.getuid())
        return released

    return with_site_map(settings, work)


def strangers() -> SubjectOf:
    """Patients nobody has a map of: one for each record number, or study without one, and gone
    when the run is."""
    known: dict[tuple[str, str], Subject] = {}

    def subject_of(source: Source) -> Subject:
        key = (source.patient, "" if source.patient else source.study)
        return known.setdefault(key, new_subject(secrets.randbelow))

    return subject_of


async def patients_of(site_map: SiteMap, *, case: str = "") -> SubjectOf:
    """The site's patients, for use on another thread than the event loop's: by the source's record
    number, and without one a stranger. With ``case`` all are of that one patient.

    Raises:
        BadInput: ``case.unknown``.
    """
    loop = asyncio.get_running_loop()
    otherwise = strangers()
    one = await site_map.subject_behind(case) if case else None
    if case and one is None:
        raise BadInput("case.unknown", "There is nobody behind this code", fix="check it")

    def subject_of(source: Source) -> Subject:
        if one is not None:
            return one
        try:
            patient = Patient(require_record_number(source.patient))
        except BadInput:
            return otherwise(source)
        return asyncio.run_coroutine_threadsafe(site_map.subject_of(patient), loop).result()

    return subject_of


def importer_for(to: Path, subject_of: SubjectOf, key: bytes) -> Importer:
    """``key`` is the ``UidMint``'s."""
    return Importer(
        to,
        subject_of=subject_of,
        mint=UidMint(key),
        gate=pixel_gate(),
        study=secrets.token_hex(),
    )


def _imported(importer: Importer, file: Path) -> Imported | PriorError:
    try:
        return importer.add_file(file)
    except PriorError as error:
        return error
