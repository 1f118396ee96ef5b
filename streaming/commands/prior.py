"""``sonopair import`` and ``sonopair release``: earlier studies, without who they are of."""

import sys
from pathlib import Path
from typing import Annotated

import typer

prior_commands = typer.Typer()


@prior_commands.command("import")
def import_priors(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="DICOM, MP4, JPEG or PNG.")],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the new objects go.")],
) -> None:
    """Make new DICOM objects of earlier images and clips, without who they are of.

    Pixels and a few technical facts are taken, nothing else. What is burned into the pixels is
    still there: each object waits in DIR/quarantine until a person has looked at it.

    \b
    Examples:
      sonopair import /media/usb/IMG0001 --to priors
      sonopair import *.dcm clip.mp4 --to priors
    """
    from streaming.commands.priors import import_files
    from streaming.domain.errors import SonopairError

    failed = False
    for number, answer in enumerate(import_files(files, to=to), start=1):
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
) -> None:
    """Say that you have looked at every picture of these objects and nobody is named in them.

    They leave the quarantine and say of themselves that no identity is burned in.

    \b
    Example:
      sonopair release priors/quarantine/SP-7K3QX9MDB/2.25.113/2.25.987.dcm
    """
    from streaming.priors.importer import release

    for file in files:
        print(release(file))
