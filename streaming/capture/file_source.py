"""``file:PATH``: a DICOM cine or still, or any video FFmpeg reads; played in real time, looped."""

from io import BytesIO
from pathlib import Path

from streaming.capture.cine import CinePlayer
from streaming.capture.paths import require_file
from streaming.capture.video_file import Player, StillPlayer, open_video
from streaming.picture.frame import RawFrame
from streaming.sound.source import SoundSource, sound_of


class FileSource:
    def __init__(self, path: Path, *, source_id: str) -> None:
        self._path = path
        self._source_id = source_id
        self._player: Player | None = None

    @property
    def sound(self) -> SoundSource | None:
        return sound_of(self._player)

    def open(self) -> None:
        require_file(self._path)
        if _is_dicom(self._path):
            self._player = _open_dicom(self._path, self._source_id)
        else:
            self._player = open_video(f"file:{self._path}", source_id=self._source_id)

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._player is None:
            raise RuntimeError("read before open")
        return self._player.read(timeout_s)

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
            self._player = None


def _is_dicom(path: Path) -> bool:
    """By its preamble (DICOM PS3.10 section 7.1), or by its name where the file is damaged."""
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM" or path.suffix.lower() in {".dcm", ".dicom"}


def _open_dicom(path: Path, source_id: str) -> Player:
    from streaming.capture import dicom_cine

    content = dicom_cine.load(path)
    if isinstance(content, dicom_cine.DicomVideo):
        return open_video(BytesIO(content.stream), source_id=source_id)
    if content.count == 1:
        return StillPlayer(content.decode(0), source_id=source_id)
    return CinePlayer(content, source_id=source_id)
