"""The consult's desk in a real room: who is told what, and what is on disk by then."""

from dataclasses import dataclass, field

import pytest

from streaming.domain.consult_events import LeadGiven
from streaming.domain.errors import BadInput, SonopairError
from streaming.domain.session import Role, Seat
from streaming.protocol import consult_messages as told
from streaming.protocol import messages as wire
from streaming.workflow.live.consult_keeper import MAX_WAITING
from tests.workflow.live.consult_room import (
    FIRST,
    OBSERVER,
    OPERATOR,
    SECOND,
    MemoryRecords,
    WaitingClient,
    a_mark,
    consulting,
    new_id,
)
from tests.workflow.live.surroundings import FakeNode

CAMERA = Seat("camera", "r", Role.CAMERA, "Camera")
WAITING = Seat("stranger", "r", Role.EXPERT, "Stranger", admitted=False)


def code(answer: wire.ConsultEvent | wire.Error) -> str:
    """Of a refusal; empty for an acknowledgement."""
    return answer.code if isinstance(answer, wire.Error) else ""


def lead_of(client: WaitingClient) -> str:
    """As the client knows it."""
    state = client.last(wire.ConsultState)
    changes = [
        event.event.participant
        for event in client.events()
        if event.consult == state.consult and isinstance(event.event, told.LeadGiven)
    ]
    return changes[-1] if changes else state.lead


@dataclass
class RecordingNode(FakeNode):
    facts: list[object] = field(default_factory=list)

    def record(self, event: str, **facts: str | int | float | bool) -> None:
        super().record(event)
        self.facts.append(facts)


# ---- kept ------------------------------------------------------------------------------------


async def test_a_mark_comes_back_to_everybody_once_it_is_on_disk() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        clients = {seat.id: await c.enter(seat) for seat in (OPERATOR, FIRST, OBSERVER)}
        await clients[FIRST.id].until(lambda: lead_of(clients[FIRST.id]))
        records.gate.clear()
        records.asked.clear()
        message = wire.MarkAdd(id=new_id(), mark=a_mark("mark-0001"))
        await c.room.handle(FIRST.id, message)
        await records.asked.wait()
        assert [client.answer_to(message.id) for client in clients.values()] == [None] * 3
        records.gate.set()
        for client in clients.values():
            event = await client.until(lambda client=client: client.answer_to(message.id))  # type: ignore[misc]
            assert (event.by, event.event.mark) == (FIRST.id, message.mark)
        (log,) = records.logs.values()
        assert [entry.id for entry in log][-1:] == [message.id]


async def test_a_newcomer_is_told_all_that_happened_and_which_of_its_orders_count() -> None:
    async with consulting(MemoryRecords()) as c:
        expert = await c.enter(FIRST)
        first = await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark("mark-0001"))
        second = await c.ask(expert, FIRST, wire.Freeze, captured_at_ns=9)
        again, other = await c.enter(FIRST), await c.enter(OPERATOR)
        for client, handled in ((again, [first.id, second.id]), (other, [])):
            state = client.last(wire.ConsultState)
            assert [drawn.mark.id for drawn in state.marks] == ["mark-0001"]
            assert state.freeze is not None and state.freeze.captured_at_ns == 9
            assert (state.lead, state.handled) == (FIRST.id, handled)


async def test_an_order_sent_again_is_acknowledged_again_to_its_sender_alone() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        message = wire.MarkAdd(id=new_id(), mark=a_mark())
        for _ in range(2):
            await c.room.handle(FIRST.id, message)
        await c.ask(operator, OPERATOR, wire.Freeze, captured_at_ns=1)
        answers = [event for event in expert.events() if event.id == message.id]
        assert (len(answers), {event.seq for event in answers}) == (2, {answers[0].seq})
        assert len([event for event in operator.events() if event.id == message.id]) == 1


async def test_a_refusal_names_the_order_and_is_for_its_sender() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        answer = await c.ask(expert, FIRST, wire.MarkRemove, mark="mark-0001")
        assert isinstance(answer, wire.Error)
        assert (answer.code, answer.retry) == ("board.gone", False)
        assert operator.all(wire.Error) == []


