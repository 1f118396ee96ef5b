"""What reading pictures of somebody else's DICOM takes."""

import logging
import struct
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom import Dataset, uid
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut

FFMPEG_CODECS: Mapping[str, str] = MappingProxyType(
    {
        uid.JPEGBaseline8Bit: "mjpeg",
        uid.JPEGExtended12Bit: "mjpeg",
        uid.JPEGLossless: "mjpeg",
        uid.JPEGLosslessSV1: "mjpeg",
        uid.JPEGLSLossless: "jpegls",
        uid.JPEGLSNearLossless: "jpegls",
        uid.JPEG2000Lossless: "jpeg2000",
        uid.JPEG2000: "jpeg2000",
    }
)
"""FFmpeg's name of the codec by transfer syntax, where it decodes picture by picture."""

_DAMAGED = (
    pydicom.errors.InvalidDicomError,
    pydicom.errors.BytesLengthException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def reading(damaged: Callable[[], Exception]) -> Iterator[list[warnings.WarningMessage]]:
    """Whatever a damaged file makes pydicom raise becomes what ``damaged`` makes; yields what it
    warned of.

    pydicom quotes the values it stumbles over, a patient's name among them, in warnings, log lines
    and exceptions: none of them is passed on.
    """
    logger = logging.getLogger("pydicom")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield caught
    except _DAMAGED:
        raise damaged() from None
    finally:
        logger.setLevel(level)


class PlainPictures:
    """Uncompressed or run-length pictures of a data set, read by pydicom.

    Raises:
        NotImplementedError: pydicom doesn't know the transfer syntax.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
        self._dataset = dataset
        if dataset.file_meta.TransferSyntaxUID == uid.ExplicitVRBigEndian:
            _turn_palette(dataset)

    def read(self, index: int) -> tuple[npt.NDArray[Any], bool]:
        """Shape ``(rows, columns)`` or ``(rows, columns, 3)`` in RGB, a palette's 16 bits made 8;
        and whether the least value is white (MONOCHROME1). To be called inside ``reading``."""
        pixels, meta = self._decoder.as_array(self._dataset, index=index)
        pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
        photometric = meta["photometric_interpretation"]
        if photometric == "PALETTE COLOR":
            pixels = apply_color_lut(pixels, self._dataset)
        if pixels.dtype == np.uint16 and pixels.ndim == 3:
            pixels = (pixels >> 8).astype(np.uint8)
        return pixels, photometric == "MONOCHROME1"


def _turn_palette(dataset: Dataset) -> None:
    """pydicom turns big-endian pixels and segmented palettes, but not plain ones: their 16-bit
    entries would all be next to black."""
    for colour in ("Red", "Green", "Blue", "Alpha"):
        keyword = f"{colour}PaletteColorLookupTableData"
        if keyword in dataset and dataset[keyword].VR == "OW":
            words = np.frombuffer(dataset[keyword].value, np.uint16)
            dataset[keyword].value = words.byteswap().tobytes()
