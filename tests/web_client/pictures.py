"""The demo's cine, masked and encoded as a capture worker does it, in a thread of its own."""

import threading
from collections.abc import Callable

from streaming.capture.demo_screen import SIZE, DemoScreen, demo_profile_toml
from streaming.domain.profile import parse_profile
from streaming.picture.encode import LiveEncoder
from streaming.picture.masking import Masker
from streaming.relay.packetiser import packetise
from streaming.relay.packets import PacketisedFrame

BITRATE_BPS = 4_000_000


class Pictures:
    """``deliver`` is called in the thread. ``every`` thins the 30 pictures a second out."""

    def __init__(self, deliver: Callable[[PacketisedFrame], None]) -> None:
        self._deliver = deliver
        self._key_wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pictures")
        self.every = 1
        self.black = False
        self.paused = False

    def __enter__(self) -> "Pictures":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def request_keyframe(self) -> None:
        self._key_wanted.set()

    def _run(self) -> None:
        screen = DemoScreen(source_id="stand-in")
        encoder = LiveEncoder(SIZE, bitrate_bps=BITRATE_BPS)
        confirmed, unconfirmed = Masker(parse_profile(demo_profile_toml())), Masker()
        screen.open()
        try:
            while not self._stopped.is_set():
                frame = screen.read(0.1)
                if frame is None or self.paused or frame.number % self.every:
                    continue
                masked = (unconfirmed if self.black else confirmed).mask(frame)
                keyframe = self._key_wanted.is_set()
                self._key_wanted.clear()
                self._deliver(packetise(encoder.encode(masked, keyframe=keyframe)))
        finally:
            encoder.close()
            screen.close()
