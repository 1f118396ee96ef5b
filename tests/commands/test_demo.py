from pathlib import Path

import pytest

from streaming.commands.demo import demo_settings


@pytest.mark.parametrize(
    ("source", "on"),
    [
        ("", True),
        ("demo:?barcode=1", True),
        ("phantom:?sound=1", True),
        ("v4l2:/dev/video0?audio=hw:1", False),
        ("file:clip.mp4", False),
        ("rtsp://host/screen", False),
    ],
)
def test_only_sound_that_is_computed_is_on_in_the_demo(
    source: str, on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONOPAIR_DATA_DIR", str(tmp_path))
    (room,) = demo_settings(source=source).rooms
    assert room.audio is on
