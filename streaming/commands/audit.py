"""``sonopair audit``: whether the audit trail is still the one that was written."""

import sys
from pathlib import Path
from typing import Annotated

import typer

audit_commands = typer.Typer(no_args_is_help=True, help="The audit trail.")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
]


@audit_commands.command("verify")
def verify(
    config: ConfigOption,
    against: Annotated[
        str, typer.Option(metavar="FILE", help="Checkpoints kept elsewhere; - is standard input.")
    ] = "",
) -> None:
    """Check that no row of the audit trail was changed or removed.

    By itself a trail can't show that its end was cut off, or that all of it was written anew.
    Checkpoints that were kept on another machine can: see 'sonopair audit checkpoint'.

    \b
    Examples:
      sonopair audit verify --config sonopair.toml
      sonopair audit verify --config sonopair.toml --against /mnt/other/checkpoints
    """
    from streaming.commands.audit_trail import read_checkpoints, verify_audit
    from streaming.config import load_settings

    checkpoints = read_checkpoints(_text_of(against)) if against else []
    verify_audit(load_settings(config), checkpoints)
    held = f" and holds all {len(checkpoints)} checkpoints" if checkpoints else ""
    print(f"the audit trail is whole{held}")


@audit_commands.command("checkpoint")
def checkpoint(config: ConfigOption) -> None:
    """Print a line that stands for every row so far.

    Append it to a file on another machine, once a day or an hour: whoever has this machine can
    then cut or rewrite no row that is older, without 'sonopair audit verify --against' telling.

    \b
    Example:
      sonopair audit checkpoint --config sonopair.toml | ssh other 'cat >> checkpoints'
    """
    from streaming.commands.audit_trail import checkpoint_line
    from streaming.config import load_settings

    print(checkpoint_line(load_settings(config)))


def _text_of(file: str) -> str:
    """Raises BadInput: ``audit.unreadable``."""
    from streaming.domain.errors import BadInput

    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            "audit.unreadable",
            f"The checkpoints {file} can't be read",
            fix="check the path, and that this user may read it",
        ) from None
