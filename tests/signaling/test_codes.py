"""docs/protocol.md names every code that can reach a client, and none that can't."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from streaming.protocol.messages import CLIENT_MESSAGE, SERVER_MESSAGE
from streaming.signaling.pages import PAGES

ROOT = Path(__file__).parents[2]
FAMILIES = (
    *("account", "board", "call", "camera", "consent", "consult", "freeze", "lead", "lobby"),
    *("encounter", "label"),
    *("login", "oidc", "password", "probe", "still", "turn", "voice", "worklist"),
    *("encoder", "grant", "hello", "invite", "mask", "media", "message", "metrics", "peer"),
    *("player", "profile", "request", "right", "room", "sdp", "seat", "server", "session"),
    *("source", "still", "store", "ticket", "ws"),
)
LOOKS_LIKE_ONE = re.compile(rf"({'|'.join(FAMILIES)})\.([a-z0-9_]*[a-z0-9]|[a-z0-9_]*{{)")
FLOORS = (
    *("auth", "capture", "domain", "feed", "picture", "protocol", "signaling", "store", "uplink"),
    *("webrtc", "workflow"),
)
TOLD_TO_OTHERS = ("record", "report", "alarm", "passes")
"""What is passed to these goes to the audit trail."""
AT_START = {"media.advertise", "media.host", "media.port", "store.newer", "store.upgrade"}
"""The node doesn't start with these, so that there is no client."""


def test_the_protocol_names_every_code_that_can_reach_a_client_and_no_other() -> None:
    codes, prefixes = codes_of_the_source()
    assert codes - documented() == set()
    unknown = {code for code in documented() - codes if not code.startswith(tuple(prefixes))}
    assert unknown == set()
    for prefix in prefixes:
        assert any(code.startswith(prefix) for code in documented()), prefix


def test_a_code_that_is_made_is_found() -> None:
    text = """def f():
        audit.record("seat.taken" if new else "seat.kept", seat="seat.id")
        raise BadInput("seat.unknown", "No seat.")
        raise BadInput(f"source.device_{what}", "No.")"""
    assert set(literals(ast.parse(text))) == {"seat.unknown", "source.device_{"}


def codes_of_the_source() -> tuple[set[str], set[str]]:
    """Whole codes, and the beginnings of those that are put together."""
    found: set[str] = set()
    for floor in FLOORS:
        for file in (ROOT / "streaming" / floor).rglob("*.py"):
            found |= set(literals(ast.parse(file.read_text())))
    found -= AT_START | message_types() | set(PAGES.values())
    prefixes = {code for code in found if code.endswith("{")}
    return found - prefixes, {prefix[:-1] for prefix in prefixes}


def literals(tree: ast.AST) -> Iterator[str]:
    """Strings that look like a code; one that goes on with a value ends with a brace."""
    elsewhere = {id(node) for call in ast.walk(tree) for node in told_to_others(call)}
    for node in ast.walk(tree):
        if id(node) in elsewhere:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            text = str(node.values[0].value) + "{"
        else:
            continue
        if LOOKS_LIKE_ONE.fullmatch(text):
            yield text


def told_to_others(call: ast.AST) -> Iterator[ast.AST]:
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr.lstrip("_") in TOLD_TO_OTHERS
    ):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            yield from ast.walk(argument)


def message_types() -> set[str]:
    schemas = (CLIENT_MESSAGE.json_schema(), SERVER_MESSAGE.json_schema())
    return {name for schema in schemas for name in schema["discriminator"]["mapping"]}


def documented() -> set[str]:
    """The codes of the first column of the tables below "Codes"."""
    text = (ROOT / "docs" / "protocol.md").read_text().partition("\n## Codes\n")[2]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row)} - {"internal"}
