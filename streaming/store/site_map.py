"""Who is behind a pseudonym: sealed, and opened on site only."""

import json
import secrets
from collections.abc import Collection
from concurrent.futures import Future
from datetime import date
from typing import Any

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from streaming.domain.encounter import (
    Encounter,
    Patient,
    Side,
    identifying_words,
    new_case,
    normalised,
)
from streaming.domain.subject import Subject, new_subject
from streaming.store.database import Database
from streaming.store.errors import StoreError
from streaming.store.models import EncounterRow, PatientRow, PatientWordRow
from streaming.store.sealing import Seal

log = structlog.get_logger()

_UID_KEY = "sonopair new uids 1"


class SiteMap:
    """Every call may raise ``StoreError``: the file can't be used now, or ``store.sealed``."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    @property
    def uid_key(self) -> bytes:
        """For ``UidMint``: instances of one study stay together whenever they come."""
        return self._seal.key(_UID_KEY)

    async def subject_of(self, patient: Patient) -> Subject:
        """Of a patient who is here for the first time, a new one. Name and date of birth are kept
        if they are given, in place of what was."""
        return await self._database.run(lambda session: self._subject(self._row(session, patient)))

    async def begin(self, patient: Patient, *, room: str, side: Side, now_s: int) -> Encounter:
        """A new encounter of the patient in the room, which ends the room's last."""

        def work(session: Session) -> Encounter:
            row = self._row(session, patient)
            case = new_case(secrets.randbelow)
            while session.get(EncounterRow, case) is not None:
                case = new_case(secrets.randbelow)
            over = update(EncounterRow).where(_is_open(room)).values(ended_at_s=now_s)
            session.execute(over)
            encounter = Encounter(case, side, room, now_s)
            session.add(_encounter_row(encounter, row.id))
            return encounter

        return await self._database.run(work)

    async def current(self, room: str) -> Encounter | None:
        """The room's encounter that hasn't ended."""
        query = select(EncounterRow).where(_is_open(room))
        row = await self._database.read(lambda session: session.scalars(query).first())
        return None if row is None else Encounter(row.case, Side(row.side), room, row.begun_at_s)

    def ended(self, case: str, *, at_s: int) -> None:
        """Keep that the encounter is over, without waiting for the disk."""
        over = update(EncounterRow).where(EncounterRow.case == case).values(ended_at_s=at_s)
        self._database.submit(lambda session: session.execute(over)).add_done_callback(_report)

    async def behind(self, code: str) -> Patient | None:
        """Who a case code or pseudonym is of; None where there is no such code. Put it on record:
        this is re-identification."""
        row = await self._find(code)
        return None if row is None else self._opened(row)[0]

    async def subject_behind(self, code: str) -> Subject | None:
        """The pseudonym and time shift of a case code or pseudonym, without who it is."""
        row = await self._find(code)
        return None if row is None else self._subject(row)

    async def naming(self, words: Collection[str], *, case: str = "") -> frozenset[str]:
        """Which of the words, normalised, would name a patient of the site; with ``case``, the
        patient of that case alone."""
        by_index = {self._seal.index(word): word for word in words}
        query = select(PatientWordRow.word_index).where(PatientWordRow.word_index.in_(by_index))
        if case:
            of_case = select(EncounterRow.patient_id).where(EncounterRow.case == case)
            query = query.where(PatientWordRow.patient_id.in_(of_case))
        found = await self._database.read(lambda session: session.scalars(query).all())
        return frozenset(by_index[index] for index in found)

    async def _find(self, code: str) -> PatientRow | None:
        wanted = code.strip().upper()
        of_case = select(EncounterRow.patient_id).where(EncounterRow.case == wanted)
        query = select(PatientRow).where(
            or_(PatientRow.pseudonym == wanted, PatientRow.id.in_(of_case))
        )
        return await self._database.read(lambda session: session.scalars(query).first())

    def _row(self, session: Session, patient: Patient) -> PatientRow:
        """The patient's row, made or completed."""
        index = self._seal.index(normalised(patient.record_number))
        query = select(PatientRow).where(PatientRow.record_index == index)
        row = session.scalars(query).first()
        if row is None:
            row = self._add(session, patient, index)
        else:
            known, shift_s = self._opened(row)
            patient = Patient(
                known.record_number, patient.name or known.name, patient.born or known.born
            )
            if patient != known:
                row.sealed = self._sealed(patient, shift_s, row.id)
        for word in identifying_words(patient):
            session.merge(PatientWordRow(word_index=self._seal.index(word), patient_id=row.id))
        return row

    def _add(self, session: Session, patient: Patient, index: str) -> PatientRow:
        """Not under another key than the others': the same patient would be there twice."""
        if (other := session.scalars(select(PatientRow).limit(1)).first()) is not None:
            self._opened(other)
        subject = new_subject(secrets.randbelow)
        row_id = secrets.token_urlsafe(16)
        row = PatientRow(
            id=row_id,
            record_index=index,
            pseudonym=subject.pseudonym,
            sealed=self._sealed(patient, subject.shift_s, row_id),
        )
        session.add(row)
        session.flush()
        return row

    def _subject(self, row: PatientRow) -> Subject:
        return Subject(row.pseudonym, self._opened(row)[1])

    def _sealed(self, patient: Patient, shift_s: int, row_id: str) -> bytes:
        born = patient.born.isoformat() if patient.born else ""
        text = json.dumps([patient.record_number, patient.name, born, shift_s])
        return self._seal.sealed(text.encode(), row=row_id)

    def _opened(self, row: PatientRow) -> tuple[Patient, int]:
        number, name, born, shift_s = json.loads(self._seal.opened(row.sealed, row=row.id))
        return Patient(number, name, date.fromisoformat(born) if born else None), int(shift_s)


def _is_open(room: str) -> ColumnElement[bool]:
    return (EncounterRow.room == room) & EncounterRow.ended_at_s.is_(None)


def _encounter_row(encounter: Encounter, patient_id: str) -> EncounterRow:
    return EncounterRow(
        case=encounter.case,
        patient_id=patient_id,
        room=encounter.room,
        side=encounter.side.value,
        begun_at_s=encounter.begun_at_s,
    )


def _report(future: Future[Any]) -> None:
    error = future.exception()
    if error is not None:
        code = error.code if isinstance(error, StoreError) else "store.failed"
        log.error("end of an encounter not kept", code=code)
