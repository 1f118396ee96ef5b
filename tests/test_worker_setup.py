"""The set-up page of a real worker process, from the wish to the confirmed picture."""

import socket
from urllib.parse import urlsplit

import aiohttp
import cv2
import numpy as np
import pytest

from streaming.domain.frame import EncodedFrame, Rung
from streaming.domain.profile import parse_profile, profile_sha256
from streaming.logs import VERBOSE_VARIABLE
from streaming.protocol import worker_link as wire
from streaming.setup_page.looking import STEPS
from tests.picture.pictures import SIZE
from tests.picture.test_encode import decode
from tests.worker_node import worker


async def test_person_confirms_a_region_and_the_picture_appears_masked() -> None:
    with worker() as on_trial:
        on_trial.start("fake:freeze_after=0", profile_toml=None)
        on_trial.send(wire.OpenSetup())
        address = on_trial.expect(wire.SetupReady).url
        origin, _, token = address.partition("/setup#token=")
        assert origin.startswith("http://127.0.0.1:")

        async with aiohttp.ClientSession(origin, headers={"Origin": origin}) as page:
            async with page.post("/api/session", json={"token": token}) as answer:
                page.headers["Authorization"] = f"Bearer {(await answer.json())['session']}"
            async with page.get("/api/frame") as answer:
                png = np.frombuffer(await answer.read(), np.uint8)
                shown = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)
            assert shown is not None
            assert shown.shape == (SIZE.height, SIZE.width) and shown.max() > 200
            drawn = {
                "name": "left half",
                "size": [SIZE.width, SIZE.height],
                "regions": [{"rect": [0, 0, SIZE.width // 2, SIZE.height]}],
            }
            async with page.post("/api/profile", json=drawn) as answer:
                sha256 = (await answer.json())["sha256"]

        confirmed = on_trial.expect(wire.ProfileConfirmed)
        assert confirmed.sha256 == sha256 == profile_sha256(parse_profile(confirmed.toml))
        told = on_trial.expect(wire.Health, lambda h: h.mask == "confirmed")
        assert told.profile == "left half"
        on_trial.send(wire.RequestIdr())
        key = on_trial.expect(EncodedFrame, lambda f: f.keyframe and f.rung is Rung.LIVE)
        picture = decode([key])[0]
        assert picture[:, : SIZE.width // 2].mean() > 30
        assert picture[:, SIZE.width // 2 + 16 :].max() <= 24


async def test_proposal_of_a_moving_scanner_is_confirmed_and_holds_for_its_page() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.start("phantom:?size=1280x720&fps=30", profile_toml=None)
        on_trial.send(wire.OpenSetup())
        address = on_trial.expect(wire.SetupReady).url
        origin, _, token = address.partition("/setup#token=")
        async with aiohttp.ClientSession(origin, headers={"Origin": origin}) as page:
            async with page.post("/api/session", json={"token": token}) as answer:
                page.headers["Authorization"] = f"Bearer {(await answer.json())['session']}"
            found = None
            for step in range(STEPS):
                async with page.post("/api/proposal", json={"anew": step == 0}) as answer:
                    found = (await answer.json())["proposal"]
            assert found is not None and found["code"] == "proposal.found"
            drawn = {"name": "as proposed", "size": [1280, 720], "regions": found["regions"]}
            async with page.post("/api/profile", json=drawn) as answer:
                assert answer.status == 200
        confirmed = parse_profile(on_trial.expect(wire.ProfileConfirmed).toml)
        assert confirmed.layout is not None
        on_trial.expect(wire.Health, lambda h: h.mask == "confirmed")
        on_trial.send(wire.RequestIdr())
        key = on_trial.expect(EncodedFrame, lambda f: f.keyframe and f.rung is Rung.LIVE)
        picture = decode([key])[0]
        assert picture[300:500, 560:720].max() > 30
        assert picture[:56].max() <= 24, "the header"


def test_what_a_stranger_sends_to_the_page_isnt_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VERBOSE_VARIABLE, "1")
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.send(wire.OpenSetup())
        port = urlsplit(on_trial.expect(wire.SetupReady).url).port
        for request in (
            b"OKAFOR / HTTP/9.9\r\n\r\n",
            b"GET /OKAFOR HTTP/1.1\r\nHost: OKAFOR\r\nOKAFOR\r\n\r\n",
            b"POST /api/session HTTP/1.1\r\nContent-Length: OKAFOR\r\nX-Name: OKAFOR\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), 10) as page:
                page.sendall(request)
                page.shutdown(socket.SHUT_WR)
                while page.recv(4_096):
                    pass
        on_trial.send(wire.Stop())
        assert on_trial.exit_status() == 0
        log = on_trial.log()
    assert "set-up page open" in log
    assert "OKAFOR" not in log and "127.0.0.1" not in log and "Traceback" not in log


def test_asking_again_gives_a_new_address_of_the_same_page() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.send(wire.OpenSetup())
        first = on_trial.expect(wire.SetupReady).url
        on_trial.send(wire.OpenSetup())
        second = on_trial.expect(wire.SetupReady).url
        assert first != second
        assert first.partition("#")[0] == second.partition("#")[0]
