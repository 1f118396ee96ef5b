from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext
from pydicom.encaps import generate_frames

from streaming.dicom.identity_free import Step
from streaming.domain.subject import Subject
from streaming.priors.dicom_file import dicom_prior
from streaming.priors.gate import Verdict
from streaming.priors.importer import QUARANTINE, release
from streaming.priors.media_file import media_prior
from streaming.priors.prior import PriorError, Source
from tests.priors.conftest import SUBJECT, Always, MakeImporter, folder, read

DATA = folder("data_store", "data")
STILL, CINE = DATA / "US1_UNCR.dcm", DATA / "OBXXXX1A_2frame.dcm"
SONOSITE = folder("pydicom", "data", "test_files") / "examples_ybr_color.dcm"


def changed(path: Path, **values: object) -> bytes:
    dataset = pydicom.dcmread(path)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    out = BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def test_it_waits_in_quarantine_for_a_person(tmp_path: Path, importer: MakeImporter) -> None:
    made = importer().add_file(STILL)
    assert not made.released
    assert made.path.is_relative_to(tmp_path / "to" / QUARANTINE / SUBJECT.pseudonym)
    assert read(made.path).BurnedInAnnotation == "YES"


def test_a_person_releases_it(tmp_path: Path, importer: MakeImporter) -> None:
    made = importer().add_file(STILL)
    released = release(made.path)
    dataset = read(released)
    assert not made.path.exists()
    assert released.is_relative_to(tmp_path / "to" / SUBJECT.pseudonym)
    assert dataset.BurnedInAnnotation == "NO"
    codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
    assert codes == [Step.BASIC, Step.PIXELS_CLEAN, Step.DATES_MODIFIED]


def test_only_what_lies_in_quarantine_is_released(tmp_path: Path, importer: MakeImporter) -> None:
    stray = tmp_path / "a" / "b" / "c.dcm"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    for path in (stray, tmp_path / QUARANTINE / "a" / "b" / "missing.dcm"):
        with pytest.raises(PriorError) as refused:
            release(path)
        assert refused.value.code == "import.not_quarantined"


def test_a_cine_the_gate_finds_clean_is_released_at_once(importer: MakeImporter) -> None:
    gate = Always(Verdict.CLEAN)
    made = importer(gate).add_file(CINE)
    dataset = read(made.path)
    assert made.released
    assert QUARANTINE not in made.path.parts
    assert dataset.BurnedInAnnotation == "NO"
    assert gate.asked == list(generate_frames(dataset.PixelData, number_of_frames=1))


def test_a_still_needs_a_person_whatever_the_gate_says(importer: MakeImporter) -> None:
    gate = Always(Verdict.CLEAN)
    assert not importer(gate).add_file(STILL).released
    assert gate.asked == []


def test_a_still_keeps_every_pixel(importer: MakeImporter) -> None:
    source = pydicom.dcmread(STILL)
    dataset = read(importer().add_file(STILL).path)
    decoder = CodecContext.create("jpegls", "r")
    assert isinstance(decoder, VideoCodecContext)
    (coded,) = generate_frames(dataset.PixelData, number_of_frames=1)
    (frame,) = decoder.decode(Packet(coded))
    assert np.array_equal(frame.to_ndarray(format="rgb24"), source.pixel_array)
    assert dataset.LossyImageCompression == "00"


def test_a_cine_keeps_its_pace_and_says_that_it_lost_something(importer: MakeImporter) -> None:
    dataset = read(importer().add_file(SONOSITE).path)
    assert (dataset.NumberOfFrames, float(dataset.FrameTime)) == (30, 33.333)
    assert (dataset.LossyImageCompression, dataset.LossyImageCompressionMethod) == (
        "01",
        "ISO_14496_10",
    )
    assert float(dataset.LossyImageCompressionRatio) > 1


