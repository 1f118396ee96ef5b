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


GROUP = """
from streaming.logs import configure_logs
import structlog
configure_logs(verbose=True)
try:
    raise ExceptionGroup("DOE^JANE", [ValueError("DOE^JANE")])
except* ValueError as error:
    structlog.get_logger().error("failed", exc_info=error)
"""


def test_of_a_group_of_exceptions_the_first_is_named() -> None:
    said = subprocess.run(
        [sys.executable, "-c", GROUP], capture_output=True, text=True, check=True
    ).stderr
    assert json.loads(said)["error"] == "ValueError"
    assert "DOE" not in said


def test_an_exception_is_logged_by_its_place_and_without_its_words() -> None:
    line = lines_of("configure_logs(verbose=False)")[-1]
    assert (line["error"], line["at"]) == ("ValueError", ["<string>:9"])
    assert "DOE" not in str(line)


LIBRARY = """
import logging
from streaming.logs import configure_logs
configure_logs(verbose=True)
for number in range(1_000):
    try:
        raise ValueError("Authorization: Bearer SECRET")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "127.0.0.1")
logging.getLogger("aioice.ice").warning("Peer 192.0.2.1")
logging.getLogger("aioice.ice").info("DOE^JANE")
logging.getLogger("asyncio").error("Task exception was never retrieved: %s", "DOE^JANE")
"""


def test_what_libraries_log_is_counted_and_not_quoted() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LIBRARY], capture_output=True, text=True, check=True
    ).stderr
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["library"] for line in lines[:1]] == ["aiohttp.server"]
    assert (lines[0]["error"], lines[0]["at"]) == ("ValueError", ["<string>:7"])
    assert {line["library"] for line in lines} == {"aiohttp.server", "aioice.ice", "asyncio"}
    assert len(lines) < 20
    for secret in ("SECRET", "Bearer", "127.0.0.1", "192.0.2.1", "DOE"):
        assert secret not in said
