"""A patient's name and record number, planted wherever a stranger can put text."""

from pathlib import Path

import aiohttp
import pytest

from streaming.domain.session import Role
from tests.signaling.node import Node, close_of

NAME = "ZZCANARY^JANE"
RECORD = "MRN-7316-4420"
CANARY = f"{NAME} {RECORD}"


async def plant(node: Node, browser: aiohttp.ClientSession) -> None:
    headers = {"User-Agent": CANARY, "Referer": f"http://x/{NAME}", "X-Note": CANARY}
    for path in (f"/{NAME}", f"/cart?patient={RECORD}", f"/api/seats/{NAME}", f"/whep/{NAME}"):
        async with browser.get(node.url(path), headers=headers):
            pass
    for body in ({"invite": f"{CANARY}{CANARY}"}, {"invite": CANARY, NAME: RECORD}):
        async with browser.post(node.url("/api/seats"), json=body, headers=headers):
            pass
    sdp = {"Authorization": f"Bearer {node.grant()}", "Content-Type": "application/sdp"}
    async with browser.post(node.url("/whep/demo"), data=f"v=0 {CANARY}", headers=sdp):
        pass
    socket = await node.enter(browser, Role.OPERATOR)
    for message in (
        {"type": NAME},
        {"type": "clock.ping", "client_ms": CANARY},
        {"type": "media.answer", "peer": NAME, "sdp": f"v=0\r\ns={CANARY}\r\n"},
        {"type": "session.end"},
    ):
        await socket.send_json(message)
    node.audit.record("mask.black", detail=CANARY)
    for _ in range(30):
        await socket.send_str(CANARY)
    await close_of(socket)


def everything_in(folder: Path) -> bytes:
    return b"".join(p.read_bytes() + p.name.encode() for p in folder.rglob("*") if p.is_file())


async def test_no_patient_reaches_the_log_the_database_or_the_metrics(
    node: Node,
    browser: aiohttp.ClientSession,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await plant(node, browser)
    await node.audit.flush()
    async with browser.get(node.url("/metrics")) as response:
        metrics = await response.text()
    captured = capsys.readouterr()
    assert "seat taken" in captured.out
    kept = everything_in(tmp_path)
    assert b"seat.taken" in kept
    for text in (captured.out, captured.err, caplog.text, metrics):
        assert "CANARY" not in text
        assert RECORD not in text
    assert b"CANARY" not in kept
    assert RECORD.encode() not in kept
    assert "127.0.0.1" not in captured.out + captured.err + caplog.text
