"""A player that knows WHEP and nothing of Sonopair: aiortc, with one codec at a time."""

import asyncio
import time
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from av import VideoFrame

from streaming.auth.grants import GrantKeys, mint
from streaming.capture.demo_screen import demo_profile_toml
from streaming.domain.profile import parse_profile
from tests.e2e.demo import Demo, running_demo
from tests.e2e.picture import outside

BLACK = 24


def grant(demo: Demo, data_dir: Path) -> str:
    key = (data_dir / "grant.key").read_text().strip()
    origin = demo.expert_url.partition("/expert")[0]
    return mint(GrantKeys({"local": key}, origin), room="demo", now_s=int(time.time()))


@pytest.mark.parametrize("codec", ["video/H264", "video/VP8"])
async def test_stranger_watches_the_masked_picture(codec: str, tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo, aiohttp.ClientSession() as http:
        origin = demo.expert_url.partition("/expert")[0]
        player = RTCPeerConnection()
        transceiver = player.addTransceiver("video", direction="recvonly")
        can = RTCRtpReceiver.getCapabilities("video")
        assert can is not None
        transceiver.setCodecPreferences([c for c in can.codecs if c.mimeType == codec])
        await player.setLocalDescription(await player.createOffer())
        response = await http.post(
            f"{origin}/whep/demo",
            data=player.localDescription.sdp,
            headers={
                "Content-Type": "application/sdp",
                "Authorization": f"Bearer {grant(demo, tmp_path / 'data')}",
            },
        )
        assert response.status == 201
        answer = await response.text()
        assert codec.partition("/")[2] in answer
        await player.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        hidden = outside(parse_profile(demo_profile_toml()))
        async with asyncio.timeout(30):
            for _ in range(10):
                frame = await transceiver.receiver.track.recv()
        assert isinstance(frame, VideoFrame)
        shown = frame.to_ndarray(format="yuv420p")[: frame.height]
        assert shown[hidden].max() <= BLACK
        assert np.percentile(shown[~hidden], 99) > 60
        left = await http.delete(origin + response.headers["Location"])
        assert left.status == 200
        await player.close()
