"""Streams of a real FFmpeg over loopback."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streaming.capture.ffmpeg_url import FfmpegUrl
from streaming.domain.frame import Size
from streaming.picture.source import Source, SourceError
from streaming.sound.source import sound_of
from tests.capture.conftest import StartFfmpeg
from tests.capture.listening import heard, listening, pitch_hz
from tests.capture.reading import PATIENCE_S, luma, next_frame, opened

PATTERN = ("-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30")
LIVE_H264 = (
    *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"),
    *("-g", "15", "-pix_fmt", "yuv420p"),
)
SECRET = "hunter2"


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def open_patiently(url: str) -> FfmpegUrl:
    """The sender takes a moment to listen; until then it can't be reached."""
    source = FfmpegUrl(url, source_id="s")
    for _ in range(100):
        try:
            source.open()
        except SourceError as error:
            assert error.lost
            threading.Event().wait(0.1)
        else:
            return source
    raise AssertionError("the sender never listened")


def lost(source: Source) -> SourceError:
    with pytest.raises(SourceError) as caught:
        while True:
            source.read(PATIENCE_S)
    assert caught.value.lost and caught.value.fix
    return caught.value


def no_thread_is_left() -> bool:
    return "ffmpeg-url" not in {thread.name for thread in threading.enumerate()}


def test_mpeg_ts_over_udp(ffmpeg: StartFfmpeg) -> None:
    port = free_port(socket.SOCK_DGRAM)
    ffmpeg(*PATTERN, *LIVE_H264, "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316")
    with opened(FfmpegUrl(f"udp://127.0.0.1:{port}", source_id="s")) as source:
        frames = [next_frame(source) for _ in range(10)]
    assert frames[0].size == Size(640, 360)
    assert luma(frames[-1]).std() > 20
    for before, after in itertools.pairwise(frames):
        assert after.number > before.number
        assert after.captured_at_ns > before.captured_at_ns
    assert no_thread_is_left()


@pytest.mark.parametrize("channels", [1, 2])
def test_its_sound_is_decoded_only_while_it_is_wanted(ffmpeg: StartFfmpeg, channels: int) -> None:
    port = free_port(socket.SOCK_DGRAM)
    tones = "|".join(f"0.5*sin(2*PI*{1000 * (n + 1)}*t)" for n in range(channels))
    ffmpeg(
        *(*PATTERN, "-re", "-f", "lavfi", "-i", f"aevalsrc={tones}:s=44100", *LIVE_H264),
        *("-c:a", "mp2", "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"),
    )
    with opened(FfmpegUrl(f"udp://127.0.0.1:{port}", source_id="s")) as source:
        next_frame(source)
        sound = sound_of(source)
        assert sound is not None
        next_frame(source)
        assert sound.read(0) is None, "nobody has opened it"
        with listening(sound):
            samples = heard(sound, 0.3)
            next_frame(source)
        sound.open()
        assert sound.read(0) is None, "what came before is of no interest"
    assert samples.shape[1] == channels
    for n in range(channels):
        assert pitch_hz(samples[:, n]) == pytest.approx(1000 * (n + 1), abs=15)


def test_a_stream_without_sound_has_none(ffmpeg: StartFfmpeg) -> None:
    port = free_port(socket.SOCK_DGRAM)
    ffmpeg(*PATTERN, *LIVE_H264, "-f", "mpegts", f"udp://127.0.0.1:{port}")
    source = FfmpegUrl(f"udp://127.0.0.1:{port}", source_id="s")
    assert sound_of(source) is None
    with opened(source):
        assert sound_of(source) is None


def test_a_sender_that_goes_silent_is_lost(ffmpeg: StartFfmpeg) -> None:
    port = free_port(socket.SOCK_DGRAM)
    sender = ffmpeg(*PATTERN, *LIVE_H264, "-f", "mpegts", f"udp://127.0.0.1:{port}")
    with opened(FfmpegUrl(f"udp://127.0.0.1:{port}", source_id="s", read_timeout_s=0.5)) as source:
        next_frame(source)
        sender.kill()
        assert lost(source).code == "source.stream_stalled"


