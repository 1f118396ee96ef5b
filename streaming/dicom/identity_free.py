"""Everything of an object that speaks of a patient, a study, a series and the equipment.

Built from values of the project's own, attribute by attribute; what isn't here isn't written. Every
object, file name and video header that leaves the node takes its names and times from here.

Sources: DICOM PS3.3 C.7.1 to C.7.5, C.12.1; PS3.15 Annex E; PS3.16 CID 7050.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath

from pydicom import Dataset

from streaming.dicom.devices import Device
from streaming.domain.subject import Subject

METHOD = "Sonopair: constructed from an allow-list"


class Laterality(StrEnum):
    LEFT = "L"
    RIGHT = "R"
    BOTH = "B"
    UNPAIRED = "U"


class Step(StrEnum):
    """What was done about identity, by the codes of CID 7050. ``PIXELS_CLEAN`` only after every
    picture was looked at, by the gate or by a person; ``DATES_MODIFIED`` only where there are any.
    """

    BASIC = "113100"
    PIXELS_CLEAN = "113101"
    DATES_MODIFIED = "113107"


_MEANINGS: Mapping[Step, str] = {
    Step.BASIC: "Basic Application Confidentiality Profile",
    Step.PIXELS_CLEAN: "Clean Pixel Data Option",
    Step.DATES_MODIFIED: "Retain Longitudinal Temporal Information Modified Dates Option",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """``taken_at`` is the true time, local to the site; it is shifted here. UIDs are new ones."""

    subject: Subject
    study_uid: str
    series_uid: str
    instance_uid: str
    taken_at: datetime | None = field(default=None, repr=False)
    device: Device | None = None
    laterality: Laterality | None = None
    series_number: int = 1
    instance_number: int = 1
    pixels_clean: bool = False


def steps_of(about: About) -> tuple[Step, ...]:
    done = [Step.BASIC]
    if about.pixels_clean:
        done.append(Step.PIXELS_CLEAN)
    if about.taken_at is not None:
        done.append(Step.DATES_MODIFIED)
    return tuple(done)


def identity_free(about: About) -> Dataset:
    """A new data set with these attributes and no others; the object's own are added to it."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    _add_patient(dataset, about)
    _add_study(dataset, about)
    dataset.SeriesInstanceUID = about.series_uid
    dataset.SeriesNumber = about.series_number
    dataset.Laterality = about.laterality.value if about.laterality else ""
    dataset.SOPInstanceUID = about.instance_uid
    dataset.InstanceNumber = about.instance_number
    dataset.PatientOrientation = ""
    dataset.Manufacturer = about.device.maker if about.device else ""
    if about.device and about.device.model:
        dataset.ManufacturerModelName = about.device.model
    dataset.BurnedInAnnotation = "NO" if about.pixels_clean else "YES"
    return dataset


def mark_pixels_clean(dataset: Dataset) -> None:
    """Of an object that ``identity_free`` began, once its pictures were looked at."""
    if dataset.BurnedInAnnotation != "NO":
        dataset.BurnedInAnnotation = "NO"
        dataset.DeidentificationMethodCodeSequence.insert(1, _code(Step.PIXELS_CLEAN))


def file_path(about: About) -> PurePosixPath:
    """Where the object is kept below a folder: never a name from outside."""
    return PurePosixPath(about.subject.pseudonym, about.study_uid, f"{about.instance_uid}.dcm")


def mp4_tags(about: About) -> Mapping[str, str]:
    """The header of a video file: its time, shifted, and nothing else."""
    if about.taken_at is None:
        return {}
    shifted = about.subject.shifted(about.taken_at.replace(tzinfo=UTC))
    return {"creation_time": shifted.isoformat()}


def _add_patient(dataset: Dataset, about: About) -> None:
    dataset.PatientName = f"{about.subject.pseudonym}^"
    dataset.PatientID = about.subject.pseudonym
    dataset.PatientBirthDate = ""
    dataset.PatientSex = ""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = [_code(step) for step in steps_of(about)]


def _add_study(dataset: Dataset, about: About) -> None:
    shifted = None if about.taken_at is None else about.subject.shifted(about.taken_at)
    dataset.StudyInstanceUID = about.study_uid
    dataset.StudyDate = f"{shifted:%Y%m%d}" if shifted else ""
    dataset.StudyTime = f"{shifted:%H%M%S}" if shifted else ""
    dataset.LongitudinalTemporalInformationModified = "MODIFIED" if shifted else "REMOVED"
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = "1"


def _code(step: Step) -> Dataset:
    item = Dataset()
    item.CodeValue = step.value
    item.CodingSchemeDesignator = "DCM"
    item.CodeMeaning = _MEANINGS[step]
    return item
