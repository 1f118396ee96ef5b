"""``sonopair turn``: the TURN server's configuration, and whether it works."""

from pathlib import Path
from typing import Annotated

import typer

turn_commands = typer.Typer(
    no_args_is_help=True,
    help="The TURN server, which leads browsers past firewalls that block UDP.",
)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
]


@turn_commands.command("config")
def config(
    config: ConfigOption,
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file on the TURN server's machine.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key there.")] = None,
    listen: Annotated[
        list[str] | None, typer.Option(help="Address to listen on and relay from; repeatable.")
    ] = None,
    external: Annotated[
        list[str] | None,
        typer.Option(help="PUBLIC or PUBLIC/PRIVATE address, behind address translation."),
    ] = None,
) -> None:
    """Print coturn's configuration for this node.

    It holds the shared secret, and lets the relay reach the node and nothing else.

    \b
    Example:
      sonopair turn config -c sonopair.toml --certificate /etc/turn/fullchain.pem \\
        --key /etc/turn/privkey.pem | sudo install -m 640 -g turnserver /dev/stdin \\
        /etc/turnserver.conf
    """
    from streaming.commands.turn_config import Machine, coturn_config
    from streaming.config import load_settings

    machine = Machine(certificate, key, tuple(listen or ()), tuple(external or ()))
    print(coturn_config(load_settings(config), machine), end="")


@turn_commands.command("check")
def check(
    config: ConfigOption,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")] = False,
) -> None:
    """Try the TURN server out: what it must do, and what it must refuse.

    Run it on the node's machine; before the node is started it listens in its place.

    \b
    Example:
      sonopair turn check --config sonopair.toml
    """
    from streaming.commands.findings import report
    from streaming.commands.turn_check import run_check
    from streaming.config import load_settings

    raise typer.Exit(report(run_check(load_settings(config)), as_json=as_json))
