import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest


def test_a_phone_that_trusts_the_demos_authority_reaches_it(tmp_path: Path) -> None:
    """The network's address is loopback here; everything else is as on a network."""
    command = [sys.executable, "-m", "streaming.cli", "demo", "--lan", "--host", "127.0.0.1"]
    options = ["--no-browser", "--json", "--port", "0", "--source", "phantom:"]
    environment = os.environ | {"SONOPAIR_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as demo:
        assert demo.stdout is not None
        ready = json.loads(demo.stdout.readline())
        try:
            phone = ssl.create_default_context(cafile=tmp_path / "tls" / "ca.crt")
            with urllib.request.urlopen(ready["origin"] + "/ca.crt", context=phone) as answer:
                assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
                assert answer.read() == (tmp_path / "tls" / "ca.crt").read_bytes()
            with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
                urllib.request.urlopen(ready["origin"])
            assert ready["camera_url"].startswith("https://127.0.0.1:")
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=30)
