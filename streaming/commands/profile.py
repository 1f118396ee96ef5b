"""``sonopair profile``: what may leave a scanner's picture, as a file."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from streaming.domain.errors import BadInput

profile_commands = typer.Typer(no_args_is_help=True, help="Scanner profiles.")

JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


@profile_commands.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Scanner profile (TOML).")],
    as_json: JsonOption = False,
) -> None:
    """Read a scanner profile and say what it lets through.

    \b
    Example:
      sonopair profile check sonosite.toml
    """
    from streaming.profiles import read_profile

    profile = read_profile(file)
    regions = len(profile.regions)
    if as_json:
        size = {"width": profile.size.width, "height": profile.size.height}
        print(json.dumps({"ok": True, "name": profile.name, "size": size, "regions": regions}))
    else:
        print(f"{profile.name}: {profile.size}, {_count(regions)}")


@profile_commands.command("propose")
def propose(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="The source, as `sonopair demo --source` takes it")
    ],
    seconds: Annotated[float, typer.Option(help="How long to look.", min=1, max=10)] = 5.0,
    name: Annotated[str, typer.Option(help="The profile's name.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it there; - is standard output.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at a source for some seconds and draw a profile around the ultrasound.

    Hold the probe to somebody and move it meanwhile. The pictures stay in this process. What is
    written is a proposal: it is refused until a person has looked at it and taken its line
    `confirmed = false` out.

    \b
    Examples:
      sonopair profile propose v4l2:/dev/video0 --output sonosite.toml
      sonopair profile propose file:cine.dcm --seconds 3 --json
    """
    from streaming.commands.propose import propose_profile

    print(f"Looking for {seconds:g} seconds: move the probe.", file=sys.stderr)
    proposed = propose_profile(spec, seconds=seconds, name=name)
    if output is not None and str(output) != "-":
        _write(output, proposed.toml)
    profile, proposal = proposed.profile, proposed.proposal
    if as_json:
        found: dict[str, Any] = {
            "ok": True,
            "code": proposal.code,
            "sureness": proposal.sureness,
            "size": {"width": profile.size.width, "height": profile.size.height},
            "regions": len(profile.regions),
            "toml": proposed.toml,
        }
        print(json.dumps(found))
        return
    if output is None or str(output) == "-":
        print(proposed.toml, end="")
    print(f"{profile.name}: {_count(len(profile.regions))}. {proposal.advice}", file=sys.stderr)


def _count(regions: int) -> str:
    return f"{regions} {'region' if regions == 1 else 'regions'}"


def _write(file: Path, toml: str) -> None:
    """Never over a file that is there: it may be the one that is in force."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(toml)
    except FileExistsError:
        raise BadInput(
            "cli.file_exists", f"{file} is there already", fix="give another --output"
        ) from None
    except OSError as error:
        raise BadInput(
            "cli.unwritable", f"{file} can't be written: {error.strerror}", fix="check the path"
        ) from None
