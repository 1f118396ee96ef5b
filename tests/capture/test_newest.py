import threading

import pytest

from streaming.capture.newest import Newest, Receiver
from streaming.picture.source import SourceError


def test_an_item_that_was_not_taken_is_replaced_and_counted() -> None:
    newest: Newest[int] = Newest()
    for item in (1, 2, 3):
        newest.put(item)
    assert newest.take(0) == 3
    assert newest.take(0) is None
    assert newest.replaced == 2


def test_the_last_item_is_taken_before_the_error() -> None:
    newest: Newest[int] = Newest()
    newest.put(1)
    newest.fail(SourceError("source.stream_ended", "ended"))
    assert newest.take(1) == 1
    for _ in range(2):
        with pytest.raises(SourceError):
            newest.take(1)


def test_a_waiting_reader_is_woken() -> None:
    newest: Newest[int] = Newest()
    taken: list[int | None] = []
    reader = threading.Thread(target=lambda: taken.append(newest.take(20)))
    reader.start()
    newest.put(7)
    reader.join(20)
    assert taken == [7]


def test_a_receiver_hands_on_its_error_and_stops_when_told() -> None:
    def fail(newest: Newest[int], stopping: threading.Event) -> None:
        raise SourceError("source.stream_ended", "ended", lost=True)

    def wait(newest: Newest[int], stopping: threading.Event) -> None:
        stopping.wait(20)

    failing = Receiver(fail, "failing")
    with pytest.raises(SourceError):
        failing.newest.take(20)
    waiting = Receiver(wait, "waiting")
    waiting.stop()
    assert "waiting" not in {thread.name for thread in threading.enumerate()}
