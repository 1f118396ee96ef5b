"""From source to browser: a real demo process, a real Chromium, a real picture."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.async_api import Page

from benchmarks.recovery.watching import COUNT_PEERS, RECEIVED
from streaming.capture.demo_screen import demo_profile_toml
from streaming.capture.phantom import phantom_profile_toml
from streaming.domain.frame import Size
from streaming.domain.profile import parse_profile
from tests.chromium import OpenPage
from tests.e2e.demo import running_demo
from tests.e2e.picture import await_frames, luma, outside, resized

BLACK = 24.0


def phantom_profile(folder: Path, size: Size) -> Path:
    path = folder / "phantom.toml"
    path.write_text(phantom_profile_toml(size))
    return path


async def counting_peers(open_page: OpenPage, url: str) -> Page:
    page = await open_page("about:blank")
    await page.add_init_script(COUNT_PEERS)
    await page.goto(url)
    return page


async def test_newcomer_sees_a_moving_masked_picture(tmp_path: Path, open_page: OpenPage) -> None:
    async with running_demo(tmp_path) as demo:
        for url in (demo.cart_url, demo.expert_url, demo.observer_url):
            page = await open_page(url)
            assert await await_frames(page) == (1280, 720)
            first = await luma(page)
            await await_frames(page, 5)
            second = await luma(page)
            hidden = outside(parse_profile(demo_profile_toml()))
            assert first[hidden].max() <= BLACK
            assert np.abs(first - second)[~hidden].mean() > 0.2, "the picture doesn't move"
            assert first.max() > 100, "there is no picture"
            await page.wait_for_selector('[data-behind-ms]:not([data-behind-ms=""])')


async def test_without_a_confirmed_profile_only_black_leaves(
    tmp_path: Path, open_page: OpenPage
) -> None:
    async with running_demo(tmp_path, "--source", "phantom:") as demo:
        page = await open_page(demo.expert_url)
        await await_frames(page, 30)
        assert (await luma(page)).max() <= BLACK


async def test_changed_resolution_goes_black_and_the_picture_goes_on(
    tmp_path: Path, open_page: OpenPage
) -> None:
    profile = phantom_profile(tmp_path, Size(1280, 720))
    source = "phantom:?resize_after=6&resize_to=960x720"
    async with running_demo(tmp_path, "--source", source, "--profile", str(profile)) as demo:
        page = await open_page(demo.expert_url)
        await await_frames(page, 5)
        assert await resized(page) == (960, 720)
        await await_frames(page, 10)
        assert (await luma(page)).max() <= BLACK


async def test_resolution_that_fits_again_shows_the_masked_picture(
    tmp_path: Path, open_page: OpenPage
) -> None:
    profile = phantom_profile(tmp_path, Size(1280, 720))
    source = "phantom:?size=960x720&resize_after=6&resize_to=1280x720"
    async with running_demo(tmp_path, "--source", source, "--profile", str(profile)) as demo:
        page = await open_page(demo.expert_url)
        await await_frames(page, 5)
        assert (await luma(page)).max() <= BLACK
        assert await resized(page) == (1280, 720)
        await await_frames(page, 10)
        shown = await luma(page)
        hidden = outside(parse_profile(profile.read_text()))
        assert shown[hidden].max() <= BLACK
        assert shown[~hidden].max() > 60


@pytest.mark.parametrize("kind", ["dicom", "fifo", "phantom", "stdin", "stream", "video"])
async def test_every_source_arrives_masked(kind: str, tmp_path: Path, open_page: OpenPage) -> None:
    source, feeder = source_of(kind, tmp_path)
    stdin = feeder.stdout.fileno() if kind == "stdin" and feeder and feeder.stdout else None
    profile = tmp_path / "profile.toml"
    profile.write_text('name = "any"\nsize = [640, 480]\nregions = [[160, 120, 480, 360]]\n')
    options = ("--source", source, "--profile", str(profile))
    try:
        async with running_demo(tmp_path, *options, stdin=stdin) as demo:
            page = await open_page(demo.expert_url)
            assert await await_frames(page) == (640, 480)
            shown = await luma(page)
            hidden = outside(parse_profile(profile.read_text()))
            assert shown[hidden].max() <= BLACK
            assert shown[~hidden].max() > 60
    finally:
        if feeder is not None:
            feeder.kill()
            feeder.communicate()


async def test_killed_worker_costs_a_moment_and_no_packet(
    tmp_path: Path, open_page: OpenPage
) -> None:
    async with running_demo(tmp_path) as demo:
        page = await counting_peers(open_page, demo.expert_url)
        await await_frames(page)
        spare = await demo.spare()
        active = demo.workers()[0]
        os.kill(active.pid, signal.SIGKILL)
        await asyncio.to_thread(active.wait, 5)
        await page.wait_for_selector('[data-source="live"]')
        await await_frames(page, 20)
        assert demo.workers()[0].pid == spare.pid
        assert await page.evaluate(RECEIVED) == {"peers": 1, "lost": 0}


async def test_stalled_scanner_shows_no_signal_and_comes_back(
    tmp_path: Path, open_page: OpenPage
) -> None:
    source = "demo:?stall_after=6&stall_for=4"
    profile = tmp_path / "demo.toml"
    profile.write_text(demo_profile_toml())
    async with running_demo(tmp_path, "--source", source, "--profile", str(profile)) as demo:
        page = await open_page(demo.expert_url)
        await await_frames(page)
        before = await luma(page)
        await page.get_by_text("No signal").wait_for()
        await page.get_by_text("No signal").wait_for(state="hidden")
        await await_frames(page, 20)
        # Pixels, not frames: a picture that builds on the slate lacks whatever doesn't move.
        back = await luma(page)
        hidden = outside(parse_profile(demo_profile_toml()))
        assert back[hidden].max() <= BLACK
        assert tissue(back) > 0.7 * tissue(before)


async def test_frozen_scanner_is_not_called_no_signal(tmp_path: Path, open_page: OpenPage) -> None:
    profile = tmp_path / "demo.toml"
    profile.write_text(demo_profile_toml())
    options = ("--source", "demo:?freeze_after=4", "--profile", str(profile))
    async with running_demo(tmp_path, *options) as demo:
        page = await open_page(demo.expert_url)
        await page.get_by_text("Scanner frozen").wait_for()
        assert await page.get_by_text("No signal").count() == 0


async def test_everybody_is_back_after_a_restart(tmp_path: Path, open_page: OpenPage) -> None:
    async with running_demo(tmp_path) as demo:
        pages = [await open_page(url) for url in (demo.cart_url, demo.expert_url)]
        for page in pages:
            await await_frames(page)
        port = int(demo.cart_url.split("/")[2].split(":")[1])
    async with running_demo(tmp_path, port=port):
        started = time.monotonic()
        for page in pages:
            await await_frames(page, 5)
        print(f"everybody back after {time.monotonic() - started:.1f} s")


def tissue(shown: npt.NDArray[np.float64]) -> float:
    """The share of the picture that is brighter than blood and background."""
    return float((shown > 50).mean())


def source_of(kind: str, folder: Path) -> "tuple[str, subprocess.Popen[bytes] | None]":
    """A moving picture of 640x480 in the form of ``kind``, and the process that feeds it."""
    from imageio_ffmpeg import get_ffmpeg_exe

    from streaming.capture.demo_screen import demo_cine_path

    if kind == "dicom":
        return f"file:{demo_cine_path()}", None
    if kind == "phantom":
        return "phantom:?size=640x480", None
    film = folder / "cine.mp4"
    make = [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=30"]
    subprocess.run([*make, "-t", "3", "-pix_fmt", "yuv420p", str(film)], check=True)
    if kind == "video":
        return f"file:{film}", None
    play = [get_ffmpeg_exe(), "-v", "quiet", "-re", "-stream_loop", "-1", "-i", str(film)]
    if kind == "stream":
        url = f"udp://127.0.0.1:{free_udp_port()}"
        send = [*play, "-c:v", "libx264", "-g", "15", "-tune", "zerolatency", "-f", "mpegts", url]
        return url, subprocess.Popen(send, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    out = "-" if kind == "stdin" else str(folder / "pipe")
    if kind == "fifo":
        os.mkfifo(out)
    command = [*play, "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-y", out]
    feeder = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return f"y4m:{out}", feeder


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
