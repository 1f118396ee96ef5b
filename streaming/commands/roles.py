"""``--role``: only what the command takes is offered, and refused as wrong usage otherwise."""

from collections.abc import Callable, Collection

import typer

from streaming.domain.session import Role


def listed(roles: Collection[Role]) -> str:
    """As the help shows a choice."""
    return f"[{'|'.join(roles)}]"


def one_of(roles: Collection[Role]) -> Callable[[str], Role]:
    """Reads the value of an option."""

    def read(text: str) -> Role:
        if text not in roles:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(roles)}.")
        return Role(text)

    return read
