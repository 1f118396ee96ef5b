"""An ultrasound image or cine of a scanner or PACS.

Sources: DICOM PS3.10 section 7 (file format), PS3.5 section 8.2 and Annex A.4, PS3.3 C.8.5.5.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pydicom
from pydicom import Dataset, uid
from pydicom.encaps import generate_frames

from streaming.dicom.devices import Device, known_device
from streaming.dicom.identity_free import Laterality
from streaming.dicom.reading import reading
from streaming.dicom.ultrasound import Region
from streaming.priors.dicom_pictures import DicomPictures
from streaming.priors.media_file import video_prior
from streaming.priors.prior import (
    Prior,
    PriorError,
    Source,
    damaged,
    require_frames,
    require_size,
)

_LOSSY = {
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLSNearLossless,
    uid.JPEG2000,
}
_DATES = (("StudyDate", "StudyTime"), ("SeriesDate", "SeriesTime"), ("ContentDate", "ContentTime"))
_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2}):?(\d{2})(?:\.\d{1,6})?")
_USUAL_FRAME_TIME_MS = 1_000 / 30


def dicom_prior(data: bytes) -> Prior:
    """Raises:
    PriorError: ``import.damaged``, ``import.not_ultrasound``, ``import.no_picture``,
        ``import.size``, ``import.too_long``.
    """
    with reading(damaged):
        return prior_of(pydicom.dcmread(BytesIO(data)))


def prior_of(dataset: Dataset) -> Prior:
    """Of a data set with its file meta information; raises as ``dicom_prior`` does."""
    with reading(damaged):
        _require_ultrasound(dataset)
        width, height = int(dataset.Columns), int(dataset.Rows)
        count = int(dataset.get("NumberOfFrames") or 1)
        require_size(width, height)
        require_frames(count)
        if count < 1:
            raise damaged()
        syntax = dataset.file_meta.TransferSyntaxUID
        facts: dict[str, Any] = {
            "taken_at": _taken_at(dataset),
            "device": _device(dataset),
            "laterality": _laterality(dataset),
            "regions": tuple(_regions(dataset)),
        }
        if syntax in uid.MPEGTransferSyntaxes:
            stream = next(iter(generate_frames(dataset.PixelData, number_of_frames=1)))
            return video_prior(stream, _source(dataset), **facts)
        pictures = DicomPictures(dataset, count)
        return Prior(
            source=_source(dataset),
            pictures=pictures.decoded,
            count=count,
            width=width,
            height=height,
            frame_time_ms=_frame_time_ms(dataset),
            lossy_bytes=len(dataset.PixelData) if syntax in _LOSSY else 0,
            **facts,
        )


def _require_ultrasound(dataset: Dataset) -> None:
    if dataset.get("Modality") != "US":
        raise PriorError(
            "import.not_ultrasound",
            "it isn't an ultrasound image",
            fix="import ultrasound images and clips only (Modality US)",
        )
    if any(keyword not in dataset for keyword in ("PixelData", "Rows", "Columns")):
        raise PriorError(
            "import.no_picture", "it has no picture in it", fix="choose an image or a cine clip"
        )


def _source(dataset: Dataset) -> Source:
    return Source(
        patient=str(dataset.get("PatientID") or "").strip(),
        study=str(dataset.get("StudyInstanceUID") or ""),
        series=str(dataset.get("SeriesInstanceUID") or ""),
        instance=str(dataset.get("SOPInstanceUID") or ""),
    )


def _device(dataset: Dataset) -> Device | None:
    maker, model = (dataset.get(name) or "" for name in ("Manufacturer", "ManufacturerModelName"))
    return known_device(str(maker), str(model))


def _laterality(dataset: Dataset) -> Laterality | None:
    given = str(dataset.get("ImageLaterality") or dataset.get("Laterality") or "")
    return Laterality(given) if given in set(Laterality) else None


def _taken_at(dataset: Dataset) -> datetime | None:
    """None when no date can be read; a date without a time is its midnight."""
    for date_name, time_name in _DATES:
        date = _DATE.fullmatch(str(dataset.get(date_name) or "").strip())
        if date is None:
            continue
        time = _TIME.fullmatch(str(dataset.get(time_name) or "").strip())
        year, month, day = map(int, date.groups())
        hour, minute, second = map(int, time.groups()) if time else (0, 0, 0)
        try:
            return datetime(year, month, day, hour, minute, second)
        except ValueError:
            continue
    return None


def _frame_time_ms(dataset: Dataset) -> float:
    """The mean where pictures have times of their own."""
    vector = [float(step) for step in dataset.get("FrameTimeVector") or []][1:]
    rate = float(dataset.get("CineRate") or 0)
    for candidate in (
        sum(vector) / len(vector) if vector else 0.0,
        float(dataset.get("FrameTime") or 0),
        1_000 / rate if rate > 0 else 0.0,
    ):
        if 1 <= candidate <= 10_000:
            return candidate
    return _USUAL_FRAME_TIME_MS


def _regions(dataset: Dataset) -> Iterator[Region]:
    """Some scanners give the first pixel outside instead of the last one inside."""
    for item in dataset.get("SequenceOfUltrasoundRegions") or []:
        try:
            yield Region(
                spatial_format=int(item.RegionSpatialFormat),
                data_type=int(item.RegionDataType),
                flags=int(item.RegionFlags),
                min_x=int(item.RegionLocationMinX0),
                min_y=int(item.RegionLocationMinY0),
                max_x=_last_inside(int(item.RegionLocationMaxX1), int(dataset.Columns)),
                max_y=_last_inside(int(item.RegionLocationMaxY1), int(dataset.Rows)),
                units_x=int(item.PhysicalUnitsXDirection),
                units_y=int(item.PhysicalUnitsYDirection),
                delta_x=float(item.PhysicalDeltaX),
                delta_y=float(item.PhysicalDeltaY),
            )
        except (AttributeError, TypeError, ValueError):
            continue  # a region that can't be read gives no calibration


def _last_inside(bound: int, side: int) -> int:
    return side - 1 if bound == side else bound
