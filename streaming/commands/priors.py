"""Earlier studies from the command line: what is imported, and who releases it."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from streaming.dicom.uids import KEY_BYTES, UidMint
from streaming.domain.subject import Subject, new_subject
from streaming.priors.gate import PersonOnly
from streaming.priors.importer import Imported, Importer, SubjectOf
from streaming.priors.prior import PriorError, Source


def import_files(files: Sequence[Path], *, to: Path) -> list[Imported | PriorError]:
    """One answer for each file, in their order. A file that can't be imported keeps no other from
    it."""
    importer = Importer(
        to,
        subject_of=strangers(),
        mint=UidMint(secrets.token_bytes(KEY_BYTES)),
        gate=PersonOnly(),
        study=secrets.token_hex(),
    )
    return [_imported(importer, file) for file in files]


def strangers() -> SubjectOf:
    """Patients nobody has a map of: one for each record number, or study without one, and gone
    when the run is."""
    known: dict[tuple[str, str], Subject] = {}

    def subject_of(source: Source) -> Subject:
        key = (source.patient, "" if source.patient else source.study)
        return known.setdefault(key, new_subject(secrets.randbelow))

    return subject_of


def _imported(importer: Importer, file: Path) -> Imported | PriorError:
    try:
        return importer.add_file(file)
    except PriorError as error:
        return error
