import threading

from streaming.domain.frame import Size
from streaming.picture.slate_maker import SlateMaker


class Desk:
    """Makes a slate only when it is told to."""

    def __init__(self, *, pause_s: float = 0.0) -> None:
        self.made: list[int] = []
        self.threads: set[int] = set()
        self.entered, self.let_go = threading.Semaphore(0), threading.Semaphore(0)
        self.maker = SlateMaker(self.make, pause_s=pause_s)

    def make(self, size: Size) -> None:
        self.threads.add(threading.get_ident())
        self.made.append(size.width)
        self.entered.release()
        assert self.let_go.acquire(timeout=10)

    def request(self, *widths: int) -> None:
        for width in widths:
            self.maker.request(Size(width, 100))

    def until_made(self) -> None:
        assert self.entered.acquire(timeout=10)


def test_newest_size_is_made_and_those_between_never() -> None:
    desk = Desk()
    desk.request(2)
    desk.until_made()
    desk.request(4, 6, 8)
    desk.let_go.release(2)
    desk.until_made()
    assert desk.made == [2, 8] and len(desk.threads) == 1


def test_asked_again_after_all_was_made_it_makes_again() -> None:
    desk = Desk()
    desk.let_go.release(100)
    for width in range(2, 12):
        desk.request(width)
        desk.until_made()
    assert desk.made == list(range(2, 12))


def test_closing_gives_up_what_waits_for_the_pause_to_end() -> None:
    desk = Desk(pause_s=3600.0)
    desk.let_go.release(2)
    desk.request(2)
    desk.until_made()
    (thread,) = [t for t in threading.enumerate() if t.ident in desk.threads]
    desk.request(4)
    desk.maker.close()
    thread.join(10)
    assert not thread.is_alive()
    desk.request(6)
    assert desk.made == [2]
