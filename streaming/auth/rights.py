"""Which role may send which message: one table, asked again for every message.

``hello`` isn't in it: it is what gives a socket its role, and is refused ever after.
"""

from collections.abc import Mapping

from streaming.domain.session import Role

_EVERYBODY = frozenset(Role)
_OPERATOR = frozenset({Role.OPERATOR})

RIGHTS: Mapping[str, frozenset[Role]] = {
    "media.want": _EVERYBODY,
    "media.answer": _EVERYBODY,
    "media.report": _EVERYBODY,
    "clock.ping": _EVERYBODY,
    "setup.open": _OPERATOR,
    "session.end": _OPERATOR,
    "session.restart": _OPERATOR,
}


def may_send(role: Role, message_type: str) -> bool:
    """A message type without a row may be sent by nobody."""
    return role in RIGHTS.get(message_type, frozenset())
