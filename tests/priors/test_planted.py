"""A patient planted wherever the formats have room: nothing of it comes out."""

import subprocess
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from pydicom.encaps import generate_frames

from tests.priors.conftest import MakeImporter, read, ultrasound_files
from tests.priors.planted import NAME, found_in, plant, with_jpeg_segments, with_png_chunks

FILES = ultrasound_files()


def test_real_files_of_several_makers_are_there() -> None:
    assert len(FILES) >= 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_planted_in_dicom_is_left(
    path: Path, tmp_path: Path, importer: MakeImporter
) -> None:
    data, planted = plant(path)
    assert planted >= 25
    assert len(found_in(data)) >= 4, "what is looked for is there to begin with"
    file = tmp_path / f"{NAME}.dcm"
    file.write_bytes(data)
    made = importer().add_file(file)
    assert found_in(made.path.read_bytes()) == []
    assert NAME not in str(made.path)
    dataset = read(made.path)
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.StudyDate == "20260202"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_comes_out_is_good_dicom(path: Path, importer: MakeImporter) -> None:
    made = importer().add_file(path)
    told = subprocess.run(["dciodvfy", str(made.path)], capture_output=True, text=True)
    lines = (told.stdout + told.stderr).splitlines()
    assert [line for line in lines if line.startswith("Error")] == []


def test_exif_and_comments_of_a_jpeg_stay_behind(tmp_path: Path, importer: MakeImporter) -> None:
    data = with_jpeg_segments(encoded("mjpeg", "yuvj420p")) + NAME.encode()
    assert found_in(data)
    assert found_in(imported(data, "okafor.jpg", tmp_path, importer)) == []


def test_text_and_exif_of_a_png_stay_behind(tmp_path: Path, importer: MakeImporter) -> None:
    data = with_png_chunks(encoded("png", "rgb24"))
    assert found_in(data)
    assert found_in(imported(data, "okafor.png", tmp_path, importer)) == []


def test_metadata_and_sound_of_an_mp4_stay_behind(tmp_path: Path, importer: MakeImporter) -> None:
    data = video() + b"\0\0\0\x0efree" + NAME.encode()
    assert found_in(data)
    made = imported(data, "okafor.mp4", tmp_path, importer)
    assert found_in(made) == []
    (path,) = (tmp_path / "to").rglob("*.dcm")
    dataset = read(path)
    (stream,) = generate_frames(dataset.PixelData, number_of_frames=1)
    with av.open(BytesIO(stream)) as container:
        assert [one.type for one in container.streams] == ["video"]
        assert set(container.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
    assert (dataset.NumberOfFrames, dataset.StudyDate) == (10, "")


def imported(data: bytes, name: str, tmp_path: Path, importer: MakeImporter) -> bytes:
    (tmp_path / name).write_bytes(data)
    return importer().add_file(tmp_path / name).path.read_bytes()


def picture() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(1).integers(0, 255, (96, 128, 3), np.uint8)


def encoded(codec: str, form: str) -> bytes:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 128, 96, form
    encoder.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(picture(), "rgb24")
    return b"".join(bytes(packet) for packet in encoder.encode(frame))


def video() -> bytes:
    out = BytesIO()
    with av.open(out, "w", format="mp4") as container:
        container.metadata.update(
            title=NAME, comment=f"{NAME} 1955-04-12", creation_time="2026-03-14T10:00:00Z"
        )
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        for index in range(10):
            frame = av.VideoFrame.from_ndarray(picture(), "rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 48_000
        container.mux(sound.encode(silence))
        container.mux(stream.encode(None))
        container.mux(sound.encode(None))
    return out.getvalue()
