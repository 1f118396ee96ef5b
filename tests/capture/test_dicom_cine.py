import contextlib
import traceback
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG4HP41,
    UID,
    ExplicitVRLittleEndian,
    UltrasoundMultiFrameImageStorage,
)

from streaming.capture import dicom_cine, i420
from streaming.capture.cine import Cine
from streaming.capture.dicom_cine import DicomVideo
from streaming.capture.file_source import FileSource
from streaming.domain.frame import Size
from streaming.picture.source import SourceError
from tests.capture.reading import next_frame, opened


def cine(path: Path) -> Cine:
    loaded = dicom_cine.load(path)
    assert isinstance(loaded, Cine)
    return loaded


def failure(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        FileSource(path, source_id="s").open()
    assert caught.value.fix
    assert not caught.value.lost
    return caught.value


def test_a_sonosite_cine_plays_at_its_own_rate_and_size(ultrasound: Path) -> None:
    loaded = cine(ultrasound / "color3d_jpeg_baseline.dcm")
    assert (loaded.count, loaded.rate) == (120, Fraction(30))
    first, last = loaded.decode(0), loaded.decode(119)
    assert first.shape == (720, 640)
    assert (first != last).any()
    assert first[:480].min() >= 16 and first[:480].max() <= 235


def test_pictures_can_be_had_in_any_order(ultrasound: Path) -> None:
    loaded = cine(ultrasound / "color3d_jpeg_baseline.dcm")
    once = loaded.decode(60)
    loaded.decode(3)
    assert (loaded.decode(60) == once).all()


def test_a_smaller_copy_of_the_cine_plays_too(pydicom_files: Path) -> None:
    with opened(FileSource(pydicom_files / "examples_ybr_color.dcm", source_id="s")) as source:
        frames = [next_frame(source) for _ in range(3)]
    assert frames[0].size == Size(320, 240)
    assert frames[2].number > frames[0].number


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("OBXXXX1A.dcm", Size(800, 600)),
        ("OBXXXX1A_rle.dcm", Size(800, 600)),
        ("gdcm-US-ALOKA-16.dcm", Size(640, 480)),
        ("JPGLosslessP14SV1_1s_1f_8b.dcm", Size(1024, 768)),
        ("US1_UNCR.dcm", Size(640, 480)),
        ("US1_J2KR.dcm", Size(640, 480)),
    ],
)
def test_a_still_of_a_real_scanner_is_repeated(ultrasound: Path, name: str, size: Size) -> None:
    with opened(FileSource(ultrasound / name, source_id="s")) as source:
        first = next_frame(source)
        kept = first.planes.copy()
        first.planes[:] = 0
        second = next_frame(source)
    assert first.size == size
    assert (second.planes == kept).all()
    assert second.number > first.number
    assert kept[: size.height].std() > 5


@pytest.mark.parametrize("kind", ["R", "I"])
def test_colour_doppler_keeps_its_colours(ultrasound: Path, kind: str) -> None:
    """However the picture is encoded, it is the same picture, with red and yellow flow in it."""
    plain = cine(ultrasound / f"US1_UNC{kind}.dcm").decode(0)
    jpeg_2000 = cine(ultrasound / f"US1_J2K{kind}.dcm").decode(0)
    _, _, v = i420.split(plain)
    assert v.max() > 180
    assert np.abs(plain.astype(int) - jpeg_2000).max() <= 1


@pytest.mark.parametrize("name", ["OBXXXX1A{}.dcm", "OBXXXX1A{}_2frame.dcm", "SC_rgb{}_16bit.dcm"])
def test_big_endian_pictures_are_those_of_little_endian(
    ultrasound: Path, pydicom_files: Path, name: str
) -> None:
    folder = ultrasound if (ultrasound / name.format("")).exists() else pydicom_files
    little, big = (cine(folder / name.format(order)).decode(0) for order in ("", "_expb"))
    assert little.std() > 5
    assert (big == little).all()


@pytest.mark.parametrize("value", [b"DOE^JANE", b"DOE^JAN" + b"\xff"])
def test_a_patient_s_name_in_the_wrong_place_is_never_quoted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], value: bytes
) -> None:
    """pydicom quotes what breaks the rules, and a name can be where a number should."""
    path = grey_clip(tmp_path / "clip.dcm", FrameTime="33.33311")
    path.write_bytes(path.read_bytes().replace(b"33.33311", value))
    error = failure(path)
    assert error.code == "source.dicom_corrupt"
    told = "".join(traceback.format_exception(error)) + "".join(capfd.readouterr())
    assert "DOE" not in told


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), junk=st.binary(min_size=1, max_size=12))
def test_damage_anywhere_does_no_more_than_raise_a_source_error(
    ultrasound: Path, tmp_path: Path, where: float, junk: bytes
) -> None:
    content = bytearray((ultrasound / "OBXXXX1A_rle.dcm").read_bytes())
    at = int(where * where * len(content))
    content[at : at + len(junk)] = junk
    path = tmp_path / "damaged.dcm"
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        dicom_cine.load(path)


