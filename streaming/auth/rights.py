"""Which role may send which message: one table, asked again for every message.

``hello`` isn't in it: it is what gives a socket its role, and is refused ever after.
"""

from collections.abc import Mapping

from streaming.domain.session import PEOPLE, SEAT_ROLES, Role

_SEATED = frozenset(SEAT_ROLES)
_PEOPLE = frozenset(PEOPLE)
_OPERATOR = frozenset({Role.OPERATOR})
_EXPERT = frozenset({Role.EXPERT})
_ACTIVE = _OPERATOR | _EXPERT

RIGHTS: Mapping[str, frozenset[Role]] = {
    "media.want": _SEATED,
    "media.answer": _SEATED,
    "media.report": _SEATED,
    "clock.ping": _SEATED,
    "setup.open": _OPERATOR,
    "text.allow": _OPERATOR,
    "lookout.override": _OPERATOR,
    "session.end": _OPERATOR,
    "session.restart": _OPERATOR,
    "voice.state": _ACTIVE,
    "voice.mute": _ACTIVE,
    "camera.state": _OPERATOR | {Role.CAMERA},
    "audio.want": _PEOPLE,
    "hand.raise": _PEOPLE,
    "pointer": _ACTIVE,
    "stroke": _ACTIVE,
    "mark.add": _ACTIVE,
    "mark.remove": _ACTIVE,
    "board.clear": _ACTIVE,
    "freeze": _ACTIVE,
    "unfreeze": _ACTIVE,
    "probe.suggest": _EXPERT,
    "probe.reply": _OPERATOR,
    "consent.give": _OPERATOR,
    "consent.withdraw": _OPERATOR,
    "lead.give": _ACTIVE,
    "lobby.admit": _ACTIVE,
    "seat.kick": _ACTIVE,
    "call.ring": _OPERATOR,
    "call.cancel": _OPERATOR,
    "call.accept": _EXPERT,
}
"""Some need more than the role (the lead, a mark of one's own): the room asks for that."""


def may_send(role: Role, message_type: str) -> bool:
    """A message type without a row may be sent by nobody."""
    return role in RIGHTS.get(message_type, frozenset())
