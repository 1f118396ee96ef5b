from streaming.domain.session import Role, Seat
from streaming.workflow.live.attendance import MAX_ENTRIES, Attendance

S = 1_000_000_000
ITO = Seat("ito", "r", Role.EXPERT, "Dr. Ito")


def test_time_away_is_not_counted() -> None:
    attendance = Attendance(0)
    attendance.came(ITO, 10 * S)
    attendance.went(ITO, 30 * S)
    attendance.came(ITO, 90 * S)
    (entry,) = attendance.entries(100 * S)
    assert (entry.name, entry.role, entry.seconds) == ("Dr. Ito", Role.EXPERT, 30)
    assert attendance.seconds(100 * S) == 100


def test_a_second_tab_counts_once() -> None:
    attendance = Attendance(0)
    attendance.came(ITO, 0)
    attendance.came(ITO, 10 * S)
    attendance.went(ITO, 20 * S)
    attendance.went(ITO, 25 * S)
    assert [entry.seconds for entry in attendance.entries(30 * S)] == [20]


def test_the_list_is_bounded() -> None:
    attendance = Attendance(0)
    for number in range(MAX_ENTRIES + 9):
        attendance.came(Seat(str(number), "r", Role.OBSERVER, "x"), 0)
    assert len(attendance.entries(0)) == MAX_ENTRIES
