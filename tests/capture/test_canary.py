"""What a source says is wrong is shown to everyone who watches; its spec is for nobody's eyes."""

from pathlib import Path

import pytest

from streaming.capture.spec import open_source
from streaming.picture.source import SourceError

CANARY = "OKAFOR_ADA"


@pytest.mark.parametrize(
    "spec",
    [
        "file:{path}/{name}.dcm",
        "file:{path}/none.mp4",
        "file:{path}",
        "file:{path}/text.mp4",
        "file:{path}/text.dcm",
        "y4m:{path}/{name}.y4m",
        "y4m:{path}",
        "y4m:{path}/text.dcm",
        "{path}/text.dcm",
        "{name}",
        "{name}:x",
        "demo:{name}",
        "phantom:{name}",
        "phantom:?{name}=1",
        "phantom:?seed={name}",
        "phantom:?size={name}",
        "phantom:?fps={name}",
        "phantom:?lost_after={name}",
        "v4l2:/dev/{name}",
        "v4l2:/dev/video0?format={name}",
        "v4l2:/dev/video0?{name}",
        "rtsp://{name}:{name}@127.0.0.1:1/{name}",
        "http://127.0.0.1:1/{name}?{name}",
        "srt://127.0.0.1:1/{name}",
    ],
)
def test_no_error_repeats_the_spec(spec: str, tmp_path: Path) -> None:
    folder = tmp_path / CANARY
    folder.mkdir()
    for name in ("text.mp4", "text.dcm"):
        (folder / name).write_text(f"{CANARY} " * 100)
    with pytest.raises(SourceError) as caught:
        open_source(spec.format(path=folder, name=CANARY), source_id="s").open()
    told = f"{caught.value.code} {caught.value} {caught.value.fix}"
    assert CANARY not in told and str(tmp_path) not in told
