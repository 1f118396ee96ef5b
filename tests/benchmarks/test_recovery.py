from benchmarks.live.latency import Sample
from benchmarks.recovery.__main__ import figures
from benchmarks.recovery.trials import Found
from benchmarks.recovery.watching import judge, last_captured_us, opened_us

OFFSET_US = 1_000_000.0


def sample(shown_ms: float, captured_ms: float | None, *, number: int = 0) -> Sample:
    """Shown and captured in milliseconds of the capture clock."""
    return Sample(
        called_ms=shown_ms - OFFSET_US / 1000,
        expected_ms=shown_ms - OFFSET_US / 1000,
        width=1,
        height=1,
        captured_us=None if captured_ms is None else int(captured_ms * 1000) % (1 << 40),
        number=None if captured_ms is None else number,
    )


def test_picture_from_before_the_event_isnt_back() -> None:
    assert judge([sample(2000, 1990), sample(2030, 2020)], event_us=2e6 + 25e3, offset_us=0) is None


def test_slate_and_picture_are_told_apart() -> None:
    shown = [sample(2000, 1990), sample(2033, 2005), sample(2240, None), sample(2800, 2780)]
    found = judge(shown, event_us=2.01e6, offset_us=OFFSET_US)
    assert found is not None
    assert found.slate_ms is not None
    assert round(found.slate_ms) == 230
    assert round(found.back_ms) == 790
    assert round(found.largest_gap_ms) == 560


def test_no_slate_when_the_spare_was_quicker() -> None:
    found = judge([sample(2000, 1990), sample(2130, 2120)], event_us=2.01e6, offset_us=OFFSET_US)
    assert found is not None
    assert found.slate_ms is None


def test_barcode_is_read_on_a_machine_that_has_run_for_weeks() -> None:
    weeks_ms = 3e9
    shown = [sample(weeks_ms, weeks_ms - 10), sample(weeks_ms + 130, weeks_ms + 120)]
    found = judge(shown, event_us=(weeks_ms + 10) * 1000, offset_us=OFFSET_US)
    assert found is not None
    assert round(found.back_ms) == 120


def test_opening_of_the_source_follows_from_the_number_of_a_picture() -> None:
    shown = [sample(2900, None), sample(3030, 3000, number=45)]
    assert opened_us(shown, offset_us=OFFSET_US, fps=30) == 1_500_000


def test_a_fault_begins_with_the_last_picture_before_it() -> None:
    shown = [sample(2030, 2000), sample(2060, 2033), sample(2700, None), sample(4100, 4080)]
    assert last_captured_us(shown, before_us=2.1e6, offset_us=OFFSET_US) == 2_033_000


def test_a_slate_that_never_came_is_counted() -> None:
    found = Found()
    found.values["both workers killed: slate"] = [200.0, None, 220.0]
    named = {figure.name: figure for figure in figures(found)}
    slate, missing = named["both workers killed: slate"], named["slates that never came"]
    assert (slate.value, slate.runs) == (210.0, 2)
    assert (missing.value, missing.runs, missing.holds) == (1.0, 3, False)


def test_a_trial_that_never_ended_well_does_not_hold() -> None:
    named = {figure.name: figure for figure in figures(Found(failures=["hung: TimeoutError: x"]))}
    assert named["worker hung (SIGSTOP): slate"].holds is False
    assert named["trials that failed"].value == 1
