"""``sonopair gate``: may a finished clip leave this site?"""

import json
from pathlib import Path
from typing import Annotated

import typer

from streaming.domain.errors import BadInput

gate_commands = typer.Typer()


@gate_commands.command()
def gate(
    file: Annotated[Path, typer.Argument(help="A finished clip: any video.")],
    mask_to: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write it anew with what was found blacked out."),
    ] = None,
    box: Annotated[
        list[str] | None,
        typer.Option(metavar="X0,Y0,X1,Y1", help="Black this out too, in OUT; may be repeated."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the answer there, as JSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")] = False,
) -> None:
    """Look a clip through for text, and say whether it may leave this site.

    The exit status is 0 when it may, and 4 when a person has to decide: text was found, it shows
    colour Doppler, or it is held still. With --mask-to the answer is about OUT.

    \b
    Examples:
      sonopair gate clip.mp4
      sonopair gate clip.mp4 --mask-to clean.mp4 --box 100,40,260,64
    """
    from streaming.commands import clip_check

    boxes = [clip_check.parse_box(text) for text in box or []]
    if boxes and mask_to is None:
        raise BadInput("cli.usage", "--box needs --mask-to", fix="name the new file, too")
    found = clip_check.check_clip(file, mask_to=mask_to, boxes=boxes)
    if report is not None:
        clip_check.write_report(found, report)
    print(json.dumps(found) if as_json else "\n".join(clip_check.sentences(found)))
    raise typer.Exit(clip_check.exit_status(found))
