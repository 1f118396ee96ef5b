"""``sonopair import``, ``release`` and ``reidentify``: studies without who they are of, and who
they are of."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streaming.domain.encounter import Reason

if TYPE_CHECKING:
    from streaming.config import Settings

prior_commands = typer.Typer()


@prior_commands.command("import")
def import_priors(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="DICOM, MP4, JPEG or PNG.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the new objects go.")],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Settings file (TOML) of the node with the site map."),
    ] = None,
    case: Annotated[
        str, typer.Option(help="Case code or pseudonym of the patient all the files are of.")
    ] = "",
) -> None:
    """Make new DICOM objects of earlier images and clips, without who they are of.

    Pixels and a few technical facts are taken, nothing else. What is burned into the pixels is
    still there: objects wait in DIR/quarantine until a person has looked at them, but for cines in
    which the text finder, where it is installed, finds nothing.

    With --config a patient has the pseudonym of the node's site map, by the record number in the
    file or by --case; without it, one that is forgotten when the command ends.

    \b
    Examples:
      sonopair import /media/usb/IMG0001 --to priors
      sonopair import *.dcm --to priors --config sonopair.toml
      sonopair import clip.mp4 --to priors --case K7Q-X3M -c sonopair.toml
    """
    from streaming.commands.priors import import_files
    from streaming.domain.errors import SonopairError

    failed = False
    answers = import_files(files, to=to, settings=_settings(config), case=case)
    for number, answer in enumerate(answers, start=1):
        if isinstance(answer, SonopairError):
            failed = True
            print(f"error [{answer.code}]: file {number}: {answer}", file=sys.stderr)
            print(f"fix: {answer.fix}", file=sys.stderr)
        else:
            print(answer.path)
    raise typer.Exit(2 if failed else 0)


@prior_commands.command("release")
def release_priors(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Objects in a quarantine folder.")
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Settings file (TOML) of the node that records it."),
    ] = None,
) -> None:
    """Say that you have looked at every picture of these objects and nobody is named in them.

    They leave the quarantine and say of themselves that no identity is burned in. With --config it
    is on record who released them.

    \b
    Example:
      sonopair release priors/quarantine/SP-7K3QX9MDB/2.25.113/2.25.987.dcm -c sonopair.toml
    """
    from streaming.commands.priors import release_files

    for path in release_files(files, settings=_settings(config)):
        print(path)


@prior_commands.command("reidentify")
def reidentify(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Case code or pseudonym.")],
    config: Annotated[
        Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
    ],
    reason: Annotated[Reason, typer.Option(help="Why you have to know. It goes on record.")],
) -> None:
    """Say who a case is of: on the site's own machine only, and on record.

    \b
    Example:
      sonopair reidentify K7Q-X3M --reason result --config sonopair.toml
    """
    from streaming.commands import site_map
    from streaming.config import load_settings

    patient = site_map.reidentify(load_settings(config), code, reason=reason)
    born = patient.born.isoformat() if patient.born else ""
    print("  ".join(part for part in (patient.record_number, patient.name, born) if part))


def _settings(config: Path | None) -> "Settings | None":
    from streaming.config import load_settings

    return None if config is None else load_settings(config)