def test_a_jpeg_of_red_green_and_blue_is_not_taken_for_luma_and_chroma(
    pydicom_files: Path,
) -> None:
    jpeg = cine(pydicom_files / "SC_rgb_dcmtk_+eb+cr.dcm").decode(0)
    plain = cine(pydicom_files / "SC_rgb_rle.dcm").decode(0)
    assert np.abs(jpeg.astype(int) - plain).mean() < 6


def grey_clip(path: Path, *, frames: int = 2, **attributes: object) -> Path:
    """An uncompressed monochrome clip; ``attributes`` override its data set."""
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = UltrasoundMultiFrameImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = 32, 48, frames
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    dataset.PixelRepresentation = 0
    dataset.PixelData = b"".join(bytes([level]) * (32 * 48) for level in range(frames))
    for name, value in attributes.items():
        setattr(dataset, name, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize(
    ("attributes", "rate"),
    [
        ({"FrameTime": "40"}, Fraction(25)),
        ({"FrameTime": "16.683"}, Fraction(60000, 1001)),
        ({"FrameTimeVector": ["0", "50"]}, Fraction(20)),
        ({"CineRate": "12"}, Fraction(12)),
        ({"RecommendedDisplayFrameRate": "50"}, Fraction(50)),
        ({"FrameTime": "0", "CineRate": "15"}, Fraction(15)),
        ({"FrameTime": "0.001"}, Fraction(30)),
        ({}, Fraction(30)),
    ],
)
def test_the_rate_is_found_wherever_the_header_has_it(
    tmp_path: Path, attributes: dict[str, Any], rate: Fraction
) -> None:
    found = cine(grey_clip(tmp_path / "clip.dcm", **attributes)).rate
    assert abs(found - rate) < Fraction(1, 100)


def test_monochrome_is_limited_and_monochrome1_is_inverted(tmp_path: Path) -> None:
    plain = cine(grey_clip(tmp_path / "plain.dcm"))
    assert plain.decode(0)[:32].max() == 16
    inverted = cine(grey_clip(tmp_path / "inverted.dcm", PhotometricInterpretation="MONOCHROME1"))
    assert inverted.decode(0)[:32].min() == 235


def test_a_video_in_dicom_is_played_as_video(clip: Path, tmp_path: Path) -> None:
    path = grey_clip(tmp_path / "video.dcm")
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = MPEG4HP41
    dataset.PixelData = encapsulate([clip.read_bytes()], has_bot=False)
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    assert isinstance(dicom_cine.load(path), DicomVideo)
    with opened(FileSource(path, source_id="s")) as source:
        assert next_frame(source).size == Size(320, 240)


def test_a_missing_file(tmp_path: Path) -> None:
    assert failure(tmp_path / "none.dcm").code == "source.file_missing"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert failure(tmp_path).code == "source.file_unreadable"


def test_a_dicom_name_on_something_else(tmp_path: Path) -> None:
    path = tmp_path / "letter.dcm"
    path.write_bytes(b"Dear colleague, " * 100)
    assert failure(path).code == "source.dicom_corrupt"


@pytest.mark.parametrize("keep", [0, 100, 140, 400, 3_000, 60_000, 3_000_000])
def test_a_cine_cut_short_anywhere_is_corrupt(ultrasound: Path, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.dcm"
    path.write_bytes((ultrasound / "color3d_jpeg_baseline.dcm").read_bytes()[:keep])
    assert failure(path).code in {"source.dicom_corrupt", "source.dicom_no_picture"}


def test_uncompressed_pixels_cut_short_are_corrupt(tmp_path: Path) -> None:
    path = grey_clip(tmp_path / "cut.dcm", PixelData=b"\0" * 100)
    assert failure(path).code == "source.dicom_corrupt"


def test_a_first_picture_that_is_no_jpeg_is_corrupt(ultrasound: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(ultrasound / "color3d_jpeg_baseline.dcm")
    dataset.NumberOfFrames = 2
    dataset.PixelData = encapsulate([b"\xff\xd8not a jpeg\xff\xd9", b"neither"])
    buffer = BytesIO()
    dataset.save_as(buffer)
    path = tmp_path / "bad.dcm"
    path.write_bytes(buffer.getvalue())
    assert failure(path).code == "source.dicom_corrupt"


def test_a_report_has_no_picture(pydicom_files: Path) -> None:
    assert failure(pydicom_files / "test-SR.dcm").code == "source.dicom_no_picture"


def test_16_bit_pixels_are_not_ultrasound(pydicom_files: Path) -> None:
    assert failure(pydicom_files / "CT_small.dcm").code == "source.dicom_unsupported"


def test_a_picture_of_ten_pixels_is_refused(pydicom_files: Path) -> None:
    assert failure(pydicom_files / "rtdose.dcm").code == "source.size"


def test_a_huge_clip_is_refused_before_it_is_read(
    ultrasound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dicom_cine, "MAX_BYTES", 1_000_000)
    assert failure(ultrasound / "color3d_jpeg_baseline.dcm").code == "source.too_large"
