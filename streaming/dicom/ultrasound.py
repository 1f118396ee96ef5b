"""Ultrasound images and cine clips as DICOM objects.

Sources: DICOM PS3.3 C.8.5.5 (US Region Calibration), C.8.5.6 (US Image), C.7.6.5 (Cine);
PS3.5 8.2.7 (MPEG-4) and Annex A.4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pydicom import Dataset, FileDataset, dcmread, dcmwrite, uid
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate

from streaming.dicom.identity_free import About, identity_free, mark_pixels_clean

_UID_US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
_UID_US_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"
_TIME_POINTER = 0x00181063

_MOST_SPATIAL_FORMAT, _MOST_DATA_TYPE, _MOST_UNIT, _MOST_FLAGS = 5, 0x12, 12, 31
_NO_UNIT = 0
_MOST_DELTA = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An ultrasound region with its calibration: pixels, both bounds inside, and physical units
    a pixel, by the codes of PS3.3 C.8.5.5.1."""

    spatial_format: int
    data_type: int
    flags: int
    min_x: int
    min_y: int
    max_x: int
    max_y: int
    units_x: int
    units_y: int
    delta_x: float
    delta_y: float

    def fits(self, width: int, height: int) -> bool:
        """Whether every value means something: a number can carry a record number, too."""
        return (
            0 <= self.min_x < self.max_x < width
            and 0 <= self.min_y < self.max_y < height
            and 0 <= self.spatial_format <= _MOST_SPATIAL_FORMAT
            and 0 <= self.data_type <= _MOST_DATA_TYPE
            and 0 <= self.flags <= _MOST_FLAGS
            and all(0 <= unit <= _MOST_UNIT for unit in (self.units_x, self.units_y))
            and _is_delta(self.delta_x, unit=self.units_x)
            and _is_delta(self.delta_y, unit=self.units_y)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """``data`` is one JPEG-LS picture, or with ``frames`` > 1 a whole MP4 of H.264 High Profile.
    ``lossy_ratio`` is how much smaller it got on the way by methods that lose something; 0 when
    none did."""

    data: bytes
    width: int
    height: int
    samples: int
    frames: int = 1
    frame_time_ms: float = 0.0
    regions: Sequence[Region] = ()
    lossy_ratio: float = 0.0
    lossy_method: str = ""


def ultrasound_object(about: About, pixels: Pixels) -> bytes:
    """A whole DICOM file."""
    dataset = identity_free(about)
    dataset.Modality = "US"
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    _add_pixels(dataset, pixels)
    _add_regions(dataset, pixels)
    if pixels.frames > 1:
        _add_cine(dataset, pixels)
    if pixels.lossy_ratio:
        dataset.LossyImageCompression = "01"
        dataset.LossyImageCompressionRatio = f"{pixels.lossy_ratio:.2f}"
        dataset.LossyImageCompressionMethod = pixels.lossy_method
    else:
        dataset.LossyImageCompression = "00"
    return _written(dataset, is_cine=pixels.frames > 1)


def with_pixels_clean(file: bytes) -> bytes:
    """An object that ``ultrasound_object`` made, after a person has looked at its pictures."""
    dataset = dcmread(BytesIO(file))
    mark_pixels_clean(dataset)
    out = BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def _written(dataset: Dataset, *, is_cine: bool) -> bytes:
    dataset.SOPClassUID = _UID_US_MULTIFRAME if is_cine else _UID_US_IMAGE
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = uid.UID(dataset.SOPClassUID)
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = uid.MPEG4HP41BD if is_cine else uid.JPEGLSLossless
    out = BytesIO()
    file = FileDataset(out, dataset, file_meta=meta, preamble=b"\0" * 128)
    dcmwrite(out, file, enforce_file_format=True)
    return out.getvalue()


def _add_pixels(dataset: Dataset, pixels: Pixels) -> None:
    dataset.SamplesPerPixel = pixels.samples
    dataset.PhotometricInterpretation = _photometric(pixels)
    if pixels.samples > 1:
        dataset.PlanarConfiguration = 0
        dataset.UltrasoundColorDataPresent = 1
    dataset.Rows, dataset.Columns = pixels.height, pixels.width
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = encapsulate([pixels.data], has_bot=False)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def _photometric(pixels: Pixels) -> str:
    if pixels.frames > 1:
        return "YBR_PARTIAL_420"
    return "RGB" if pixels.samples > 1 else "MONOCHROME2"


def _add_cine(dataset: Dataset, pixels: Pixels) -> None:
    dataset.NumberOfFrames = pixels.frames
    dataset.FrameIncrementPointer = _TIME_POINTER
    dataset.FrameTime = f"{pixels.frame_time_ms:.6g}"
    dataset.CineRate = max(1, round(1_000 / pixels.frame_time_ms))


def _add_regions(dataset: Dataset, pixels: Pixels) -> None:
    fitting = [region for region in pixels.regions if region.fits(pixels.width, pixels.height)]
    if fitting:
        dataset.SequenceOfUltrasoundRegions = [_region(region) for region in fitting]


def _region(region: Region) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat = region.spatial_format
    item.RegionDataType = region.data_type
    item.RegionFlags = region.flags
    item.RegionLocationMinX0, item.RegionLocationMinY0 = region.min_x, region.min_y
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = region.max_x, region.max_y
    item.PhysicalUnitsXDirection = region.units_x
    item.PhysicalUnitsYDirection = region.units_y
    item.PhysicalDeltaX, item.PhysicalDeltaY = region.delta_x, region.delta_y
    return item


def _is_delta(value: float, *, unit: int) -> bool:
    """Zero only where there is no unit, as real scanners write it."""
    if unit == _NO_UNIT and value == 0:
        return True
    return math.isfinite(value) and 0 < abs(value) < _MOST_DELTA
