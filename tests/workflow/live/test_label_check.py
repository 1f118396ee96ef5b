"""A label that may say who the patient is comes back to its author before it is kept."""

from collections.abc import Collection

import pytest

from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.protocol.label_messages import FoundText, LabelDoubt
from streaming.workflow.live.label_check import LabelCheck
from streaming.workflow.live.people import Member
from tests.workflow.live.consult_room import (
    FIRST,
    OPERATOR,
    ConsultRoom,
    MemoryRecords,
    WaitingClient,
    a_mark,
    consulting,
    new_id,
)
from tests.workflow.live.surroundings import FakeNode


def a_label(text: str) -> wire.MarkAdd:
    mark = a_mark(kind="label", points=[0.5, 0.5], text=text)
    return wire.MarkAdd(id=new_id(), mark=mark)


async def put(
    c: ConsultRoom, client: WaitingClient, seat: Seat, label: wire.MarkAdd
) -> wire.ConsultEvent | wire.Error:
    await c.room.handle(seat.id, label)
    return await client.until(lambda: client.answer_to(label.id))


def kept(records: MemoryRecords) -> int:
    return sum(
        1 for log in records.logs.values() for entry in log if entry.event.kind == "mark_added"
    )


async def test_it_is_shown_to_its_author_alone_and_not_kept() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        author, other = await c.enter(OPERATOR), await c.enter(FIRST)
        label = a_label("born 12.04.1955, Okafor")
        answer = await put(c, author, OPERATOR, label)
        assert isinstance(answer, wire.Error) and answer.code == "label.identifies"
        (doubt,) = author.all(LabelDoubt)
        assert doubt.id == label.id
        assert FoundText(kind="known", text="Okafor") in doubt.found  # type: ignore[arg-type]
        assert "12.04.1955" in " ".join(one.text for one in doubt.found)
        assert other.all(LabelDoubt) == []
        assert "Okafor" not in answer.model_dump_json()
    assert kept(records) == 0


async def test_confirmed_it_is_kept_under_the_same_id() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        author = await c.enter(OPERATOR)
        label = a_label("MRN 4711")
        await put(c, author, OPERATOR, label)
        await c.room.handle(OPERATOR.id, label.model_copy(update={"confirmed": True}))
        (event,) = await author.until(
            lambda: [event for event in author.events() if event.id == label.id]
        )
        assert event.id == label.id
        assert c.node.audit.count("label.doubted") == 1
        assert c.node.audit.count("label.confirmed") == 1
    assert kept(records) == 1


async def test_an_ordinary_label_is_kept_at_once() -> None:
    records = MemoryRecords()
    async with consulting(records) as c:
        author = await c.enter(FIRST)
        answer = await put(c, author, FIRST, a_label("septum"))
        assert isinstance(answer, wire.ConsultEvent)
        assert author.all(LabelDoubt) == []


class SiteOfTwo:
    """Okafor is the patient of case A; Ito is another patient."""

    async def naming(self, words: Collection[str], *, case: str = "") -> frozenset[str]:
        known = {"": {"okafor", "ito"}, "A": {"okafor"}}.get(case, set())
        return frozenset(words) & known


@pytest.mark.parametrize(
    ("role", "case", "named"),
    [
        (Role.OPERATOR, "", {"Okafor", "Ito"}),
        (Role.OPERATOR, "A", {"Okafor", "Ito"}),
        (Role.EXPERT, "A", {"Okafor"}),
        (Role.EXPERT, "", set()),
    ],
)
async def test_an_expert_cannot_find_out_who_else_is_a_patient(
    role: Role, case: str, named: set[str]
) -> None:
    check = LabelCheck("r", patients=SiteOfTwo(), case=lambda: case, audit=FakeNode())
    author = Member(Seat("s", "r", role, ""))
    text = "Okafor or Ito"
    found = await check.doubts(author, text, confirmed=False)
    assert {text[one.start : one.end] for one in found} == named
