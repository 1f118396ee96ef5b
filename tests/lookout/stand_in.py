"""A look-out process with simple eyes: a picture's first pixel is how many boxes it sees, and 255
makes it hang, 254 crash, 253 talk nonsense."""

import argparse
import os
import signal
import socket

from streaming.domain.mask import Rectangle
from streaming.lookout.looking import LookOut
from streaming.lookout.ring import Luma

HANG, CRASH, NONSENSE = 255, 254, 253


class SimpleEyes:
    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._shown: tuple[int, int] | None = None

    def show(self, luma: Luma, captured_at_ns: int) -> None:
        self._shown = int(luma[0, 0]), captured_at_ns

    def look(self) -> tuple[int, tuple[Rectangle, ...]] | None:
        shown, self._shown = self._shown, None
        if shown is None:
            return None
        value, captured_at_ns = shown
        match value:
            case 255:
                signal.pause()
            case 254:
                os._exit(9)
            case 253:
                self._socket.send(b"what?")
                return None
        return captured_at_ns, tuple(Rectangle(i, 0, i + 1, 1) for i in range(value))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    with socket.socket(fileno=parser.parse_args().fd) as sock:
        lookout = LookOut(sock, SimpleEyes(sock))
        lookout.run()
        lookout.close()


if __name__ == "__main__":
    main()