async def test_what_can_never_be_right_is_refused_at_once() -> None:
    async with consulting(MemoryRecords()) as c:
        await c.enter(FIRST)
        message = wire.MarkAdd(id=new_id(), mark=a_mark(kind="arrow", points=[0.1, 0.2]))
        with pytest.raises(BadInput) as refused:
            await c.room.handle(FIRST.id, message)
        assert refused.value.code == "board.malformed"


async def test_what_the_disk_refuses_does_not_count_and_may_be_sent_again() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await operator.until(lambda: lead_of(operator) == FIRST.id)
        records.failing = 1
        message = wire.MarkAdd(id=new_id(), mark=a_mark())
        await c.room.handle(FIRST.id, message)
        refusal = await expert.until(lambda: expert.answer_to(message.id))
        assert isinstance(refusal, wire.Error)
        assert (refusal.code, refusal.retry, refusal.fix) == (
            "consult.not_kept",
            True,
            "free space",
        )
        assert c.desk.figures()["consult_not_kept"] == 1
        await c.room.handle(FIRST.id, message)
        await operator.until(lambda: operator.answer_to(message.id))


async def test_what_was_written_although_the_disk_failed_is_told_after_all() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await operator.until(lambda: lead_of(operator) == FIRST.id)
        records.failing, records.after = 1, True
        answer = await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark("mark-0001"))
        assert code(answer) == "consult.not_kept"
        records.after = False
        await c.ask(expert, FIRST, wire.Freeze, captured_at_ns=1)
        assert [event.seq for event in operator.events()][-2:] == [2, 3]
        assert [e.event.kind for e in operator.events()][-2:] == ["mark_added", "frozen"]


async def test_too_much_at_once_is_refused_and_the_rest_is_one_batch() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        expert = await c.enter(FIRST)
        await expert.until(lambda: lead_of(expert) == FIRST.id)
        records.gate.clear()
        records.asked.clear()
        sent = [wire.MarkAdd(id=new_id(), mark=a_mark()) for _ in range(MAX_WAITING + 1)]
        await c.room.handle(FIRST.id, sent[0])
        await records.asked.wait()
        for message in sent[1:]:
            await c.room.handle(FIRST.id, message)
        with pytest.raises(SonopairError) as refused:
            await c.room.handle(FIRST.id, wire.MarkAdd(id=new_id(), mark=a_mark()))
        assert (refused.value.code, refused.value.retry) == ("consult.busy", True)
        records.gate.set()
        await expert.until(lambda: expert.answer_to(sent[-1].id))
        assert records.appended[-2:] == [1, MAX_WAITING]
        assert [e.id for e in expert.events()][-MAX_WAITING:] == [m.id for m in sent[1:]]


async def test_a_disk_that_is_not_there_at_first_is_waited_for() -> None:
    records = MemoryRecords()
    records.failing = 3
    async with consulting(records) as c:
        expert = await c.enter(FIRST)
        assert code(await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark())) == ""


async def test_a_restart_of_the_node_loses_nothing() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        operator, expert = await c.enter(OPERATOR), await c.enter(FIRST)
        await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark("mark-0001"))
        await c.ask(operator, OPERATOR, wire.ConsentGive, basis="treatment")
        before = c.desk.state()
    async with consulting(records) as c:
        operator = await c.enter(OPERATOR)
        assert c.desk.state() == before
        state = operator.last(wire.ConsultState)
        assert (state.lead, len(state.marks)) == (FIRST.id, 1)
        assert state.consent is not None and state.consent.basis == "treatment"


