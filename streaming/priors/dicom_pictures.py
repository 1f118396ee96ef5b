"""The pictures of a DICOM data set, decoded one by one."""

from collections.abc import Iterator

import numpy as np
from av import CodecContext, FFmpegError, Packet, VideoFrame
from av.video.codeccontext import VideoCodecContext
from pydicom import Dataset
from pydicom.encaps import generate_frames

from streaming.dicom.reading import FFMPEG_CODECS, PlainPictures, reading
from streaming.priors.prior import Picture, PriorError, damaged


class DicomPictures:
    def __init__(self, dataset: Dataset, count: int) -> None:
        self._dataset = dataset
        self._count = count
        self._syntax = dataset.file_meta.TransferSyntaxUID

    def decoded(self) -> Iterator[Picture]:
        codec = FFMPEG_CODECS.get(self._syntax)
        pictures = self._plain() if codec is None else self._compressed(codec)
        size = (self._dataset.Rows, self._dataset.Columns)
        for picture in pictures:
            if picture.shape[:2] != size:
                raise damaged()
            yield picture

    def _compressed(self, codec: str) -> Iterator[Picture]:
        decoder = CodecContext.create(codec, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.thread_count = 1
        is_rgb = self._dataset.get("PhotometricInterpretation") == "RGB"
        with reading(damaged):
            encoded = list(generate_frames(self._dataset.PixelData, number_of_frames=self._count))
        if len(encoded) < self._count:
            raise damaged()
        for data in encoded[: self._count]:
            try:
                frames = decoder.decode(Packet(data))
            except FFmpegError:
                raise damaged() from None
            if not frames:
                raise damaged()
            yield _array(frames[0], is_rgb=is_rgb)

    def _plain(self) -> Iterator[Picture]:
        with reading(damaged):
            plain = PlainPictures(self._dataset)
        for index in range(self._count):
            with reading(damaged):
                pixels, inverted = plain.read(index)
            if pixels.dtype != np.uint8:
                raise PriorError(
                    "import.unsupported",
                    f"its pixels have {pixels.dtype.itemsize * 8} bits",
                    fix="export it with 8-bit pixels",
                )
            yield np.ascontiguousarray(255 - pixels if inverted else pixels)


def _array(frame: VideoFrame, *, is_rgb: bool) -> Picture:
    if frame.format.name.startswith("gray"):
        return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    if is_rgb and frame.format.name.startswith("yuvj444p"):
        # JPEG can't say that its three components are red, green and blue; DICOM can.
        planes = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            for plane in frame.planes
        ]
        return np.ascontiguousarray(np.stack(planes, axis=-1)[: frame.height, : frame.width])
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
