"""What reading pictures of somebody else's DICOM takes."""

import logging
import struct
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import numpy as np
import pydicom
from pydicom import Dataset, uid

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


def turn_palette(dataset: Dataset) -> None:
    """pydicom turns big-endian pixels and segmented palettes, but not plain ones: their 16-bit
    entries would all be next to black."""
    for colour in ("Red", "Green", "Blue", "Alpha"):
        keyword = f"{colour}PaletteColorLookupTableData"
        if keyword in dataset and dataset[keyword].VR == "OW":
            words = np.frombuffer(dataset[keyword].value, np.uint16)
            dataset[keyword].value = words.byteswap().tobytes()
