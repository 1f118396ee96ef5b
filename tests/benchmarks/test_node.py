import subprocess
import sys

from benchmarks.live.node import StartWithArchive
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
