"""The ``sonopair`` command. Imports are inside the commands, so that ``--help`` answers at once.

With ``--json`` stdout holds JSON and nothing else; the log always goes to stderr. An error is
``error [code]: message`` and ``fix: …`` on stderr, and the exit status is the error's own.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperCommand

from streaming.commands.account import account_commands
from streaming.commands.audit import audit_commands
from streaming.commands.dicom import dicom_commands
from streaming.commands.gate import gate_commands
from streaming.commands.prior import prior_commands
from streaming.commands.profile import profile_commands
from streaming.commands.roles import listed, one_of
from streaming.commands.tls import tls_commands
from streaming.commands.turn import turn_commands
from streaming.domain.errors import BadInput, SonopairError
from streaming.domain.session import SEAT_ROLES, Role

INTERRUPTED_STATUS = 130

_UsageError = cast(type[typer.BadParameter], typer.BadParameter.__mro__[1])
"""Click's base of every wrong option or argument; Typer carries a copy of Click under a private
name."""

app = typer.Typer(
    name="sonopair",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(profile_commands, name="profile")
app.add_typer(audit_commands, name="audit")
app.add_typer(tls_commands, name="tls")
app.add_typer(turn_commands, name="turn")
app.add_typer(account_commands, name="account")
app.add_typer(gate_commands)
app.add_typer(prior_commands)
app.add_typer(dicom_commands, name="dicom")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
]
OptionalConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings file (TOML).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log everything.")]
RoomOption = Annotated[str, typer.Option("--room", help="The room's name.")]


def main() -> None:
    """Entry point: errors with a code become two lines and an exit status."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except SonopairError as error:
        _fail(error)
    except _UsageError as error:
        _fail(_usage(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED_STATUS)


def _usage(error: typer.BadParameter) -> BadInput:
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the whole help
        print(error.format_message())
        sys.exit(BadInput.exit_status)
    where = error.ctx.command_path if error.ctx else "sonopair"
    return BadInput("cli.usage", error.format_message(), fix=f"`{where} --help` says what it takes")


def _fail(error: SonopairError) -> NoReturn:
    print(f"error [{error.code}]: {str(error).rstrip('.')}", file=sys.stderr)
    if error.fix:
        print(f"fix: {error.fix}", file=sys.stderr)
    sys.exit(error.exit_status)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"sonopair {version('sonopair')}")
        raise typer.Exit


