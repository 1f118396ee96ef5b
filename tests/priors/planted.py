"""Real ultrasound files with a patient planted wherever DICOM, JPEG, PNG and MP4 have room."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom import DataElement, Dataset, uid
from pydicom.encaps import encapsulate, generate_frames
from pydicom.tag import Tag

NAME, NUMBER, BORN = "OKAFOR", "MRN4711882", "19550412"

TEXTS = {
    "PatientName": f"{NAME}^ADA",
    "PatientID": NUMBER,
    "PatientBirthDate": BORN,
    "OtherPatientIDs": "ALSO-OKAFOR",
    "OtherPatientNames": "ODUYA^OKAFOR",
    "PatientMotherBirthName": "OKAFORMOTHER",
    "PatientAddress": "OKAFOR STREET 12",
    "PatientTelephoneNumbers": "+49-30-OKAFOR",
    "PatientComments": "OKAFOR is afraid",
    "AdditionalPatientHistory": "OKAFOR had a fall",
    "Occupation": "OKAFORSMITH",
    "AccessionNumber": "ACC-OKAFOR",
    "StudyID": "ST-OKAFOR",
    "StudyDescription": "OKAFOR heart",
    "SeriesDescription": "OKAFOR series",
    "ProtocolName": "OKAFOR protocol",
    "ImageComments": "OKAFOR image",
    "InstitutionName": "OKAFOR CLINIC",
    "InstitutionAddress": "OKAFOR ROAD",
    "InstitutionalDepartmentName": "OKAFOR WARD",
    "StationName": "OKAFORSTATION",
    "ReferringPhysicianName": "DR^OKAFOR",
    "PerformingPhysicianName": "PD^OKAFOR",
    "OperatorsName": "OP^OKAFOR",
    "PhysiciansOfRecord": "PR^OKAFOR",
    "DeviceSerialNumber": "SN-OKAFOR",
    "Manufacturer": "Philips OKAFOR",
    "ManufacturerModelName": "CX50 OKAFOR",
    "SoftwareVersions": "V-OKAFOR",
    "TransducerData": "TR-OKAFOR",
    "BodyPartExamined": "OKAFORHEART",
    "Laterality": "OKAFOR",
    "PatientOrientation": "OKAFOR",
    "DerivationDescription": "OKAFOR derived",
    "RequestingPhysician": "RP^OKAFOR",
}
WRITTEN_ELSEWHERE = (
    "private OKAFOR",
    "nested OKAFOR",
    "private nested OKAFOR",
    "overlay OKAFOR",
    "overlay says OKAFOR",
    "curve OKAFOR",
    "padding OKAFOR",
    "OKAFOR AE",
    "meta OKAFOR",
    "preamble OKAFOR",
    "region OKAFOR",
    "pixels end OKAFOR",
)
CANARIES = tuple(
    text.encode(encoding)
    for text in (NAME, NAME.lower(), NUMBER, BORN, "1955-04-12", "20260314")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def found_in(data: bytes) -> list[bytes]:
    return [canary for canary in CANARIES if canary in data]


def plant(path: Path) -> tuple[bytes, int]:
    """The file with every item in it, and how many there are."""
    dataset = pydicom.dcmread(path)
    for keyword, text in TEXTS.items():
        setattr(dataset, keyword, text)
    dataset.StudyDate = "20260314"
    _plant_elements(dataset)
    _plant_meta(dataset)
    _plant_behind_the_pixels(dataset)
    out = BytesIO()
    pydicom.dcmwrite(out, dataset)
    return out.getvalue(), len(TEXTS) + len(WRITTEN_ELSEWHERE)


def _plant_elements(dataset: Dataset) -> None:
    dataset.private_block(0x0009, "OKAFOR BLOCK", create=True).add_new(1, "LO", "private OKAFOR")
    inner = Dataset()
    inner.PatientName = "nested OKAFOR"
    dataset.ReferencedPatientSequence = [inner]
    hidden = Dataset()
    hidden.PatientComments = "private nested OKAFOR"
    block = dataset.private_block(0x0011, "OKAFOR BLOCK", create=True)
    block.add_new(1, "SQ", [hidden])
    dataset.add(DataElement(Tag(0x6000, 0x3000), "OW", b"overlay OKAFOR"))
    dataset.add(DataElement(Tag(0x6000, 0x0022), "LO", "overlay says OKAFOR"))
    dataset.add(DataElement(Tag(0x5000, 0x3000), "OW", b"curve OKAFOR"))
    dataset.add(DataElement(Tag(0xFFFC, 0xFFFC), "OB", b"padding OKAFOR"))
    regions = list(dataset.get("SequenceOfUltrasoundRegions") or [Dataset()])
    regions[0].add(DataElement(Tag(0x0018, 0x1030), "LO", "region OKAFOR"))
    dataset.SequenceOfUltrasoundRegions = regions


def _plant_meta(dataset: Dataset) -> None:
    meta = dataset.file_meta
    meta.SourceApplicationEntityTitle = "OKAFOR AE"
    meta.PrivateInformationCreatorUID = uid.UID("1.2.3")
    meta.PrivateInformation = b"meta OKAFOR "
    dataset.preamble = b"preamble OKAFOR".ljust(128, b"\0")


def _plant_behind_the_pixels(dataset: Dataset) -> None:
    """After the last row; in JPEGs of baseline also as comment and EXIF of each picture."""
    text = b"pixels end OKAFOR!"
    if not dataset.file_meta.TransferSyntaxUID.is_compressed:
        dataset.PixelData += text
        return
    count = int(dataset.get("NumberOfFrames") or 1)
    parts = list(generate_frames(dataset.PixelData, number_of_frames=count))
    if dataset.file_meta.TransferSyntaxUID == uid.JPEGBaseline8Bit:
        parts = [with_jpeg_segments(part) + text for part in parts]
    else:
        parts = [part + text for part in parts]
    dataset.PixelData = encapsulate(parts)
    dataset["PixelData"].is_undefined_length = True


def with_jpeg_segments(jpeg: bytes) -> bytes:
    """With a comment and an EXIF block that name the patient."""
    assert jpeg[:2] == b"\xff\xd8"
    named = NAME.encode()
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(named)) + named
    exif = b"Exif\0\0" + _exif()
    block = b"\xff\xe1" + struct.pack(">H", 2 + len(exif)) + exif
    return jpeg[:2] + block + comment + jpeg[2:]


def with_png_chunks(png: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    named = NAME.encode()
    planted = chunk(b"tEXt", b"Author\0" + named) + chunk(b"eXIf", _exif())
    header = 8 + 25
    return png[:header] + planted + png[header:] + named


def _exif() -> bytes:
    """Artist, in a directory of one entry (EXIF 2.32 section 4.6.2)."""
    named = NAME.encode() + b"\0"
    entry = struct.pack(">HHII", 0x013B, 2, len(named), 26)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0) + named
