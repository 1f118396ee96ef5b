from dataclasses import replace
from datetime import datetime

from streaming.dicom.devices import Device
from streaming.dicom.identity_free import (
    About,
    Laterality,
    Step,
    file_path,
    identity_free,
    mark_pixels_clean,
    mp4_tags,
)
from streaming.domain.subject import Subject

SUBJECT = Subject("SP-7K3QX9MDB", -10 * 86_400 - 60)
ABOUT = About(
    subject=SUBJECT,
    study_uid="2.25.1",
    series_uid="2.25.2",
    instance_uid="2.25.3",
    taken_at=datetime(2026, 3, 1, 0, 0, 30),
    device=Device("Philips", "CX50"),
    laterality=Laterality.LEFT,
)


def codes(about: About) -> list[str]:
    sequence = identity_free(about).DeidentificationMethodCodeSequence
    return [str(item.CodeValue) for item in sequence]


def test_nothing_but_the_listed_attributes_is_there() -> None:
    assert {element.keyword for element in identity_free(ABOUT)} == {
        *("SpecificCharacterSet", "PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
        *("PatientIdentityRemoved", "DeidentificationMethod"),
        *("DeidentificationMethodCodeSequence", "LongitudinalTemporalInformationModified"),
        *("StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"),
        *("ReferringPhysicianName", "SeriesInstanceUID", "SeriesNumber", "Laterality"),
        *("SOPInstanceUID", "InstanceNumber", "PatientOrientation", "Manufacturer"),
        *("ManufacturerModelName", "BurnedInAnnotation"),
    }


def test_the_patient_is_the_pseudonym_and_nothing_more() -> None:
    dataset = identity_free(ABOUT)
    assert (dataset.PatientName, dataset.PatientID) == ("SP-7K3QX9MDB^", "SP-7K3QX9MDB")
    assert (dataset.PatientBirthDate, dataset.PatientSex) == ("", "")
    assert dataset.PatientIdentityRemoved == "YES"


def test_dates_are_moved_and_say_so() -> None:
    dataset = identity_free(ABOUT)
    assert (dataset.StudyDate, dataset.StudyTime) == ("20260218", "235930")
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert codes(ABOUT) == [Step.BASIC, Step.DATES_MODIFIED]


def test_without_a_date_none_is_claimed_to_be_kept() -> None:
    undated = replace(ABOUT, taken_at=None)
    dataset = identity_free(undated)
    assert (dataset.StudyDate, dataset.StudyTime) == ("", "")
    assert dataset.LongitudinalTemporalInformationModified == "REMOVED"
    assert codes(undated) == [Step.BASIC]
    assert mp4_tags(undated) == {}


def test_clean_pixels_are_claimed_only_when_they_were_looked_at() -> None:
    assert identity_free(ABOUT).BurnedInAnnotation == "YES"
    clean = replace(ABOUT, pixels_clean=True)
    assert identity_free(clean).BurnedInAnnotation == "NO"
    assert codes(clean) == [Step.BASIC, Step.PIXELS_CLEAN, Step.DATES_MODIFIED]


def test_marking_pixels_clean_twice_leads_to_what_was_built_clean() -> None:
    dataset = identity_free(ABOUT)
    mark_pixels_clean(dataset)
    mark_pixels_clean(dataset)
    assert dataset == identity_free(replace(ABOUT, pixels_clean=True))


def test_an_unknown_scanner_is_left_empty() -> None:
    dataset = identity_free(replace(ABOUT, device=None))
    assert dataset.Manufacturer == ""
    assert "ManufacturerModelName" not in dataset


def test_a_video_header_holds_the_moved_time_and_nothing_else() -> None:
    assert mp4_tags(ABOUT) == {"creation_time": "2026-02-18T23:59:30+00:00"}


def test_a_file_is_called_by_pseudonym_and_new_uids() -> None:
    assert str(file_path(ABOUT)) == "SP-7K3QX9MDB/2.25.1/2.25.3.dcm"