@app.callback()
def sonopair(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Tele-ultrasound from your own machine to an expert's browser.

    \b
    Try it:         sonopair demo
    Run it:         sonopair serve --config sonopair.toml
    Something off:  sonopair doctor
    """


class _WithSources(TyperCommand):
    """Lists the kinds of sources below its help; capture is loaded only then."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from streaming.capture.spec import SPECS

        with formatter.section("SPEC"):
            for line in SPECS:
                formatter.write_text(line.form)
                with formatter.indentation():
                    example = f"  (for example {line.example})" if line.example != line.form else ""
                    formatter.write_text(line.meaning + example)


@app.command(cls=_WithSources)
def demo(
    source: Annotated[
        str, typer.Option(metavar="SPEC", help="What to show; the kinds are listed below.")
    ] = "",
    profile: Annotated[Path | None, typer.Option(help="Confirmed scanner profile (TOML).")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65_535)
    ] = None,
    lan: Annotated[
        bool, typer.Option("--lan", help="Let phones and computers of this network in, over TLS.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Don't open the browser.")
    ] = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show a masked, moving picture in the browser.

    Without --source it is a real cardiac cine on a scanner-like screen, with its own profile.
    With --source and no --profile the picture stays black until one is confirmed.

    \b
    Examples:
      sonopair demo
      sonopair demo --lan
      sonopair demo --source v4l2:/dev/video0 --profile sonosite.toml
      sonopair demo --source file:cine.dcm --port 0 --no-browser --json
      ffmpeg -i in.mp4 -f yuv4mpegpipe - | sonopair demo --source y4m:-
    """
    from streaming.commands.demo import demo_settings
    from streaming.commands.node import run_node
    from streaming.profiles import read_profile

    settings = demo_settings(source=source, profile=profile, host=host, port=port, lan=lan)
    (room,) = settings.rooms
    if room.profile is not None:
        read_profile(room.profile)
    else:
        print(
            "Without --profile the picture stays black until a person has confirmed a mask for "
            "this source: open the cart's set-up page.",
            file=sys.stderr,
        )
    run_node(
        settings,
        as_json=as_json,
        verbose=verbose,
        open_browser=not no_browser,
        open_links=True,
    )


@app.command()
def serve(config: ConfigOption, as_json: JsonOption = False) -> None:
    """Run a node until it is interrupted.

    Links for people are made with `sonopair invite`, accounts with `sonopair account`, also while
    the node runs. The first start makes the account admin and shows its password once.

    \b
    Example:
      sonopair serve --config /etc/sonopair/sonopair.toml
    """
    from streaming.commands.accounts import make_first_admin
    from streaming.commands.node import run_node
    from streaming.commands.sources import require_sources
    from streaming.config import load_settings

    settings = load_settings(config)
    require_sources(settings)
    if not settings.rooms:
        print(
            f"There is no room yet. Add one to {config} and start again, for example:\n"
            '  [[rooms]]\n  name = "echo-1"\n  source = "v4l2:/dev/video0"',
            file=sys.stderr,
        )
    if told := make_first_admin(settings, on_terminal=sys.stderr.isatty()):
        print(told, file=sys.stderr)
    run_node(settings, as_json=as_json, verbose=True)


@app.command()
def invite(
    config: ConfigOption,
    room: RoomOption,
    role: Annotated[
        Role,
        typer.Option(
            help="What the guest may do.", parser=one_of(SEAT_ROLES), metavar=listed(SEAT_ROLES)
        ),
    ] = Role.EXPERT,
    uses: Annotated[int, typer.Option(help="Seats the link gives.", min=1, max=1_000)] = 1,
    hours: Annotated[float, typer.Option(help="How long it lasts.", min=0.01, max=8_760)] = 24.0,
) -> None:
    """Print a link that gives a seat in a room.

    It is shown once: the node keeps only a digest of it.

    \b
    Examples:
      sonopair invite --config sonopair.toml --room echo-1
      sonopair invite --config sonopair.toml --room echo-1 --role observer --uses 20 --hours 2
    """
    from streaming.commands import access
    from streaming.config import load_settings
    from streaming.links import invite_link

    settings = load_settings(config)
    secret = access.invite(settings, room=room, role=role, uses=uses, lifetime_s=int(hours * 3_600))
    print(invite_link(settings.origin(settings.listen.port), role, secret))


@app.command()
def revoke(
    config: ConfigOption,
    room: RoomOption,
    role: Annotated[
        Role | None,
        typer.Option(
            help="Only seats of this role.", parser=one_of(SEAT_ROLES), metavar=listed(SEAT_ROLES)
        ),
    ] = None,
) -> None:
    """End the seats of a room.

    Their sockets and pictures end within two seconds, also on a running node, and the room's
    invitations are spent: whoever may come back needs a new one. Without --role, or with
    --role observer, WHEP players end as well.

    \b
    Example:
      sonopair revoke --config sonopair.toml --room echo-1 --role observer
    """
    from streaming.commands import access
    from streaming.config import load_settings

    ended = access.revoke(load_settings(config), room=room, role=role)
    print(f"{ended} {'seat' if ended == 1 else 'seats'} ended")


@app.command()
def grant(config: ConfigOption, room: RoomOption) -> None:
    """Print a token for a WHEP player.

    It lives for five minutes and starts one player, once.

    \b
    Example:
      curl -H "Authorization: Bearer $(sonopair grant -c sonopair.toml --room echo-1)" \\
           -H "Content-Type: application/sdp" --data-binary @offer.sdp \\
           https://echo.example.org/whep/echo-1
    """
    from streaming.commands import access
    from streaming.config import load_settings

    print(access.grant(load_settings(config), room=room))


@app.command()
def devices(as_json: JsonOption = False) -> None:
    """List this machine's capture devices.

    \b
    Examples:
      sonopair devices
      sonopair devices --json
    """
    from streaming.capture.devices import list_devices

    found = list_devices()
    if as_json:
        print(json.dumps([asdict(device) | {"spec": device.spec} for device in found], default=str))
        return
    for device in found:
        print(f"{device.spec}  {device.name}".rstrip())
        for mode in device.modes:
            print(f"    {mode.fourcc} {mode.size} up to {float(mode.rate):g} a second")
        if device.problem:
            print(f"    {device.problem}")
    if not found:
        print("No capture device was found. Other sources: demo: phantom: file:PATH rtsp://… y4m:-")


@app.command()
def doctor(config: OptionalConfigOption = None, as_json: JsonOption = False) -> None:
    """Name every problem of this machine, with its fix.

    \b
    Examples:
      sonopair doctor
      sonopair doctor --config sonopair.toml --json
    """
    from streaming.commands.doctor import examine
    from streaming.commands.findings import report

    raise typer.Exit(report(examine(config), as_json=as_json))


if __name__ == "__main__":
    main()
