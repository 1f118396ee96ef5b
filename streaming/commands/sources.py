"""Whether the settings' sources can be understood, before a node starts with them.

Asked in a process of its own (``python -m streaming.commands.sources``): to know what a source is
takes the picture libraries, and the node's process never loads a decoder.
"""

import json
import subprocess
import sys

from streaming.config import Settings
from streaming.domain.errors import BadInput

TIMEOUT_S = 30.0


def require_sources(settings: Settings) -> None:
    """Nothing is opened: a scanner that is still off is no reason not to start.

    Raises:
        BadInput: ``source.spec_unknown`` or ``source.spec_malformed``.
    """
    child = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps([room.source for room in settings.rooms]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=TIMEOUT_S,
    )
    for room, wrong in zip(settings.rooms, json.loads(child.stdout), strict=True):
        if wrong is not None:
            code, message, fix = wrong
            raise BadInput(code, f"room {room.name}: {message}", fix=fix)


def misunderstood(spec: str) -> tuple[str, str, str] | None:
    """Code, message and fix, or None when ``spec`` is a source."""
    from streaming.capture.spec import open_source
    from streaming.picture.source import SourceError

    try:
        open_source(spec, source_id="")
    except SourceError as error:
        return error.code, str(error), error.fix
    return None


if __name__ == "__main__":
    # By standard input, because an address may hold a password and a command line is public.
    json.dump([misunderstood(spec) for spec in json.load(sys.stdin)], sys.stdout)