def test_http_and_its_end(ffmpeg: StartFfmpeg) -> None:
    port = free_port()
    ffmpeg(
        *(*PATTERN, "-frames:v", "20", *LIVE_H264),
        *("-f", "mpegts", "-listen", "1", f"http://127.0.0.1:{port}/live"),
    )
    source = open_patiently(f"http://127.0.0.1:{port}/live")
    assert next_frame(source).size == Size(640, 360)
    assert lost(source).code == "source.stream_ended"
    source.close()


def test_a_lost_stream_can_be_opened_again(ffmpeg: StartFfmpeg) -> None:
    port = free_port(socket.SOCK_DGRAM)
    source = FfmpegUrl(f"udp://127.0.0.1:{port}", source_id="s", read_timeout_s=0.5)
    for size in ("640x360", "320x240"):
        sender = ffmpeg(
            *("-re", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30", *LIVE_H264),
            *("-f", "mpegts", f"udp://127.0.0.1:{port}"),
        )
        with opened(source):
            assert str(next_frame(source).size) == size
            sender.kill()
            lost(source)


@contextmanager
def silent_server() -> Iterator[int]:
    """Accepts, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "rtsp", "rtmp"])
def test_a_server_that_never_answers_is_given_up(scheme: str) -> None:
    with silent_server() as port:
        source = FfmpegUrl(f"{scheme}://127.0.0.1:{port}/x", source_id="s", open_timeout_s=0.5)
        with pytest.raises(SourceError) as caught:
            source.open()
    assert caught.value.code == "source.stream_unreachable" and caught.value.lost


@pytest.mark.parametrize("scheme", ["http", "rtsp", "rtmp", "tcp"])
def test_a_refused_connection_is_lost_and_keeps_the_address_secret(scheme: str) -> None:
    source = FfmpegUrl(f"{scheme}://user:{SECRET}@127.0.0.1:{free_port()}/x", source_id="s")
    with pytest.raises(SourceError) as caught:
        source.open()
    error = caught.value
    assert error.code == "source.stream_unreachable" and error.lost
    told = f"{error} {error.fix}"
    assert scheme in told
    assert SECRET not in told and "127.0.0.1" not in told
    source.close()


def test_a_protocol_ffmpeg_was_built_without_is_no_reason_to_wait() -> None:
    """The wheels of PyAV have no SRT, for instance."""
    with pytest.raises(SourceError) as caught:
        FfmpegUrl("nosuch://127.0.0.1/x", source_id="s").open()
    assert caught.value.code == "source.protocol_missing"
    assert "nosuch" in str(caught.value) and "y4m:" in caught.value.fix
    assert not caught.value.lost


@pytest.mark.parametrize(
    ("url", "muxer"),
    [
        ("rtmp://127.0.0.1:{port}/live/screen", ("-f", "flv", "-listen", "1")),
        ("tcp://127.0.0.1:{port}", ("-f", "mpegts", "-listen", "1")),
    ],
)
def test_a_sender_that_is_a_server(ffmpeg: StartFfmpeg, url: str, muxer: tuple[str, ...]) -> None:
    address = url.format(port=free_port())
    ffmpeg(*PATTERN, *LIVE_H264, *muxer, address)
    source = open_patiently(address)
    assert next_frame(source).size == Size(640, 360)
    source.close()


def test_a_stream_without_video_is_refused(ffmpeg: StartFfmpeg) -> None:
    port = free_port()
    ffmpeg(
        *("-re", "-f", "lavfi", "-i", "sine", "-c:a", "mp2", "-f", "mpegts", "-listen", "1"),
        f"http://127.0.0.1:{port}/sound",
    )
    source = FfmpegUrl(f"http://127.0.0.1:{port}/sound", source_id="s")
    for _ in range(100):
        with pytest.raises(SourceError) as caught:
            source.open()
        if caught.value.code != "source.stream_unreachable":
            break
        threading.Event().wait(0.1)
    assert caught.value.code == "source.no_video"
    assert not caught.value.lost
    assert no_thread_is_left()
