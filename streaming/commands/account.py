"""``sonopair account``: who may sign in."""

import json
from pathlib import Path
from typing import Annotated

import typer

from streaming.commands.roles import listed, one_of
from streaming.domain.account import ACCOUNT_ROLES
from streaming.domain.session import Role

account_commands = typer.Typer(no_args_is_help=True, help="People who sign in by name.")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="Settings file (TOML); see docs/settings.md.")
]
LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="The name they sign in with.")]
RolesOption = Annotated[
    list[Role],
    typer.Option(
        "--role",
        help="What they may do; may be repeated.",
        parser=one_of(ACCOUNT_ROLES),
        metavar=listed(ACCOUNT_ROLES),
    ),
]


@account_commands.command("add")
def add(
    login: LoginArgument,
    config: ConfigOption,
    role: RolesOption,
    name: Annotated[str, typer.Option(help="How others see them.")] = "",
) -> None:
    """Add an account and print its one-time password.

    It is shown this once, and must be changed at the first sign-in.

    \b
    Examples:
      sonopair account add ito --name "Dr. Ito" --role expert --config sonopair.toml
      sonopair account add marie --role operator --role observer -c sonopair.toml
    """
    from streaming.commands import accounts
    from streaming.config import load_settings

    print(accounts.add(load_settings(config), login=login, name=name, roles=role))


@account_commands.command("list")
def list_all(
    config: ConfigOption,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")] = False,
) -> None:
    """List every account.

    \b
    Examples:
      sonopair account list --config sonopair.toml
      sonopair account list -c sonopair.toml --json
    """
    from streaming.commands import accounts
    from streaming.config import load_settings

    found = accounts.list_accounts(load_settings(config))
    rows = [
        {
            "login": account.login,
            "name": account.name,
            "roles": sorted(account.roles),
            "disabled": account.disabled,
        }
        for account in found
    ]
    if as_json:
        print(json.dumps(rows))
        return
    for account in found:
        state = "  disabled" if account.disabled else ""
        print(f"{account.login}  {account.name}  {', '.join(sorted(account.roles))}{state}")
    if not found:
        print("There is no account yet; sonopair account add --help says how to make one.")


@account_commands.command("disable")
def disable(
    login: LoginArgument,
    config: ConfigOption,
    undo: Annotated[bool, typer.Option("--undo", help="Let them sign in again.")] = False,
) -> None:
    """Keep somebody from signing in.

    Their sessions end at once and their seats within two seconds, also on a running node.

    \b
    Examples:
      sonopair account disable ito --config sonopair.toml
      sonopair account disable ito --undo -c sonopair.toml
    """
    from streaming.commands import accounts
    from streaming.config import load_settings

    account = accounts.change(load_settings(config), login, disabled=not undo)
    print(f"{account.login} is {'disabled' if account.disabled else 'enabled'}")


@account_commands.command("roles")
def roles(login: LoginArgument, config: ConfigOption, role: RolesOption) -> None:
    """Give an account these roles and no others.

    Seats that they don't give any more end within two seconds.

    \b
    Example:
      sonopair account roles ito --role expert --role reviewer --config sonopair.toml
    """
    from streaming.commands import accounts
    from streaming.config import load_settings

    account = accounts.change(load_settings(config), login, roles=role)
    print(f"{account.login}: {', '.join(sorted(account.roles))}")


@account_commands.command("password")
def password(login: LoginArgument, config: ConfigOption) -> None:
    """Print a new one-time password.

    Whoever is signed in by the old one isn't any more.

    \b
    Example:
      sonopair account password ito --config sonopair.toml
    """
    from streaming.commands import accounts
    from streaming.config import load_settings

    print(accounts.reset_password(load_settings(config), login))
