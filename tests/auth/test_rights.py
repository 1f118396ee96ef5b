from typing import get_args

import pytest

from streaming.auth.rights import RIGHTS, may_send
from streaming.domain.session import Role
from streaming.protocol.messages import ClientMessage

UNION, _ = get_args(ClientMessage)
MESSAGE_TYPES = {model.model_fields["type"].default for model in get_args(UNION)}

SEATED = {"operator", "expert", "observer", "camera"}
PEOPLE = {"operator", "expert", "observer"}
ACTIVE = {"operator", "expert"}
OPERATOR, EXPERT = {"operator"}, {"expert"}
NOBODY: set[str] = set()

EXPECTED = {
    **dict.fromkeys(("media.want", "media.answer", "media.report", "clock.ping"), SEATED),
    **dict.fromkeys(("audio.want", "hand.raise"), PEOPLE),
    **dict.fromkeys(("voice.state", "voice.mute", "pointer", "stroke"), ACTIVE),
    **dict.fromkeys(("mark.add", "mark.remove", "board.clear"), ACTIVE),
    **dict.fromkeys(("freeze", "unfreeze", "lead.give", "lobby.admit", "seat.kick"), ACTIVE),
    **dict.fromkeys(("setup.open", "session.end", "session.restart", "probe.reply"), OPERATOR),
    **dict.fromkeys(("text.allow", "lookout.override"), OPERATOR),
    **dict.fromkeys(("consent.give", "consent.withdraw", "call.ring", "call.cancel"), OPERATOR),
    **dict.fromkeys(("probe.suggest", "call.accept"), EXPERT),
    "camera.state": {"operator", "camera"},
    "hello": NOBODY,
    "no.such.message": NOBODY,
}


def test_every_message_of_the_protocol_has_a_decision() -> None:
    assert RIGHTS.keys() == MESSAGE_TYPES - {"hello"}
    assert EXPECTED.keys() >= MESSAGE_TYPES


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("message_type", sorted(EXPECTED))
def test_each_role_may_send_exactly_what_the_specification_says(
    role: Role, message_type: str
) -> None:
    assert may_send(role, message_type) == (role.value in EXPECTED[message_type])
