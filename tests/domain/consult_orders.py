"""Orders and commands as tests make them, by hand and at random."""

from hypothesis import strategies as st

from streaming.domain.board import POINTS_OF_KIND, Mark
from streaming.domain.consult import (
    DIRECTIONS,
    ConsentBasis,
    MarkKind,
    ProbeAmount,
    ProbeAnswer,
    ProbeMove,
)
from streaming.domain.consult_events import (
    AddMark,
    ClearBoard,
    Command,
    FreezeFrame,
    GiveConsent,
    GiveLead,
    GoOn,
    Order,
    RemoveMark,
    Reply,
    Suggest,
    WithdrawConsent,
)
from streaming.domain.session import Role

OPERATOR, FIRST, SECOND = "operator", "expert-1", "expert-2"
ROLES = {OPERATOR: Role.OPERATOR, FIRST: Role.EXPERT, SECOND: Role.EXPERT}
NAMES = tuple(f"name-{number:04}" for number in range(6))
"""Few, so that marks and suggestions meet."""


def order(command: Command, *, by: str = FIRST, named: str = "order-0001") -> Order:
    return Order(named, by, ROLES[by], command)


def mark(named: str = "mark-0001", *, count: int = 2, still: str = "") -> Mark:
    points = tuple(number / (2 * count) for number in range(2 * count))
    return Mark(named, MarkKind.PEN, points, captured_at_ns=7, still=still)


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    kind = draw(st.sampled_from(MarkKind))
    count = draw(st.integers(POINTS_OF_KIND[kind][0], min(POINTS_OF_KIND[kind][-1], 4)))
    coordinate = st.floats(0, 1)
    return Mark(
        id=draw(st.sampled_from(NAMES)),
        kind=kind,
        points=tuple(draw(st.lists(coordinate, min_size=2 * count, max_size=2 * count))),
        captured_at_ns=draw(st.integers(0, 2**63 - 1)),
        text="liver" if kind is MarkKind.LABEL else "",
    )


@st.composite
def suggestions(draw: st.DrawFn) -> Suggest:
    move = draw(st.sampled_from(ProbeMove))
    direction = draw(st.sampled_from(DIRECTIONS[move]))
    return Suggest(move, direction, draw(st.sampled_from(ProbeAmount)))


COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(AddMark, marks()),
    st.builds(RemoveMark, st.sampled_from(NAMES)),
    st.builds(ClearBoard, st.booleans()),
    st.builds(FreezeFrame, st.integers(0, 2**63 - 1)),
    st.just(GoOn()),
    suggestions(),
    st.builds(Reply, st.sampled_from(NAMES), st.sampled_from(ProbeAnswer)),
    st.builds(GiveConsent, st.sampled_from(ConsentBasis), st.booleans()),
    st.just(WithdrawConsent()),
    st.builds(GiveLead, st.sampled_from((OPERATOR, FIRST, SECOND, "stranger"))),
)
"""Well-formed ones, as ``check`` lets through."""


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Ids are few as well: some are sent again, by the same seat or another."""
    by = draw(st.sampled_from((OPERATOR, FIRST, SECOND)))
    return Order(draw(st.sampled_from(NAMES)), by, ROLES[by], draw(COMMANDS))
