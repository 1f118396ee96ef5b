"""The pictures of a DICOM data set, decoded one by one."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np
from av import CodecContext, FFmpegError, Packet, VideoFrame
from av.video.codeccontext import VideoCodecContext
from pydicom import Dataset, uid
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut

from streaming.priors.prior import Picture, PriorError, damaged

_FFMPEG_CODECS = {
    uid.JPEGBaseline8Bit: "mjpeg",
    uid.JPEGExtended12Bit: "mjpeg",
    uid.JPEGLossless: "mjpeg",
    uid.JPEGLosslessSV1: "mjpeg",
    uid.JPEGLSLossless: "jpegls",
    uid.JPEGLSNearLossless: "jpegls",
    uid.JPEG2000Lossless: "jpeg2000",
    uid.JPEG2000: "jpeg2000",
}


class DicomPictures:
    """``reading`` is the context in which pydicom may stumble."""

    def __init__(
        self, dataset: Dataset, count: int, *, reading: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._dataset = dataset
        self._count = count
        self._reading = reading
        self._syntax = dataset.file_meta.TransferSyntaxUID
        if self._syntax == uid.ExplicitVRBigEndian:
            _turn_palette(dataset)

    def decoded(self) -> Iterator[Picture]:
        codec = _FFMPEG_CODECS.get(self._syntax)
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
        with self._reading():
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
        with self._reading():
            decoder = get_decoder(self._syntax)
        for index in range(self._count):
            with self._reading():
                pixels, meta = decoder.as_array(self._dataset, index=index)
                pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
                if meta["photometric_interpretation"] == "PALETTE COLOR":
                    pixels = apply_color_lut(pixels, self._dataset)
                if pixels.dtype == np.uint16 and pixels.ndim == 3:
                    pixels = (pixels >> 8).astype(np.uint8)
            if pixels.dtype != np.uint8:
                raise PriorError(
                    "import.unsupported",
                    f"its pixels have {pixels.dtype.itemsize * 8} bits",
                    fix="export it with 8-bit pixels",
                )
            inverted = meta["photometric_interpretation"] == "MONOCHROME1"
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


def _turn_palette(dataset: Dataset) -> None:
    """pydicom turns big-endian pixels and segmented palettes, but not plain ones: their 16-bit
    entries would all be next to black."""
    for colour in ("Red", "Green", "Blue", "Alpha"):
        keyword = f"{colour}PaletteColorLookupTableData"
        if keyword in dataset and dataset[keyword].VR == "OW":
            words = np.frombuffer(dataset[keyword].value, np.uint16)
            dataset[keyword].value = words.byteswap().tobytes()
