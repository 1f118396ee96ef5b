"""A part of a room's work with its own messages: voice, camera, the consult's log, the door.

The room knows who is here and what the scanner shows; everything else is done at desks. What a
desk isn't told of it does nothing about: each of these methods may be left as it is.
"""

from collections.abc import Mapping
from typing import ClassVar

from streaming.domain.frame import AudioFrame
from streaming.domain.session import SessionState
from streaming.protocol.wire import Message
from streaming.workflow.live.people import Member
from streaming.workflow.live.ports import Feed


class Desk:
    """``handles`` are the message types that are its own; the role's right to send one was checked
    before. Everything is called on the event loop, and only ``handle`` may wait."""

    handles: ClassVar[frozenset[type[Message]]] = frozenset()

    def bind(self, feed: Feed) -> None:
        """The room's feed, before anybody comes."""

    def entered(self, member: Member) -> None:
        """It was admitted and has an open socket, a new one perhaps; it was greeted."""

    def left(self, member: Member) -> None:
        """Its socket is gone; its media may go on and the seat may come back."""

    def gone(self, member: Member) -> None:
        """Neither socket nor media are left, or the seat was ended: the room forgets it."""

    def connected(self, member: Member) -> None:
        """``member.media`` is connected."""

    def disconnected(self, member: Member) -> None:
        """Its media is gone; ``member.media`` is already None, or the next one."""

    async def ended(self) -> None:
        """The session has ended; may wait. Raises as ``handle`` does."""

    def session_is(self, state: SessionState) -> None:
        """The session's new state."""

    def audio(self, frame: AudioFrame) -> None:
        """20 ms of the scanner's own sound."""

    async def handle(self, member: Member, message: Message) -> None:
        """Raises:
        SonopairError: told to the sender as ``error``.
        """
        raise NotImplementedError

    def figures(self) -> Mapping[str, float]:
        """For /metrics, by name."""
        return {}

    def counts(self) -> Mapping[str, int]:
        """For the end of a session: ``marks``, ``stills``, ``suggestions`` made in it."""
        return {}

    def facts(self) -> Mapping[str, str]:
        """For the end of a session: ``consent``, its basis or empty."""
        return {}

    async def close(self) -> None:
        """The node stops."""
