"""``sonopair dicom``: earlier studies that a scanner or PACS sends."""

import sys
from pathlib import Path
from typing import Annotated

import typer

dicom_commands = typer.Typer(no_args_is_help=True, help="Earlier studies over DICOM.")


@dicom_commands.callback()
def dicom() -> None:
    """Earlier studies over DICOM."""


@dicom_commands.command("receive")
def receive(
    config: Annotated[
        Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
    ],
) -> None:
    """Take what listed scanners and PACS send, without who it is of, until interrupted.

    Each object waits in the quarantine of dicom.folder until a person has looked at it.

    \b
    Example:
      sonopair dicom receive --config /etc/sonopair/sonopair.toml
    """
    from streaming.commands.receiving import receive_priors
    from streaming.config import load_settings

    def ready(title: str, port: int) -> None:
        print(f"{title} takes earlier studies on port {port}. Ctrl+C ends it.", file=sys.stderr)

    receive_priors(load_settings(config), ready=ready)