async def test_the_next_session_begins_with_nothing() -> None:
    async with consulting(MemoryRecords()) as c:
        operator, expert = await c.enter(OPERATOR), await c.enter(FIRST)
        await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark())
        await c.ask(operator, OPERATOR, wire.ConsentGive, basis="patient")
        old = operator.last(wire.ConsultState).consult
        await c.room.handle(OPERATOR.id, wire.SessionEnd())
        summary = operator.last(wire.SessionSummary)
        assert (summary.marks, summary.stills, summary.consent) == (1, 0, "patient")
        with pytest.raises(SonopairError, match="ended"):
            await c.room.handle(FIRST.id, wire.Unfreeze(id=new_id()))
        await operator.until(lambda: operator.last(wire.ConsultState).consult != old)
        await c.room.handle(OPERATOR.id, wire.SessionRestart())
        state = operator.last(wire.ConsultState)
        assert (state.seq, state.marks, state.consent, state.handled) == (0, [], None, [])
        await operator.until(lambda: lead_of(operator) == FIRST.id)
        assert operator.events()[-1].seq == 1


# ---- passing ---------------------------------------------------------------------------------


async def test_a_pointer_is_seen_by_everybody_else() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await c.room.handle(FIRST.id, wire.Pointer(x=0.5, y=0.25))
        pointed = wire.Pointed(participant=FIRST.id, x=0.5, y=0.25, visible=True)
        assert (operator.all(wire.Pointed), expert.all(wire.Pointed)) == ([pointed], [])


async def test_the_pointer_of_who_leaves_goes_out() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await c.room.handle(FIRST.id, wire.Pointer(x=0.5, y=0.25))
        c.room.detach(FIRST.id, expert)
        assert not operator.last(wire.Pointed).visible


async def test_a_stroke_is_seen_while_it_is_drawn() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        stroke = wire.Stroke(id=new_id(), tool="laser", start=3, points=[0.1, 0.2], done=True)
        await c.room.handle(FIRST.id, stroke)
        seen = operator.last(wire.Stroked)
        assert (seen.participant, seen.id, seen.start, seen.done) == (FIRST.id, stroke.id, 3, True)
        assert expert.all(wire.Stroked) == []


async def test_who_cannot_keep_up_misses_strokes_and_that_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with consulting(MemoryRecords()) as c:
        await c.enter(FIRST)
        operator = await c.enter(OPERATOR)
        monkeypatch.setattr(operator, "send_passing", lambda message, key="": False)
        stroke = wire.Stroke(id=new_id(), tool="pen", start=0, points=[0.1, 0.2])
        await c.room.handle(FIRST.id, stroke)
        assert (operator.all(wire.Stroked), c.desk.figures()["passing_dropped"]) == ([], 1)


async def test_a_camera_and_the_lobby_are_told_nothing_of_the_consult() -> None:
    async with consulting(MemoryRecords()) as c:
        expert, camera, stranger = await c.enter(FIRST), WaitingClient(), WaitingClient()
        c.room.attach(CAMERA, camera)
        c.room.attach(WAITING, stranger)
        await c.room.handle(FIRST.id, wire.Pointer(x=0.5, y=0.25))
        await c.ask(expert, FIRST, wire.MarkAdd, mark=a_mark())
        kinds = (wire.ConsultState, wire.ConsultEvent, wire.Pointed)
        for client in (camera, stranger):
            assert not any(isinstance(message, kinds) for message in client.messages)
        c.room.admitted(WAITING.id)
        assert stranger.all(wire.ConsultState)


# ---- the lead --------------------------------------------------------------------------------


async def test_the_first_expert_leads_and_hands_over() -> None:
    async with consulting(MemoryRecords()) as c:
        operator, first = await c.enter(OPERATOR), await c.enter(FIRST)
        await operator.until(lambda: lead_of(operator) == FIRST.id)
        second = await c.enter(SECOND)
        move = {"move": "rock", "direction": "toward_marker"}
        assert code(await c.ask(second, SECOND, wire.ProbeSuggest, **move)) == "probe.not_lead"
        refusal = await c.ask(second, SECOND, wire.LeadGive, participant=SECOND.id)
        assert code(refusal) == "lead.not_yours"
        assert code(await c.ask(first, FIRST, wire.LeadGive, participant=SECOND.id)) == ""
        assert code(await c.ask(second, SECOND, wire.ProbeSuggest, **move)) == ""
        assert "lead.given" in c.node.audit


