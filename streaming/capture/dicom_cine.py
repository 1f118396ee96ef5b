"""Ultrasound as DICOM keeps it: a cine clip or a still, decoded picture by picture.

Compressed pictures stay compressed in memory (120 pictures of 640x480: 6 MB instead of 55) and are
decoded by FFmpeg when their turn comes, 0.9 ms each.

Sources: DICOM PS3.5 section 8.2 and Annex A.4 (encapsulated pixel data), PS3.3 C.7.6.5 (cine).
"""

import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pydicom
from av import CodecContext, FFmpegError, Packet, VideoFrame
from av.codec.context import CodecContext as AnyCodecContext
from av.video.codeccontext import VideoCodecContext
from pydicom import uid
from pydicom.encaps import generate_frames

from streaming.capture import i420
from streaming.capture.cine import Cine
from streaming.capture.pacing import DEFAULT_RATE, STILL_RATE
from streaming.dicom.reading import FFMPEG_CODECS, PlainPictures, reading
from streaming.picture.frame import I420
from streaming.picture.source import SourceError

MAX_BYTES = 512 * 2**20


@dataclass(frozen=True, slots=True)
class DicomVideo:
    """A whole video stream (MPEG-2, H.264, H.265) inside a DICOM file."""

    stream: bytes


def load(path: Path) -> Cine | DicomVideo:
    """Read a DICOM file and decode its first picture.

    Raises:
        SourceError: ``source.dicom_corrupt``, ``source.dicom_no_picture``,
            ``source.dicom_unsupported``, ``source.size`` or ``source.too_large``.
    """
    if path.stat().st_size > MAX_BYTES:
        raise SourceError(
            "source.too_large",
            f"the DICOM file is larger than {MAX_BYTES // 2**20} MB",
            fix="use a shorter clip, or one of a compressed transfer syntax",
        )
    with _reading("it is damaged or isn't DICOM") as warned:
        dataset = pydicom.dcmread(path)
        if any("End of file reached" in str(warning.message) for warning in warned):
            raise corrupt("it is cut short")
        return _content(dataset)


def corrupt(reason: str) -> SourceError:
    return SourceError(
        "source.dicom_corrupt",
        f"the DICOM file can't be read: {reason}",
        fix="export the clip from the scanner or PACS again",
    )


def _content(dataset: pydicom.Dataset) -> Cine | DicomVideo:
    if "PixelData" not in dataset or "Rows" not in dataset or "Columns" not in dataset:
        raise SourceError(
            "source.dicom_no_picture",
            "the DICOM file has no picture in it",
            fix="choose an ultrasound image or cine clip",
        )
    if "TransferSyntaxUID" not in dataset.file_meta:
        raise corrupt("it doesn't say how its pictures are encoded")
    i420.even_size(int(dataset.Columns), int(dataset.Rows))
    count = int(dataset.get("NumberOfFrames") or 1)
    if count < 1:
        raise corrupt("it says that it has no pictures")
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax in uid.MPEGTransferSyntaxes:
        return DicomVideo(next(iter(generate_frames(dataset.PixelData, number_of_frames=1))))
    pictures = _Compressed(dataset, count) if syntax in FFMPEG_CODECS else _Plain(dataset)
    pictures.decode(0)
    return Cine(count, _rate(dataset, count), pictures.decode)


def _reading(otherwise: str) -> AbstractContextManager[list[warnings.WarningMessage]]:
    """Damage becomes ``source.dicom_corrupt``."""
    return reading(lambda: corrupt(otherwise))


def _rate(dataset: pydicom.Dataset, count: int) -> Fraction:
    """Pictures per second; the mean where pictures have times of their own."""
    if count == 1:
        return STILL_RATE
    vector = [float(step) for step in dataset.get("FrameTimeVector") or []]
    steps_ms = vector[1:] if len(vector) > 1 else [float(dataset.get("FrameTime") or 0)]
    mean_ms = sum(steps_ms) / len(steps_ms)
    for rate in (
        1000 / mean_ms if mean_ms > 0 else 0.0,
        float(dataset.get("CineRate") or 0),
        float(dataset.get("RecommendedDisplayFrameRate") or 0),
    ):
        if 1 <= rate <= 240:
            return Fraction(rate).limit_denominator(1001)
    return DEFAULT_RATE


class _Compressed:
    """Pictures that FFmpeg can decode one by one."""

    def __init__(self, dataset: pydicom.Dataset, count: int) -> None:
        self._codec = FFMPEG_CODECS[dataset.file_meta.TransferSyntaxUID]
        self._is_rgb = dataset.get("PhotometricInterpretation") == "RGB"
        self._converter = i420.Converter()
        with _reading("its pictures are cut short"):
            self._pictures = list(generate_frames(dataset.PixelData, number_of_frames=count))
        if len(self._pictures) < count:
            raise corrupt(f"it holds {len(self._pictures)} of its {count} pictures")
        self._decoder = self._create_decoder()

    def decode(self, index: int) -> I420:
        try:
            frames = self._decoder.decode(Packet(self._pictures[index]))
        except FFmpegError as error:
            self._decoder = self._create_decoder()
            raise corrupt(f"picture {index + 1} is damaged") from error
        if not frames:
            raise corrupt(f"picture {index + 1} is damaged")
        return self._converter.convert(self._true_colour(frames[0]))

    def _create_decoder(self) -> VideoCodecContext:
        decoder: AnyCodecContext = CodecContext.create(self._codec, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.thread_count = 1
        return decoder

    def _true_colour(self, frame: VideoFrame) -> VideoFrame:
        """JPEG can't say that its three components are red, green and blue; DICOM can."""
        if not self._is_rgb or not frame.format.name.startswith("yuvj444p"):
            return frame
        planes = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            for plane in frame.planes
        ]
        rgb = np.stack(planes, axis=-1)[: frame.height, : frame.width]
        return VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")


class _Plain:
    """Uncompressed or run-length pictures, read by pydicom."""

    def __init__(self, dataset: pydicom.Dataset) -> None:
        try:
            self._plain = PlainPictures(dataset)
        except NotImplementedError as error:
            raise _unsupported("its transfer syntax isn't known") from error

    def decode(self, index: int) -> I420:
        with _reading(f"picture {index + 1} is damaged"):
            pixels, inverted = self._plain.read(index)
        if pixels.dtype != np.uint8:
            raise _unsupported(f"its pixels have {pixels.dtype.itemsize * 8} bits")
        if pixels.ndim == 3:
            return i420.from_rgb(pixels)
        if inverted:
            pixels = 255 - pixels
        return i420.from_grey(np.ascontiguousarray(pixels), limited=False)


def _unsupported(reason: str) -> SourceError:
    return SourceError(
        "source.dicom_unsupported",
        f"the DICOM file can't be shown: {reason}",
        fix="export it with 8-bit pixels, as JPEG or uncompressed",
    )
