import subprocess
import sys

from benchmarks.live.node import StartWithArchive, with_barcode
from streaming.config import load_settings
from streaming.domain.frame import Rung
from streaming.protocol import worker_link


def test_worker_is_told_to_encode_for_the_archive() -> None:
    start = StartWithArchive(source_id="bench", spec="phantom:")
    received = worker_link.decode(worker_link.encode_message(start))
    assert isinstance(received, worker_link.Start)
    assert received.rungs == (Rung.LIVE, Rung.ARCHIVE)


def test_what_isnt_the_benchs_goes_to_sonopair() -> None:
    command = [sys.executable, "-m", "benchmarks.live.node", "--archive", "demo", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--no-browser" in done.stdout


def test_the_barcode_isnt_looked_at_as_if_it_were_text() -> None:
    rooms = [{"name": "one", "source": "phantom:"}, {"name": "two", "source": "demo:"}]
    changed = with_barcode(load_settings(flags={"rooms": rooms}))
    assert [room.lookout for room in changed.rooms] == ["off", "off"]
    assert [room.source for room in changed.rooms] == ["phantom:", "demo:"]
