"""The browser that all tests share mustn't be stopped by what it says."""

import subprocess
import sys

from tests.chromium import Listening

TALKATIVE = """import sys
print("DevTools listening on ws://127.0.0.1:1/x", file=sys.stderr, flush=True)
sys.stderr.write("warning\\n" * 200_000)"""


def test_a_browser_may_say_as_much_as_it_likes() -> None:
    with subprocess.Popen([sys.executable, "-c", TALKATIVE], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        listening = Listening(process.stderr)
        listening.start()
        try:
            assert listening.address() == "ws://127.0.0.1:1/x"
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
            listening.join()
