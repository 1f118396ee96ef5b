"""``rtsp://…``, ``rtmp://…``, ``http(s)://…``, ``udp://…``: live streams by FFmpeg.

A thread receives and decodes; whoever reads gets the newest picture. FFmpeg is told to probe
briefly, to decode without delay and to give up after a while without data, which also bounds how
long closing can take. It isn't told ``nobuffer``: that throws away what was received while probing,
the key frame among it, and delays the first picture to the next one (by 2.5 s at a key frame every
3 s). An address may hold a password, so no error or log line repeats it.
"""

import itertools
import threading
import time
from typing import cast

import av
from av.codec.context import Flags
from av.container import InputContainer
from av.video.stream import VideoStream

from streaming.capture.i420 import Converter, even_size
from streaming.capture.newest import Newest, Receiver
from streaming.capture.sound_blocks import sound_stream
from streaming.capture.sound_tap import SoundTap
from streaming.picture.frame import RawFrame
from streaming.picture.source import SourceError
from streaming.sound.source import SoundSource

OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 2.5
DECODER_THREADS = 2

_OPTIONS = {
    "probesize": "500000",
    "analyzeduration": "500000",
    "max_delay": "0",
    "reorder_queue_size": "0",
}
_RTSP_OPTIONS = {"rtsp_transport": "tcp"}


class FfmpegUrl:
    def __init__(
        self,
        url: str,
        *,
        source_id: str,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._url = url
        self._scheme = url.partition(":")[0].lower()
        self._source_id = source_id
        self._timeouts_s = (open_timeout_s, read_timeout_s)
        self._receiver: Receiver[RawFrame] | None = None
        self._tap: SoundTap | None = None

    @property
    def sound(self) -> SoundSource | None:
        return self._tap

    def open(self) -> None:
        container = self._connect()
        try:
            stream = _video_stream(container)
        except SourceError:
            container.close()
            raise

        self._tap = None if sound_stream(container) is None else SoundTap()

        def receive(newest: Newest[RawFrame], stopping: threading.Event) -> None:
            self._receive(container, stream, newest, stopping)

        self._receiver = Receiver(receive, "ffmpeg-url")

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._receiver is None:
            raise RuntimeError("read before open")
        return self._receiver.newest.take(timeout_s)

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver.stop()
            self._receiver = self._tap = None

    def _connect(self) -> InputContainer:
        options = _OPTIONS | (_RTSP_OPTIONS if self._scheme.startswith("rtsp") else {})
        try:
            return av.open(self._url, mode="r", options=options, timeout=self._timeouts_s)
        except av.error.ProtocolNotFoundError as error:
            raise self._no_protocol() from error
        except (av.FFmpegError, OSError) as error:
            raise self._lost("unreachable", "can't be reached", error) from error

    def _receive(
        self,
        container: InputContainer,
        stream: VideoStream,
        newest: Newest[RawFrame],
        stopping: threading.Event,
    ) -> None:
        """Owns ``container``, so that it is never closed while FFmpeg is in it."""
        heard, tap = sound_stream(container), self._tap
        streams = (stream,) if heard is None else (stream, heard)
        converter = Converter()
        numbers = itertools.count()
        try:
            for packet in container.demux(*streams):
                if stopping.is_set():
                    return
                if tap is not None and packet.stream is heard:
                    tap.packet(cast("av.Packet[av.AudioStream]", packet))
                    continue
                for frame in _decode(cast("av.Packet[VideoStream]", packet)):
                    size = even_size(frame.width, frame.height)
                    planes = converter.convert(frame)
                    now_ns = time.monotonic_ns()
                    newest.put(RawFrame(self._source_id, next(numbers), now_ns, size, planes))
        except (av.FFmpegError, OSError) as error:
            raise self._lost("stalled", "sends nothing any more", error) from error
        finally:
            container.close()
        raise self._lost("ended", "has ended", None)

    def _no_protocol(self) -> SourceError:
        return SourceError(
            "source.protocol_missing",
            f"the FFmpeg inside this program doesn't speak {self._scheme}",
            fix="let another FFmpeg receive it: mkfifo FIFO; "
            f"ffmpeg -i {self._scheme}://… -pix_fmt yuv420p -f yuv4mpegpipe FIFO; "
            "and use y4m:FIFO",
        )

    def _lost(self, what: str, words: str, error: Exception | None) -> SourceError:
        reason = type(error).__name__ if error is not None else "end of stream"
        return SourceError(
            f"source.stream_{what}",
            f"the {self._scheme} stream {words} ({reason})",
            fix="check that it plays elsewhere, and its address, password and firewall",
            lost=True,
        )


def _video_stream(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise SourceError(
            "source.no_video",
            "there is no video in the stream",
            fix="choose a stream with a video track",
        )
    stream = container.streams.video[0]
    stream.thread_type = "SLICE"
    stream.codec_context.thread_count = DECODER_THREADS
    stream.codec_context.flags |= Flags.low_delay
    return stream


def _decode(packet: "av.Packet[VideoStream]") -> list[av.VideoFrame]:
    """A damaged packet gives no picture; the next key frame repairs it."""
    try:
        return packet.decode()
    except av.InvalidDataError:
        return []
