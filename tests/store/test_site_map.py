from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from streaming.domain.encounter import Patient, Side
from streaming.store.database import Database
from streaming.store.errors import StoreError
from streaming.store.sealing import Seal
from streaming.store.site_map import SiteMap

SECRET = "a-secret-of-the-site" * 2
ADA = Patient("MRN-4711882", "Okafor, Ada", date(1955, 4, 12))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


@pytest.fixture
def site_map(database: Database) -> SiteMap:
    return SiteMap(database, Seal(SECRET))


async def test_a_patient_keeps_one_pseudonym_however_the_number_is_written(
    site_map: SiteMap,
) -> None:
    first = await site_map.subject_of(ADA)
    assert await site_map.subject_of(Patient("mrn 4711 882")) == first
    assert (await site_map.subject_of(Patient("4711883"))).pseudonym != first.pseudonym


async def test_every_encounter_has_a_case_code_of_its_own(site_map: SiteMap) -> None:
    one = await site_map.begin(ADA, room="echo-1", side=Side.LEFT, now_s=5)
    two = await site_map.begin(ADA, room="echo-1", side=Side.NONE, now_s=6)
    assert one.case != two.case
    assert await site_map.subject_behind(one.case) == await site_map.subject_behind(two.case)
    assert (one.side, one.room, one.begun_at_s) == (Side.LEFT, "echo-1", 5)


async def test_a_rooms_encounter_lasts_until_it_ends_or_another_begins(site_map: SiteMap) -> None:
    first = await site_map.begin(ADA, room="echo-1", side=Side.LEFT, now_s=5)
    other = await site_map.begin(ADA, room="echo-2", side=Side.LEFT, now_s=5)
    assert await site_map.current("echo-1") == first
    second = await site_map.begin(Patient("99"), room="echo-1", side=Side.BOTH, now_s=6)
    assert await site_map.current("echo-1") == second
    site_map.ended(second.case, at_s=7)
    assert await site_map.current("echo-1") is None
    assert await site_map.current("echo-2") == other


async def test_who_is_behind_a_code_is_found_by_case_and_by_pseudonym(site_map: SiteMap) -> None:
    subject = await site_map.subject_of(ADA)
    encounter = await site_map.begin(ADA, room="echo-1", side=Side.LEFT, now_s=5)
    assert await site_map.behind(encounter.case.lower()) == ADA
    assert await site_map.behind(f" {subject.pseudonym} ") == ADA
    assert await site_map.subject_behind(encounter.case) == subject
    assert await site_map.behind("ZZZ-ZZZ") is None


async def test_what_is_learned_later_completes_a_patient_and_forgets_nothing(
    site_map: SiteMap,
) -> None:
    subject = await site_map.subject_of(Patient(ADA.record_number))
    await site_map.subject_of(ADA)
    assert await site_map.subject_of(Patient(ADA.record_number)) == subject
    assert await site_map.behind(subject.pseudonym) == ADA


async def test_words_that_name_a_patient_are_found_without_being_kept(site_map: SiteMap) -> None:
    await site_map.subject_of(ADA)
    words = {"okafor", "ada", "mrn4711882", "19550412", "liver"}
    assert await site_map.naming(words) == words - {"liver"}


async def test_with_a_case_only_its_own_patients_words_are_found(site_map: SiteMap) -> None:
    await site_map.subject_of(ADA)
    other = await site_map.begin(Patient("99", "Ito"), room="echo-1", side=Side.NONE, now_s=5)
    assert await site_map.naming({"okafor", "ito"}, case=other.case) == {"ito"}


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir()).lower()


async def test_nothing_of_a_patient_is_readable_in_the_file(
    site_map: SiteMap, tmp_path: Path
) -> None:
    subject = await site_map.subject_of(ADA)
    await site_map.begin(ADA, room="echo-1", side=Side.LEFT, now_s=5)
    content = everything_in(tmp_path)
    assert subject.pseudonym.lower().encode() in content
    for word in (b"okafor", b"4711882", b"1955-04-12", b"19550412", str(-subject.shift_s).encode()):
        assert word not in content


async def test_with_another_key_nobody_is_named(site_map: SiteMap, database: Database) -> None:
    subject = await site_map.subject_of(ADA)
    stranger = SiteMap(database, Seal("another-secret" * 3))
    with pytest.raises(StoreError) as refused:
        await stranger.behind(subject.pseudonym)
    assert refused.value.code == "store.sealed"
    assert await stranger.naming({"okafor"}) == frozenset()


async def test_with_another_key_nobody_is_added_a_second_time(
    site_map: SiteMap, database: Database
) -> None:
    subject = await site_map.subject_of(ADA)
    stranger = SiteMap(database, Seal("another-secret" * 3))
    with pytest.raises(StoreError) as refused:
        await stranger.begin(ADA, room="echo-1", side=Side.LEFT, now_s=5)
    assert refused.value.code == "store.sealed"
    assert await site_map.subject_of(ADA) == subject
    assert await site_map.current("echo-1") is None


def test_new_uids_have_a_key_that_lasts(database: Database, site_map: SiteMap) -> None:
    assert site_map.uid_key == SiteMap(database, Seal(SECRET)).uid_key
    assert len(site_map.uid_key) == 32
