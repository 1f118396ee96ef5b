from streaming.domain.gate import Finding
from streaming.domain.mask import Rectangle
from streaming.text.detector import PAD_PX, TextBox
from streaming.text.tracks import Tracks

S = 1_000_000_000
BOUNDS = (640, 480)


def see(tracks: Tracks, box: Rectangle, *, at_s: int, score: float = 0.8) -> None:
    tracks.see(TextBox(box, score), begins_ns=at_s * S, ends_ns=at_s * S + S // 2, bounds=BOUNDS)


def test_the_same_box_again_is_one_finding_from_first_to_last() -> None:
    tracks = Tracks()
    see(tracks, Rectangle(100, 100, 200, 120), at_s=1)
    see(tracks, Rectangle(102, 100, 204, 121), at_s=3, score=0.9)
    (finding,) = tracks.findings()
    grown = Rectangle(100 - PAD_PX, 100 - PAD_PX, 204 + PAD_PX, 121 + PAD_PX)
    assert finding == Finding(grown, 1.0, 3.5, 0.9)


def test_boxes_apart_are_findings_of_their_own_in_order_of_sight() -> None:
    tracks = Tracks()
    see(tracks, Rectangle(300, 300, 400, 320), at_s=2)
    see(tracks, Rectangle(100, 100, 200, 120), at_s=1)
    assert [finding.begins_s for finding in tracks.findings()] == [1.0, 2.0]


def test_a_box_that_joins_two_makes_them_one() -> None:
    tracks = Tracks()
    see(tracks, Rectangle(100, 100, 200, 120), at_s=1)
    see(tracks, Rectangle(240, 100, 340, 120), at_s=1)
    see(tracks, Rectangle(100, 100, 340, 120), at_s=2)
    (finding,) = tracks.findings()
    assert finding.place.x0 <= 100 and finding.place.x1 >= 340
