"""The log of the node and of its workers, always on stderr: lines for people at a terminal, one
JSON object a line for everything else."""

import logging
import os
import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger

# Begins with an underscore: it isn't a setting, and settings refuse names that they don't know.
VERBOSE_VARIABLE = "_SONOPAIR_VERBOSE"


def configure_logs(*, verbose: bool) -> None:
    """Verbose logs from INFO, else from WARNING; workers started from now on do the same."""
    os.environ[VERBOSE_VARIABLE] = "1" if verbose else "0"
    is_terminal = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
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


def configure_worker_logs() -> None:
    """As the node that started this process."""
    configure_logs(verbose=os.environ.get(VERBOSE_VARIABLE) == "1")


def _shorten_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Its type and the way to it. Not its message, which may quote what a person said."""
    if event.pop("exc_info", None) and (error := sys.exc_info()[1]) is not None:
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return event
