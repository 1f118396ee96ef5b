"""The specifications name everything that is on the wire."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from streaming.auth.rights import RIGHTS
from streaming.domain.consult import DIRECTIONS
from streaming.domain.session import SEAT_ROLES, Role
from streaming.protocol import worker_link
from streaming.protocol.messages import ClientMessage, ServerMessage
from streaming.signaling.bodies import cookie_name
from streaming.signaling.client import CLOSE_CODES, MAX_WAITING
from streaming.signaling.conversation import BURST, MAX_ERRORS, RATE_PER_S
from streaming.signaling.websocket import MAX_MESSAGE_BYTES

DOCS = Path(__file__).parents[2] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text()
WORKER_LINK = (DOCS / "worker-link.md").read_text()


def models_of(union: Any) -> list[Any]:
    return list(get_args(get_args(union)[0]))


@pytest.mark.parametrize("model", models_of(ClientMessage) + models_of(ServerMessage))
def test_every_message_is_in_the_specification(model: Any) -> None:
    assert f"`{model.model_fields['type'].default}`" in PROTOCOL


@pytest.mark.parametrize("model", models_of(ClientMessage))
def test_every_field_a_client_sends_is_in_the_specification(model: Any) -> None:
    row = next(
        line
        for line in PROTOCOL.splitlines()
        if line.startswith("| `")
        and f"`{model.model_fields['type'].default}`" in line
        and "yes" not in line
    )
    for name in model.model_fields.keys() - {"type"}:
        assert f"`{name}`" in row


@pytest.mark.parametrize(("reason", "code"), CLOSE_CODES.items())
def test_every_close_code_is_in_the_specification(reason: str, code: int) -> None:
    assert f"| {code} | `{reason}` |" in PROTOCOL


def test_the_rights_in_the_specification_are_those_in_force() -> None:
    told: dict[str, set[Role]] = {}
    for line in PROTOCOL.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 1 + len(SEAT_ROLES) and set(cells[1:]) <= {"yes", "no"}:
            allowed = {
                role for role, cell in zip(SEAT_ROLES, cells[1:], strict=True) if cell == "yes"
            }
            told |= dict.fromkeys(re.findall(r"`([\w.]+)`", cells[0]), allowed)
    assert told == RIGHTS


def test_the_limits_in_the_specification_are_those_in_force() -> None:
    for figure in (
        f"{MAX_MESSAGE_BYTES:,} bytes",
        f"the {MAX_ERRORS}th such message",
        f"{RATE_PER_S} messages a second",
        f"burst {BURST}",
        f"{MAX_WAITING} messages",
    ):
        assert figure in " ".join(PROTOCOL.split())


def test_the_cookies_are_named() -> None:
    assert cookie_name(Role.OPERATOR) in PROTOCOL


@pytest.mark.parametrize("model", [*get_args(worker_link.Up), *get_args(worker_link.Down)])
def test_every_message_of_the_worker_link_is_in_its_specification(model: Any) -> None:
    assert f"| `{model.model_fields['type'].default}` |" in WORKER_LINK


def test_the_specification_has_the_directions_of_every_move() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ((?:`\w+` ?)+) \|$", PROTOCOL, re.M)
    named = {
        move: set(re.findall(r"`(\w+)`", directions))
        for moves, directions in rows
        for move in re.findall(r"`(\w+)`", moves)
    }
    for move, directions in DIRECTIONS.items():
        assert named[move] == set(directions)