def test_a_video_inside_dicom_is_imported_too(importer: MakeImporter) -> None:
    """What an archive of our own holds, for one."""
    first = read(importer().add_file(SONOSITE).path)
    out = BytesIO()
    first.save_as(out)
    second = read(importer().add(dicom_prior(out.getvalue())).path)
    assert (second.NumberOfFrames, second.Rows, second.Columns) == (30, 240, 320)
    assert float(second.FrameTime) == pytest.approx(33.333, abs=0.01)
    assert second.StudyInstanceUID != first.StudyInstanceUID


def test_an_odd_size_gets_one_more_row_and_column(importer: MakeImporter) -> None:
    dataset = pydicom.dcmread(CINE)
    frames = dataset.pixel_array[:, :599, :799]
    dataset.Rows, dataset.Columns, dataset.PixelData = 599, 799, frames.tobytes()
    out = BytesIO()
    dataset.save_as(out)
    made = read(importer().add(dicom_prior(out.getvalue())).path)
    assert (made.NumberOfFrames, made.Rows, made.Columns) == (2, 600, 800)


def test_calibrated_regions_are_kept(importer: MakeImporter) -> None:
    source = pydicom.dcmread(CINE).SequenceOfUltrasoundRegions
    kept = read(importer().add_file(CINE).path).SequenceOfUltrasoundRegions
    assert [item.PhysicalDeltaX for item in kept] == [item.PhysicalDeltaX for item in source]
    assert len(kept) == 2


def test_instances_of_a_study_stay_together_and_twice_is_the_same(importer: MakeImporter) -> None:
    bring = importer()
    uids = {"StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.4"}
    first = bring.add(dicom_prior(changed(STILL, SOPInstanceUID="1.2.5", **uids)))
    second = bring.add(dicom_prior(changed(CINE, SOPInstanceUID="1.2.6", **uids)))
    again = bring.add(dicom_prior(changed(STILL, SOPInstanceUID="1.2.5", **uids)))
    one, two = read(first.path), read(second.path)
    assert one.StudyInstanceUID == two.StudyInstanceUID != "1.2.3"
    assert one.SeriesInstanceUID == two.SeriesInstanceUID
    assert again.path == first.path != second.path


def test_a_patients_times_keep_their_distance(importer: MakeImporter) -> None:
    bring = importer(subject=Subject("SP-X", -40 * 86_400))
    early = bring.add(dicom_prior(changed(STILL, StudyDate="20260314", StudyTime="100000")))
    assert (read(early.path).StudyDate, read(early.path).StudyTime) == ("20260202", "100000")


Refused = tuple[str, Callable[[], bytes]]
REFUSED: list[Refused] = [
    ("import.damaged", lambda: b"OKAFOR" * 100),
    ("import.damaged", lambda: STILL.read_bytes()[:2_000]),
    ("import.damaged", lambda: changed(SONOSITE, NumberOfFrames=31)),
    ("import.not_ultrasound", lambda: changed(STILL, Modality="CT")),
    ("import.size", lambda: changed(STILL, Rows=5_000)),
    ("import.too_long", lambda: changed(STILL, NumberOfFrames=9_001)),
    ("import.damaged", lambda: changed(STILL, Rows=481)),
]


@pytest.mark.parametrize(("code", "data"), REFUSED)
def test_what_cannot_be_imported_is_refused_and_leaves_nothing(
    code: str, data: Callable[[], bytes], tmp_path: Path, importer: MakeImporter
) -> None:
    file = tmp_path / "OKAFOR.dcm"
    file.write_bytes(data())
    with pytest.raises(PriorError) as refused:
        importer().add_file(file)
    assert refused.value.code == code
    assert "OKAFOR" not in f"{refused.value} {refused.value.fix}"
    assert list((tmp_path / "to").rglob("*")) == []


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 broken", b"\x89PNG\r\n\x1a\n broken"])
def test_a_broken_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PriorError) as refused:
        next(media_prior(data, Source("", "", "", "")).pictures())
    assert refused.value.code == "import.damaged"


def test_objects_are_for_this_user_alone(importer: MakeImporter) -> None:
    made = importer().add_file(STILL)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700
