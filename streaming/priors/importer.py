"""From a file of elsewhere to an object of our own, in quarantine until its pixels are released.

Nothing of the file is copied: its pixels are decoded and encoded anew, and what is known of them is
written by ``streaming.dicom``. The file itself is never kept.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from streaming.dicom.identity_free import About, file_path, mp4_tags
from streaming.dicom.uids import UidMint
from streaming.dicom.ultrasound import Pixels, ultrasound_object, with_pixels_clean
from streaming.domain.subject import Subject
from streaming.priors.dicom_file import dicom_prior
from streaming.priors.encode import encode_cine, encode_still
from streaming.priors.gate import PixelGate, Verdict
from streaming.priors.media_file import format_of, media_prior
from streaming.priors.prior import MAX_BYTES, Picture, Prior, PriorError, Source, damaged

QUARANTINE = "quarantine"
_H264, _JPEG = "ISO_14496_10", "ISO_10918_1"

SubjectOf = Callable[[Source], Subject]
"""Who a source's patient is here."""


@dataclass(frozen=True, slots=True)
class Imported:
    path: Path
    pseudonym: str
    released: bool


class Importer:
    """``study`` stands for the study of files that name none: the videos and pictures of a run."""

    def __init__(
        self, folder: Path, *, subject_of: SubjectOf, mint: UidMint, gate: PixelGate, study: str
    ) -> None:
        self._folder = folder
        self._subject_of = subject_of
        self._mint = mint
        self._gate = gate
        self._study = study

    def add_file(self, file: Path) -> Imported:
        """Raises:
        PriorError: ``import.…``: it can't be imported.
        """
        try:
            if file.stat().st_size > MAX_BYTES:
                raise _too_large()
            data = file.read_bytes()
        except OSError as error:
            raise PriorError("import.unreadable", f"it can't be read: {error.strerror}") from None
        source = Source("", self._study, self._study, hashlib.sha256(data).hexdigest())
        return self.add(media_prior(data, source) if format_of(data) else dicom_prior(data))

    def add(self, prior: Prior) -> Imported:
        """Raises as ``add_file`` does."""
        if not prior.source.study:
            prior = replace(prior, source=replace(prior.source, study=self._study))
        about = self._about(prior)
        pixels = _pixels(prior, about)
        released = pixels.frames > 1 and self._gate.examine(pixels.data) is Verdict.CLEAN
        about = replace(about, pixels_clean=released)
        below = self._folder if released else self._folder / QUARANTINE
        path = below / file_path(about)
        _write(path, ultrasound_object(about, pixels))
        return Imported(path, about.subject.pseudonym, released)

    def _about(self, prior: Prior) -> About:
        source, study = prior.source, prior.source.study
        return About(
            subject=self._subject_of(source),
            study_uid=self._mint.uid("study", study),
            series_uid=self._mint.uid("series", study, source.series),
            instance_uid=self._mint.uid("instance", study, source.series, source.instance),
            taken_at=prior.taken_at,
            device=prior.device,
            laterality=prior.laterality,
        )


def release(path: Path) -> Path:
    """A person has looked at every picture of an object in quarantine: it goes to the others, and
    says so. Where it is now.

    Raises:
        PriorError: ``import.not_quarantined``: it doesn't lie in a quarantine of ours.
    """
    path = path.resolve()
    if len(path.parents) < 3 or path.parents[2].name != QUARANTINE or not path.is_file():
        raise PriorError(
            "import.not_quarantined",
            "There is no such object in a quarantine folder",
            fix="give the path that `sonopair import` printed",
        )
    released = path.parents[3] / path.relative_to(path.parents[2])
    _write(released, with_pixels_clean(path.read_bytes()))
    path.unlink()
    return released


def _pixels(prior: Prior, about: About) -> Pixels:
    if prior.count == 1:
        picture = next(prior.pictures(), None)
        if picture is None:
            raise damaged()
        return _still(prior, picture)
    mp4, width, height, frames = encode_cine(
        prior.pictures(), frame_time_ms=prior.frame_time_ms, tags=mp4_tags(about)
    )
    if frames != prior.count:
        raise damaged()
    return Pixels(
        data=mp4,
        width=width,
        height=height,
        samples=3,
        frames=frames,
        frame_time_ms=prior.frame_time_ms,
        regions=prior.regions,
        lossy_ratio=width * height * 3 * frames / len(mp4),
        lossy_method=_H264,
    )


def _still(prior: Prior, picture: Picture) -> Pixels:
    height, width = picture.shape[:2]
    return Pixels(
        data=encode_still(picture),
        width=width,
        height=height,
        samples=1 if picture.ndim == 2 else 3,
        regions=prior.regions,
        lossy_ratio=picture.size / prior.lossy_bytes if prior.lossy_bytes else 0.0,
        lossy_method=_JPEG,
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, for this user alone."""
    unfinished = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise PriorError(
            "import.unwritable",
            f"What was imported can't be written: {error.strerror}",
            fix="give a folder that can be written to, with space in it",
        ) from None


def _too_large() -> PriorError:
    return PriorError(
        "import.too_large",
        f"it is larger than {MAX_BYTES // 2**20} MB",
        fix="use a shorter clip, or one of a compressed transfer syntax",
    )
