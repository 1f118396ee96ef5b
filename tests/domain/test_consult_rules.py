from dataclasses import replace

import pytest

from streaming.domain.board import MAX_MARKS, Board, Drawn
from streaming.domain.consult import (
    DIRECTIONS,
    ConsentBasis,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.domain.consult_events import (
    AddMark,
    ClearBoard,
    Command,
    ConsentGiven,
    ConsentWithdrawn,
    Event,
    FreezeFrame,
    Frozen,
    GiveConsent,
    GiveLead,
    GoOn,
    LeadGiven,
    MarkAdded,
    MarksRemoved,
    RemoveMark,
    Replied,
    Reply,
    Suggest,
    Suggested,
    Unfrozen,
    WithdrawConsent,
)
from streaming.domain.consult_rules import (
    KEPT_FOR_OPERATOR,
    MAX_EVENTS,
    MAX_EVENTS_OF_SEAT,
    Around,
    check,
    decide,
    settle_lead,
)
from streaming.domain.consult_state import (
    Consent,
    ConsultState,
    Freeze,
    Suggestion,
)
from streaming.domain.errors import BadInput, SonopairError
from tests.domain.consult_orders import FIRST, OPERATOR, SECOND, mark, order

START = ConsultState("consult", seq=9, lead=FIRST)
EVERYBODY = Around((FIRST, SECOND), frozenset({OPERATOR, FIRST, SECOND}))
ROCK = Suggest(ProbeMove.ROCK, ProbeDirection.TOWARD_MARKER, ProbeAmount.A_LITTLE)


def outcome(
    state: ConsultState, command: Command, *, by: str, around: Around = EVERYBODY
) -> Event | str:
    """The event, or the code of the refusal."""
    try:
        return decide(state, order(command, by=by), around)
    except SonopairError as error:
        return error.code


def drawn(**names: str) -> ConsultState:
    """Marks by name, and who drew them."""
    board = Board()
    for name, by in names.items():
        board = board.with_mark(Drawn(by, mark(name)))
    return replace(START, board=board)


# ---- marks -----------------------------------------------------------------------------------


def test_a_mark_is_kept_with_coordinates_of_five_decimals() -> None:
    drawn = replace(mark(), points=(0.123456789, 1.0, 0.0, 2 / 3))
    event = outcome(START, AddMark(drawn), by=SECOND)
    assert event == MarkAdded(replace(drawn, points=(0.12346, 1.0, 0.0, 0.66667)))


def test_a_mark_is_drawn_once() -> None:
    assert outcome(drawn(m=FIRST), AddMark(mark("m")), by=FIRST) == "board.twice"


def test_marks_beyond_the_limit_are_refused() -> None:
    full = drawn(**{f"m{number}": FIRST for number in range(MAX_MARKS)})
    assert outcome(full, AddMark(mark("new")), by=FIRST) == "board.full"


def test_a_mark_on_a_still_needs_that_still() -> None:
    command = AddMark(mark(still="consult-4"))
    assert outcome(START, command, by=FIRST) == "board.still"
    event = outcome(replace(START, stills=("consult-3", "consult-4")), command, by=FIRST)
    assert event == MarkAdded(command.mark)


@pytest.mark.parametrize(
    ("by", "of", "expected"),
    [
        (SECOND, SECOND, MarksRemoved(("m",))),
        (SECOND, FIRST, "board.not_yours"),
        (SECOND, OPERATOR, "board.not_yours"),
        (FIRST, SECOND, MarksRemoved(("m",))),
        (OPERATOR, SECOND, MarksRemoved(("m",))),
    ],
)
def test_ones_own_marks_are_removed_and_anybodys_by_lead_and_operator(
    by: str, of: str, expected: Event | str
) -> None:
    assert outcome(drawn(m=of), RemoveMark("m"), by=by) == expected


def test_a_mark_that_is_gone_cannot_be_removed() -> None:
    assert outcome(START, RemoveMark("m"), by=OPERATOR) == "board.gone"


@pytest.mark.parametrize(
    ("by", "everything", "expected"),
    [
        (OPERATOR, True, MarksRemoved(("a", "b", "c"))),
        (FIRST, True, MarksRemoved(("a", "b", "c"))),
        (SECOND, True, "board.not_lead"),
        (SECOND, False, MarksRemoved(("b",))),
        (OPERATOR, False, MarksRemoved(())),
    ],
)
def test_who_clears_what(by: str, everything: bool, expected: Event | str) -> None:
    state = drawn(a=FIRST, b=SECOND, c=FIRST)
    assert outcome(state, ClearBoard(everything), by=by) == expected


def test_malformed_marks_and_directions_are_mistakes_of_the_client() -> None:
    for command, code in (
        (AddMark(replace(mark(), points=(0.5,))), "board.malformed"),
        (replace(ROCK, direction=ProbeDirection.CLOCKWISE), "probe.direction"),
    ):
        with pytest.raises(BadInput) as refused:
            check(command)
        assert (refused.value.code, bool(refused.value.fix)) == (code, True)


def test_every_suitable_direction_is_accepted_and_no_other() -> None:
    for move in ProbeMove:
        for direction in ProbeDirection:
            suggestion = Suggest(move, direction, ProbeAmount.MODERATE)
            if direction in DIRECTIONS[move]:
                check(suggestion)
            else:
                with pytest.raises(BadInput):
                    check(suggestion)


def test_a_move_across_the_probe_is_never_along_its_marker() -> None:
    for move in (ProbeMove.SWEEP, ProbeMove.FAN):
        assert set(DIRECTIONS[move]) == {
            ProbeDirection.TOWARD_HEAD,
            ProbeDirection.TOWARD_FEET,
            ProbeDirection.TOWARD_PATIENTS_RIGHT,
            ProbeDirection.TOWARD_PATIENTS_LEFT,
        }


# ---- freeze, probe, consent ------------------------------------------------------------------


def test_a_freeze_names_its_still_after_the_consult_and_its_place_in_the_log() -> None:
    assert outcome(START, FreezeFrame(77), by=SECOND) == Frozen("consult-10", 77)


def test_a_newer_freeze_replaces_an_older_one() -> None:
    frozen = replace(START, freeze=Freeze("consult-3", FIRST, 5))
    assert outcome(frozen, FreezeFrame(77), by=SECOND) == Frozen("consult-10", 77)


def test_going_on_needs_a_freeze() -> None:
    assert outcome(START, GoOn(), by=FIRST) == "freeze.none"
    frozen = replace(START, freeze=Freeze("consult-3", FIRST, 5))
    assert outcome(frozen, GoOn(), by=SECOND) == Unfrozen()


def test_only_the_lead_guides_the_probe() -> None:
    assert outcome(START, ROCK, by=SECOND) == "probe.not_lead"
    assert outcome(START, ROCK, by=FIRST) == Suggested(
        "order-0001", ROCK.move, ROCK.direction, ROCK.amount
    )


def test_an_answer_needs_its_suggestion() -> None:
    reply = Reply("order-0001", ProbeAnswer.DONE)
    assert outcome(START, reply, by=OPERATOR) == "probe.unknown"
    known = Suggestion("order-0001", FIRST, ROCK.move, ROCK.direction, ROCK.amount)
    state = replace(START, suggestions=(known,))
    assert outcome(state, reply, by=OPERATOR) == Replied("order-0001", ProbeAnswer.DONE)


def test_consent_is_given_changed_and_withdrawn() -> None:
    give = GiveConsent(ConsentBasis.TREATMENT, teaching=False)
    given = replace(START, consent=Consent(ConsentBasis.PATIENT, True))
    for state in (START, given):
        assert outcome(state, give, by=OPERATOR) == ConsentGiven(give.basis, False)
    assert outcome(given, WithdrawConsent(), by=OPERATOR) == ConsentWithdrawn()
    assert outcome(START, WithdrawConsent(), by=OPERATOR) == "consent.none"


GIVE = GiveConsent(ConsentBasis.PATIENT, teaching=True)


def test_a_full_log_takes_consent_and_the_lead_of_the_operator_and_nothing_else() -> None:
    full = replace(START, seq=MAX_EVENTS, consent=Consent(ConsentBasis.PATIENT, False))
    assert outcome(full, WithdrawConsent(), by=OPERATOR) == ConsentWithdrawn()
    assert outcome(full, GIVE, by=OPERATOR) == ConsentGiven(ConsentBasis.PATIENT, teaching=True)
    assert outcome(full, GiveLead(SECOND), by=OPERATOR) == LeadGiven(SECOND)
    assert outcome(full, FreezeFrame(1), by=OPERATOR) == "consult.full"
    for command in (AddMark(mark()), FreezeFrame(1), ROCK, GiveLead(SECOND)):
        assert outcome(full, command, by=FIRST) == "consult.full"


def test_who_used_up_their_share_keeps_nobody_else_from_anything() -> None:
    state = replace(START, seq=9_000, asked={FIRST: MAX_EVENTS_OF_SEAT, OPERATOR: 9_000})
    for command in (AddMark(mark()), FreezeFrame(1), ROCK, GiveLead(SECOND)):
        assert outcome(state, command, by=FIRST) == "consult.full"
    for seat in (SECOND, OPERATOR):
        assert outcome(state, FreezeFrame(1), by=seat) == Frozen(state.next_still, 1)
    nearly = replace(state, asked={FIRST: MAX_EVENTS_OF_SEAT - 1})
    assert outcome(nearly, FreezeFrame(1), by=FIRST) == Frozen(state.next_still, 1)


def test_the_last_events_are_for_the_operator() -> None:
    state = replace(START, seq=MAX_EVENTS - KEPT_FOR_OPERATOR)
    assert outcome(state, FreezeFrame(1), by=SECOND) == "consult.full"
    assert outcome(state, FreezeFrame(1), by=OPERATOR) == Frozen(state.next_still, 1)


# ---- the lead --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "to", "experts", "expected"),
    [
        (FIRST, SECOND, (FIRST, SECOND), LeadGiven(SECOND)),
        (OPERATOR, SECOND, (FIRST, SECOND), LeadGiven(SECOND)),
        (OPERATOR, FIRST, (FIRST,), LeadGiven(FIRST)),
        (SECOND, SECOND, (FIRST, SECOND), "lead.not_yours"),
        (SECOND, SECOND, (SECOND,), LeadGiven(SECOND)),
        (FIRST, SECOND, (FIRST,), "lead.absent"),
        (OPERATOR, "observer", (FIRST,), "lead.absent"),
        (OPERATOR, OPERATOR, (FIRST,), "lead.absent"),
    ],
)
def test_who_gives_the_lead_to_whom(
    by: str, to: str, experts: tuple[str, ...], expected: Event | str
) -> None:
    around = Around(experts, EVERYBODY.members)
    assert outcome(START, GiveLead(to), by=by, around=around) == expected


@pytest.mark.parametrize(
    ("lead", "experts", "before", "expected"),
    [
        ("", (FIRST, SECOND), "", LeadGiven(FIRST)),
        ("", (FIRST, SECOND), SECOND, LeadGiven(SECOND)),
        ("", (FIRST,), SECOND, LeadGiven(FIRST)),
        ("", (), "", None),
        (FIRST, (SECOND,), "", None),
        ("gone", (SECOND,), "", LeadGiven(SECOND)),
        ("gone", (), "", LeadGiven("")),
    ],
)
def test_the_lead_stays_with_a_member_and_passes_on_from_who_left(
    lead: str, experts: tuple[str, ...], before: str, expected: Event | None
) -> None:
    around = Around(experts, frozenset({FIRST, SECOND}))
    assert settle_lead(replace(START, lead=lead), around, before=before) == expected