async def test_an_expert_may_take_the_lead_of_who_is_away_and_only_then() -> None:
    async with consulting(MemoryRecords()) as c:
        first, second = await c.enter(FIRST), await c.enter(SECOND)
        await second.until(lambda: lead_of(second) == FIRST.id)
        c.room.detach(FIRST.id, first)
        assert code(await c.ask(second, SECOND, wire.LeadGive, participant=SECOND.id)) == ""


async def test_the_lead_is_kept_for_who_comes_back_soon() -> None:
    async with consulting(MemoryRecords()) as c:
        first, second = await c.enter(FIRST), await c.enter(SECOND)
        await second.until(lambda: lead_of(second) == FIRST.id)
        c.room.detach(FIRST.id, first)
        again = await c.enter(FIRST)
        await c.ask(again, FIRST, wire.MarkAdd, mark=a_mark())
        assert lead_of(second) == FIRST.id


async def test_the_lead_passes_on_from_who_stays_away() -> None:
    async with consulting(MemoryRecords(), lead_grace_s=0) as c:
        first, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await operator.until(lambda: lead_of(operator) == FIRST.id)
        second = await c.enter(SECOND)
        c.room.remove(FIRST.id)
        assert first.closed == "seat.revoked"
        await second.until(lambda: lead_of(second) == SECOND.id)
        c.room.remove(SECOND.id)
        await operator.until(lambda: lead_of(operator) == "")
        assert {(event.id, event.by) for event in operator.events()} == {("", "")}


async def test_after_a_restart_the_lead_waits_for_who_had_it() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        first = await c.enter(FIRST)
        await first.until(lambda: lead_of(first) == FIRST.id)
    async with consulting(records) as c:
        second = await c.enter(SECOND)
        await c.ask(second, SECOND, wire.MarkAdd, mark=a_mark())
        assert lead_of(second) == FIRST.id
    async with consulting(records, lead_grace_s=0) as c:
        second = await c.enter(SECOND)
        await second.until(lambda: lead_of(second) == SECOND.id)
    (log,) = records.logs.values()
    assert log[-1].event == LeadGiven(SECOND.id)


# ---- on record -------------------------------------------------------------------------------


async def test_consent_lead_freeze_and_clearing_are_on_record() -> None:
    async with consulting(MemoryRecords()) as c:
        operator, first = await c.enter(OPERATOR), await c.enter(FIRST)
        for _ in range(2):
            await c.ask(first, FIRST, wire.MarkAdd, mark=a_mark())
        await c.ask(first, FIRST, wire.BoardClear, scope="all")
        await c.ask(first, FIRST, wire.Freeze, captured_at_ns=3)
        await c.ask(operator, OPERATOR, wire.ConsentGive, basis="patient", teaching=True)
        await c.ask(operator, OPERATOR, wire.ConsentWithdraw)
        kept = [event for event in c.node.audit if not event.startswith(("seat.", "still"))]
        assert kept == [
            "lead.given",
            "board.cleared",
            "picture.frozen",
            "consent.given",
            "consent.withdrawn",
        ]


async def test_a_label_reaches_neither_the_log_nor_the_audit_trail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    records, node = MemoryRecords(), RecordingNode()
    async with consulting(records, node=node) as c:
        expert = await c.enter(FIRST)
        await expert.until(lambda: lead_of(expert) == FIRST.id)
        label = a_mark(kind="label", points=[0.5, 0.5], text="DOE JANE")
        records.failing = 1
        assert code(await c.ask(expert, FIRST, wire.MarkAdd, mark=label)) == "consult.not_kept"
        assert code(await c.ask(expert, FIRST, wire.MarkAdd, mark=label)) == ""
        twice = await c.ask(expert, FIRST, wire.MarkAdd, mark=label)
        assert isinstance(twice, wire.Error) and "DOE" not in twice.model_dump_json()
        await c.ask(expert, FIRST, wire.BoardClear, scope="all")
    said = capsys.readouterr()
    assert "not kept" in said.out + said.err
    assert "DOE" not in f"{said.out} {said.err} {node.facts}"
