"""What a person may decide about text in the picture: that it identifies nobody, or that the
picture is wanted though nothing looks for any."""

from streaming.domain.errors import Unavailable
from streaming.protocol import lookout_messages as wire
from streaming.protocol.wire import Message
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.people import Member
from streaming.workflow.live.ports import AuditSink, Feed


class LookoutDesk(Desk):
    """Each decision is on record before it is done."""

    handles = frozenset({wire.TextAllow, wire.LookoutOverride})

    def __init__(self, room: str, *, audit: AuditSink) -> None:
        self._room = room
        self._audit = audit
        self._feed: Feed | None = None

    def bind(self, feed: Feed) -> None:
        self._feed = feed

    async def handle(self, member: Member, message: Message) -> None:
        if self._feed is None:
            raise Unavailable("room.no_source", "This room has no source.")
        match message:
            case wire.TextAllow(text=text_id):
                self._audit.record("text.allowed", seat=member.seat.id, room=self._room)
                self._feed.allow_text(text_id)
            case wire.LookoutOverride():
                self._audit.record("lookout.overridden", seat=member.seat.id, room=self._room)
                self._feed.override_watch()
