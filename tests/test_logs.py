import json
import os
import subprocess
import sys

import pytest

from streaming.logs import VERBOSE_VARIABLE

SAY = """
import structlog
from streaming.logs import configure_logs, configure_worker_logs
{configure}
log = structlog.get_logger()
log.info("quiet", room="echo-1")
log.warning("loud", room="echo-1")
try:
    raise ValueError("DOE^JANE")
except ValueError:
    log.exception("failed")
"""


def lines_of(configure: str, **environment: str) -> list[dict[str, object]]:
    said = subprocess.run(
        [sys.executable, "-c", SAY.format(configure=configure)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    assert said.stdout == ""
    return [json.loads(line) for line in said.stderr.splitlines()]


@pytest.mark.parametrize(
    ("configure", "environment", "events"),
    [
        ("configure_logs(verbose=True)", "0", ["quiet", "loud", "failed"]),
        ("configure_logs(verbose=False)", "1", ["loud", "failed"]),
        ("configure_worker_logs()", "1", ["quiet", "loud", "failed"]),
        ("configure_worker_logs()", "0", ["loud", "failed"]),
        ("configure_logs(verbose=True); configure_worker_logs()", "0", ["quiet", "loud", "failed"]),
    ],
)
def test_every_line_is_json_and_a_worker_says_as_much_as_its_node(
    configure: str, environment: str, events: list[str]
) -> None:
    lines = lines_of(configure, **{VERBOSE_VARIABLE: environment})
    assert [line["event"] for line in lines] == events
    for line in lines:
        assert {"event", "level", "timestamp"} <= line.keys()


def test_an_exception_is_logged_by_its_place_and_without_its_words() -> None:
    line = lines_of("configure_logs(verbose=False)")[-1]
    assert (line["error"], line["at"]) == ("ValueError", ["<string>:9"])
    assert "DOE" not in str(line)
