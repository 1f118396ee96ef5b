"""The log of the node and of its workers, always on stderr: lines for people at a terminal, one
JSON object a line for everything else."""

import logging
import os
import sys
import time
import traceback
from collections import Counter

import structlog
from structlog.typing import EventDict, WrappedLogger

# Begins with an underscore: it isn't a setting, and settings refuse names that they don't know.
VERBOSE_VARIABLE = "_SONOPAIR_VERBOSE"

_of_process: dict[str, str] = {}

QUIET_S = 1.0


def configure_logs(*, verbose: bool) -> None:
    """Verbose logs from INFO, else from WARNING; workers started from now on do the same."""
    os.environ[VERBOSE_VARIABLE] = "1" if verbose else "0"
    is_terminal = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            _add_facts_of_process,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=not is_terminal),
            _shorten_exception,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.INFO if verbose else logging.WARNING
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _count_libraries()


def configure_worker_logs() -> None:
    """As the node that started this process."""
    configure_logs(verbose=os.environ.get(VERBOSE_VARIABLE) == "1")


class _Counted(logging.Handler):
    """What libraries log, told as how often and where: their words may hold an address, a header
    or what a person said. At most one line a second for each logger; the rest is counted in its
    next one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._log = structlog.get_logger()
        self._untold: Counter[str] = Counter()
        self._told_at_s: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        now_s = time.monotonic()
        self._untold[record.name] += 1
        if now_s - self._told_at_s.get(record.name, -QUIET_S) < QUIET_S:
            return
        self._told_at_s[record.name] = now_s
        error = record.exc_info[1] if record.exc_info else None
        say = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        say(
            "a library complained",
            library=record.name,
            times=self._untold.pop(record.name),
            **(_place(error) if error else {}),
        )


def _count_libraries() -> None:
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _Counted)]:
        root.removeHandler(handler)
    root.addHandler(_Counted())


def bind_process(**facts: str) -> None:
    """On every later line of this process, whichever thread writes it."""
    _of_process.update(facts)


def _add_facts_of_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {**_of_process, **event}


def _shorten_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Its type and the way to it. Not its message, which may quote what a person said."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if given and error is not None:
        event.update(_place(error))
    return event


def _place(error: BaseException) -> dict[str, object]:
    """Of a group, the first one counts."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames],
    }
