import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.domain.consult import ConsentBasis, ProbeAmount, ProbeDirection, ProbeMove
from streaming.domain.consult_events import (
    AddMark,
    ClearBoard,
    Entry,
    FreezeFrame,
    GiveConsent,
    LeadGiven,
    Order,
    Suggest,
    Unfrozen,
)
from streaming.domain.consult_log import MAX_HANDLED, ConsultLog, Draft
from streaming.domain.consult_rules import Around
from streaming.domain.consult_state import (
    MAX_STILLS,
    MAX_SUGGESTIONS,
    ConsultState,
    Tally,
    apply,
    fold,
)
from streaming.domain.errors import SonopairError
from tests.domain.consult_orders import FIRST, OPERATOR, ROLES, SECOND, mark, order, orders

AROUND = Around((FIRST, SECOND), frozenset({OPERATOR, FIRST, SECOND}))


def drafted(log: ConsultLog) -> Draft:
    return Draft(log, at_ms=1_000, at_ns=5)


def taken(log: ConsultLog, *wanted: Order) -> list[bool | str]:
    """What became of each order; what they lead to is added to the log."""
    draft, answers = drafted(log), list[bool | str]()
    for one in wanted:
        try:
            answers.append(draft.take(one, AROUND))
        except SonopairError as error:
            answers.append(error.code)
    for entry in draft.entries:
        log.add(entry)
    return answers


@given(st.lists(orders(), max_size=40), st.data())
def test_any_interleaving_of_orders_folds_to_the_same_state_everywhere(
    wanted: list[Order], data: st.DataObject
) -> None:
    log, entries = ConsultLog("consult"), list[Entry]()
    while wanted:
        size = data.draw(st.integers(1, len(wanted)))
        draft = drafted(log)
        if not log.state.lead:
            draft.settle_lead(AROUND)
        for one in wanted[:size]:
            try:
                draft.take(one, AROUND)
            except SonopairError as error:
                assert error.code
        wanted = wanted[size:]
        for entry in draft.entries:
            log.add(entry)
        entries += draft.entries
        assert draft.state == log.state
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert fold("consult", tuple(entries)) == log.state
    assert ConsultLog("consult", entries).state == log.state
    ids = [entry.id for entry in entries if entry.id]
    assert len(ids) == len(set(ids))


def test_an_order_sent_again_changes_nothing() -> None:
    log = ConsultLog("consult")
    one = order(AddMark(mark()))
    assert taken(log, one, one) == [True, False]
    assert taken(log, one) == [False]
    assert (log.state.seq, log.asked_by(one.id)) == (1, FIRST)


def test_an_order_sent_again_changes_nothing_even_when_it_says_something_else() -> None:
    log = ConsultLog("consult")
    assert taken(log, order(AddMark(mark()))) == [True]
    assert taken(log, order(ClearBoard(everything=False))) == [False]
    assert len(log.state.board.marks) == 1


def test_somebody_elses_id_is_refused() -> None:
    log = ConsultLog("consult")
    first, second = order(AddMark(mark())), order(AddMark(mark("m2")), by=SECOND)
    assert taken(log, first, second) == [True, "consult.id_taken"]
    assert taken(log, second) == ["consult.id_taken"]


def test_a_refused_order_may_be_sent_again_with_its_id() -> None:
    log = ConsultLog("consult")
    suggestion = Suggest(ProbeMove.FAN, ProbeDirection.TOWARD_HEAD, ProbeAmount.A_LOT)
    assert taken(log, order(suggestion)) == ["probe.not_lead"]
    draft = drafted(log)
    draft.settle_lead(AROUND)
    assert draft.take(order(suggestion), AROUND)


def test_a_draft_that_is_dropped_leaves_no_trace() -> None:
    log = ConsultLog("consult")
    assert drafted(log).take(order(AddMark(mark())), AROUND)
    assert (log.state, log.asked_by("order-0001")) == (ConsultState("consult"), None)
    assert taken(log, order(AddMark(mark()))) == [True]


def test_a_seat_is_told_its_newest_ids_and_no_others() -> None:
    log = ConsultLog("consult")
    for number in range(MAX_HANDLED + 2):
        taken(log, order(FreezeFrame(number), named=f"order-{number:04}"))
    taken(log, order(FreezeFrame(1), by=SECOND, named="another-01"))
    assert log.handled(FIRST) == [f"order-{number:04}" for number in range(2, MAX_HANDLED + 2)]
    assert (log.handled(SECOND), log.handled(OPERATOR)) == (["another-01"], [])


def test_history_is_bounded_and_the_tally_is_not() -> None:
    log = ConsultLog("consult", [Entry(1, "", "", 0, LeadGiven(FIRST))])
    suggestion = Suggest(ProbeMove.FAN, ProbeDirection.TOWARD_HEAD, ProbeAmount.A_LOT)
    count = MAX_STILLS + 1
    for number in range(count):
        taken(log, order(suggestion, named=f"suggest-{number:04}"))
        taken(log, order(FreezeFrame(number), named=f"freeze-{number:04}"))
    state = log.state
    assert len(state.suggestions) == MAX_SUGGESTIONS
    assert state.suggestions[-1].id == f"suggest-{count - 1:04}"
    assert (len(state.stills), state.stills[-1]) == (MAX_STILLS, f"consult-{state.seq}")
    assert state.tally == Tally(marks=0, stills=count, suggestions=count)
    assert state.asked == {"": 1, FIRST: 2 * count}


def test_the_node_acts_without_an_id() -> None:
    draft = drafted(ConsultLog("consult"))
    draft.settle_lead(AROUND)
    assert draft.entries == [Entry(1, "", "", 1_000, LeadGiven(FIRST), 5)]


@pytest.mark.parametrize("seq", [0, 1, 3])
def test_a_log_with_a_gap_is_refused(seq: int) -> None:
    state = ConsultState("consult", seq=1)
    with pytest.raises(ValueError, match="can't follow"):
        apply(state, Entry(seq, "", "", 0, Unfrozen()))


def test_consent_and_roles_are_those_of_the_order() -> None:
    log = ConsultLog("consult")
    consent = GiveConsent(ConsentBasis.REPRESENTATIVE, teaching=True)
    taken(log, Order("order-0001", OPERATOR, ROLES[OPERATOR], consent))
    assert log.state.consent is not None
    assert (log.state.consent.basis, log.state.consent.teaching) == (consent.basis, True)
