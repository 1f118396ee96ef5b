"""`sonopair gate` over clips as the archive's encoder writes them."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import pytest

from streaming import cli
from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.encode import ArchiveEncoder
from streaming.picture.frame import RawFrame
from streaming.picture.masking import Masker
from streaming.text import models
from streaming.text.clip_file import ClipFile
from tests.text.clips import HEIGHT, RATE, STEP_NS, WIDTH, grey, save, speckle, write

SIZE = Size(WIDTH, HEIGHT)
Gate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gate:
    """`sonopair gate …`: exit status, stdout, stderr."""
    monkeypatch.setattr("streaming.commands.clip_check.lower_priority", lambda niceness: None)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sonopair", "gate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def named(tmp_path: Path) -> Path:
    lumas = (write(luma) for luma in speckle(RATE))
    return save(tmp_path / "named.mp4", grey(lumas))


def test_a_clip_of_the_archives_encoder_may_leave(gate: Gate, tmp_path: Path) -> None:
    encoder = ArchiveEncoder(SIZE)
    everything = Rectangle(0, 0, WIDTH, HEIGHT)
    masker = Masker(ScannerProfile(name="test", size=SIZE, regions=(everything,)))
    clip = tmp_path / "clip.h264"
    with clip.open("wb") as written:
        for number, planes in enumerate(grey(speckle(RATE))):
            raw = RawFrame("", number, number * STEP_NS, SIZE, planes)
            written.write(encoder.encode(masker.mask(raw)).data)
    status, out, _ = gate(clip)
    assert (status, out.split(":")[0]) == (0, "released")


def test_a_name_quarantines_it_and_its_place_is_told(gate: Gate, named: Path) -> None:
    status, out, _ = gate(named, "--json")
    report = json.loads(out)
    assert (status, report["state"], report["reasons"]) == (4, "quarantined", ["text"])
    found = report["findings"][0]
    assert found["x0"] < 210 and found["x1"] > 320 and found["begins_s"] == 0
    assert gate(named)[1].startswith("quarantined: a person has to decide")


def test_a_report_names_neither_the_file_nor_what_was_read(
    gate: Gate, named: Path, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    _, out, err = gate(named, "--report", file)
    for told in (out, err, file.read_text()):
        assert "OKAFOR" not in told.upper() and named.name not in told
    assert len(json.loads(file.read_text())["sha256"]) == 64


def test_masked_anew_it_may_leave(gate: Gate, named: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.mp4"
    status, out, _ = gate(named, "--mask-to", clean, "--json")
    assert (status, json.loads(out)["state"]) == (0, "released")
    with ClipFile(clean) as clip:
        times = [picture.at_ns for picture in clip.pictures()]
    assert not clip.damaged
    assert len(times) == RATE and abs(times[-1] - (RATE - 1) * STEP_NS) < 2_000_000
    assert gate(clean)[0] == 0


def test_a_persons_own_box_is_black_too(gate: Gate, tmp_path: Path) -> None:
    clip = save(tmp_path / "clip.mp4", grey(speckle(RATE)))
    gate(clip, "--mask-to", tmp_path / "out.mp4", "--box", "100,100,200,200")
    with ClipFile(tmp_path / "out.mp4") as redrawn:
        for picture in redrawn.pictures():
            assert picture.luma[104:196, 104:196].max() < 24
            assert picture.luma[104:196, 210:300].mean() > 40


def test_the_new_clip_has_pictures_and_nothing_else(
    gate: Gate, named: Path, tmp_path: Path
) -> None:
    tagged = tmp_path / "tagged.mp4"
    with av.open(str(named)) as source, av.open(str(tagged), "w") as target:
        target.metadata["title"] = "OKAFOR ADA"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert b"OKAFOR" in tagged.read_bytes()
    gate(tagged, "--mask-to", tmp_path / "clean.mp4")
    written = (tmp_path / "clean.mp4").read_bytes()
    assert b"OKAFOR" not in written
    with av.open(BytesIO(written)) as container:
        assert len(container.streams) == 1


def test_no_clip_is_written_over(gate: Gate, named: Path, tmp_path: Path) -> None:
    before = named.read_bytes()
    status, _, err = gate(named, "--mask-to", named)
    assert status == 2 and "gate.target_exists" in err
    assert named.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [named.name]


@pytest.mark.parametrize("box", ["", "1,2,3", "10,10,5,20", "a,b,c,d", "-1,0,5,5"])
def test_what_is_no_box_is_refused(gate: Gate, named: Path, tmp_path: Path, box: str) -> None:
    status, _, err = gate(named, "--mask-to", tmp_path / "out.mp4", f"--box={box}")
    assert status == 2 and "gate.box" in err


def test_a_box_without_a_new_clip_is_refused(gate: Gate, named: Path) -> None:
    status, _, err = gate(named, "--box", "1,1,9,9")
    assert status == 2 and "--mask-to" in err


def test_a_target_that_cannot_be_written_is_named(gate: Gate, named: Path, tmp_path: Path) -> None:
    for option in ("--mask-to", "--report"):
        status, _, err = gate(named, option, tmp_path / "none" / "out.mp4")
        assert status == 2 and "gate.target_unwritable" in err


def test_without_the_finder_nothing_is_released(
    gate: Gate, named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    status, out, err = gate(named)
    assert status == 1 and out == "" and "text.not_installed" in err
