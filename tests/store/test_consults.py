from pathlib import Path

import pytest
from sqlalchemy import text

from streaming.domain.consult import ConsentBasis
from streaming.domain.consult_events import ConsentGiven, Entry, LeadGiven, MarkAdded
from streaming.store.consults import StoredConsults
from streaming.store.database import Database
from streaming.store.errors import StoreError
from streaming.workflow.live.consult_ports import StoredConsult
from tests.domain.consult_orders import mark

LEAD = Entry(1, "", "", 1_000, LeadGiven("expert-1"))
MARK = Entry(2, "order-0001", "expert-1", 2_000, MarkAdded(mark()))
CONSENT = Entry(3, "order-0002", "operator", 3_000, ConsentGiven(ConsentBasis.PATIENT, False))


async def test_a_log_is_read_as_it_was_written(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    consults = StoredConsults(database)
    assert await consults.current("room") is None
    await consults.begin("room", "consult-1", at_ms=500)
    assert await consults.current("room") == StoredConsult("consult-1", ())
    await consults.append("consult-1", [LEAD])
    await consults.append("consult-1", [MARK, CONSENT])
    database.close()
    reopened = Database.open(tmp_path)
    current = await StoredConsults(reopened).current("room")
    assert current == StoredConsult("consult-1", (LEAD, MARK, CONSENT))
    reopened.close()


async def test_the_newest_consult_of_a_room_is_the_current_one(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    consults = StoredConsults(database)
    await consults.begin("room", "consult-1", at_ms=900)
    await consults.append("consult-1", [LEAD])
    await consults.begin("room", "consult-0", at_ms=100)
    await consults.begin("other", "consult-9", at_ms=950)
    assert await consults.current("room") == StoredConsult("consult-0", ())
    assert (await consults.find("consult-1", ["order-0001"])) == {}
    database.close()


async def test_lines_are_found_by_the_order_they_answered(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    consults = StoredConsults(database)
    for name in ("consult-1", "consult-2"):
        await consults.begin("room", name, at_ms=0)
        await consults.append(name, [LEAD, MARK, CONSENT])
    found = await consults.find("consult-2", ["order-0001", "unknown-01"])
    assert found == {"order-0001": MARK}
    database.close()


@pytest.mark.parametrize(
    "second",
    [Entry(2, "order-0009", "x", 0, LeadGiven("")), Entry(4, "order-0001", "x", 0, LeadGiven(""))],
    ids=["same-seq", "same-order"],
)
async def test_nothing_is_kept_twice_and_a_refused_batch_leaves_nothing(
    tmp_path: Path, second: Entry
) -> None:
    database = Database.open(tmp_path)
    consults = StoredConsults(database)
    await consults.begin("room", "consult-1", at_ms=0)
    await consults.append("consult-1", [LEAD, MARK])
    with pytest.raises(StoreError):
        await consults.append("consult-1", [CONSENT, second])
    assert await consults.current("room") == StoredConsult("consult-1", (LEAD, MARK))
    database.close()


async def test_a_line_that_cannot_be_read_is_an_error_without_its_text(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    consults = StoredConsults(database)
    await consults.begin("room", "consult-1", at_ms=0)
    await consults.append("consult-1", [MARK])
    damage = text("""UPDATE consult_events SET event = '{"kind": "DOE^JANE"}'""")
    await database.run(lambda session: session.execute(damage))
    with pytest.raises(StoreError) as caught:
        await consults.current("room")
    assert caught.value.code == "store.corrupt"
    assert "DOE" not in f"{caught.value!r} {caught.value.__cause__!r}"
    database.close()
