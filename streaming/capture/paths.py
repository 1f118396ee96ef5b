"""A path that a person gave, and what is wrong with it."""

from pathlib import Path

from streaming.picture.source import SourceError


def require_file(path: Path) -> None:
    """Raises SourceError ``source.file_missing`` or ``source.file_unreadable``."""
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise unusable_path(error) from error


def unusable_path(error: OSError) -> SourceError:
    """Without the path's name, which may be a patient's: everyone who watches reads this."""
    if isinstance(error, FileNotFoundError):
        return SourceError(
            "source.file_missing",
            "the source's file isn't there",
            fix="check the path after 'file:' or 'y4m:'",
        )
    return SourceError(
        "source.file_unreadable",
        f"the source's file can't be opened: {error.strerror}",
        fix="check that it is a file and that this user may read it",
    )
