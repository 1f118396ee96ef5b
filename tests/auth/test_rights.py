from typing import get_args

import pytest

from streaming.auth.rights import RIGHTS, may_send
from streaming.domain.session import Role
from streaming.protocol.messages import ClientMessage

UNION, _ = get_args(ClientMessage)
MESSAGE_TYPES = {model.model_fields["type"].default for model in get_args(UNION)}

EXPECTED = {
    "media.want": {"operator", "expert", "observer"},
    "media.answer": {"operator", "expert", "observer"},
    "media.report": {"operator", "expert", "observer"},
    "clock.ping": {"operator", "expert", "observer"},
    "setup.open": {"operator"},
    "session.end": {"operator"},
    "session.restart": {"operator"},
    "hello": set(),
    "no.such.message": set(),
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
