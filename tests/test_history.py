"""The checker finds what it is there for."""

from collections.abc import Callable

import pytest

from streaming.protocol import consult_messages as wire
from streaming.protocol.messages import ConsultEvent
from tests.history import History, Socket, come_to


def line(seq: int, *, by: str = "expert-1", order: str | None = None) -> ConsultEvent:
    freeze = wire.Frozen(still=f"consult-{seq}", captured_at_ns=seq)
    order = f"order-{seq:04}" if order is None else order
    return ConsultEvent(consult="consult", seq=seq, id=order, by=by, at_ns=0, event=freeze)


LOG = [line(1), line(2), line(3)]


def good() -> History:
    """Two sockets: one from the beginning, one that came later and was acknowledged again."""
    first = Socket("expert-1", [come_to("consult", []), *LOG])
    second = Socket("expert-1", [come_to("consult", LOG[:2]), LOG[0], LOG[2]])
    return History({line.id: line.by for line in LOG}, [first, second])


def test_a_good_history_is_good() -> None:
    good().check({"consult": LOG})


def forget_the_last(history: History) -> list[ConsultEvent]:
    return LOG[:-1]


def keep_twice(history: History) -> list[ConsultEvent]:
    return [*LOG, line(4, order="order-0001")]


def keep_with_a_gap(history: History) -> list[ConsultEvent]:
    return [LOG[0], LOG[2]]


def keep_what_nobody_sent(history: History) -> list[ConsultEvent]:
    return [*LOG, line(4)]


def keep_as_somebody_elses(history: History) -> list[ConsultEvent]:
    return [*LOG[:-1], line(3, by="expert-2")]


def leave_one_out(history: History) -> list[ConsultEvent]:
    del history.sockets[0].seen[2]
    return LOG


def tell_out_of_turn(history: History) -> list[ConsultEvent]:
    seen = history.sockets[0].seen
    seen[1], seen[2] = seen[2], seen[1]
    return LOG


def tell_differently(history: History) -> list[ConsultEvent]:
    history.sockets[1].seen[-1] = LOG[2].model_copy(update={"event": wire.Unfrozen()})
    return LOG


def tell_an_old_state(history: History) -> list[ConsultEvent]:
    history.sockets[1].seen[0] = come_to("consult", LOG[:1]).model_copy(update={"seq": 2})
    return LOG


def tell_others_again(history: History) -> list[ConsultEvent]:
    history.sockets[1].seat = "observer"
    return LOG


@pytest.mark.parametrize(
    "fault",
    [
        forget_the_last,
        keep_twice,
        keep_with_a_gap,
        keep_what_nobody_sent,
        keep_as_somebody_elses,
        leave_one_out,
        tell_out_of_turn,
        tell_differently,
        tell_an_old_state,
        tell_others_again,
    ],
)
def test_each_fault_is_found(fault: Callable[[History], list[ConsultEvent]]) -> None:
    history = good()
    log = fault(history)
    with pytest.raises((AssertionError, IndexError)):
        history.check({"consult": log})
