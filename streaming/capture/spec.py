"""SPEC strings: what to capture, in one line.

Each kind of source is imported when it is asked for, so that a worker holds only what it uses
(pydicom alone is 30 MB).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from streaming.capture.faults import FaultySource
from streaming.capture.pacing import DEFAULT_RATE
from streaming.capture.spec_options import FAULTS, Options, malformed
from streaming.domain.frame import Size
from streaming.picture.source import Source, SourceError
from streaming.sound.source import SoundSource

_ALSA_DEVICE = re.compile(r"[a-z]+(:[A-Za-z0-9_,=-]+)?")
_URL_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "udp", "tcp", "srt", "rtp")


@dataclass(frozen=True, slots=True)
class SpecHelp:
    """One line of ``--help`` and of the message for a SPEC that can't be read."""

    form: str
    meaning: str
    example: str


SPECS = (
    SpecHelp("demo:[?barcode=1]", "a real cardiac cine on an imaginary scanner's screen", "demo:"),
    SpecHelp(
        "phantom:[?size=WxH&fps=N&seed=N&sound=1&freeze_after=S&stall_after=S&lost_after=S]",
        "a synthetic moving sector with a clock in its pixels, and faults on request",
        "phantom:?size=1920x1080&fps=30",
    ),
    SpecHelp("file:PATH", "a DICOM cine or still, or any video; looped", "file:clip.dcm"),
    SpecHelp(
        "v4l2:DEVICE[?size=WxH&fps=N&format=NV12&audio=hw:1]",
        "a capture card; 'sonopair devices' lists them",
        "v4l2:/dev/video0",
    ),
    SpecHelp("rtsp://…", "a live stream; also rtmp, http, https, tcp, udp", "rtsp://host/screen"),
    SpecHelp("y4m:PATH", "raw pictures from any program, by FIFO or file", "y4m:/tmp/screen.y4m"),
    SpecHelp("y4m:-", "the same, from standard input", "y4m:-"),
)


def open_source(spec: str, *, source_id: str) -> Source:
    """The source that ``spec`` names. Its ``open`` hasn't been called yet.

    Raises:
        SourceError: ``source.spec_unknown`` or ``source.spec_malformed``.
    """
    spec = spec.strip()
    scheme, colon, rest = spec.partition(":")
    match scheme.lower() if colon else "":
        case "demo":
            return _demo(rest, source_id)
        case "phantom":
            return _phantom(rest, source_id)
        case "file":
            return _file(rest, source_id)
        case "y4m":
            return _y4m(rest, source_id)
        case "v4l2":
            return _v4l2(rest, source_id)
        case url if url in _URL_SCHEMES and rest.startswith("//") and len(rest) > 2:
            return _url(spec, source_id)
    raise _unknown(spec)


def _demo(rest: str, source_id: str) -> Source:
    from streaming.capture.demo_screen import DemoScreen

    options = Options(_query_only(rest, "demo"), FAULTS | {"barcode"})
    source = DemoScreen(source_id=source_id, with_barcode=options.flag("barcode"))
    return _with_faults(source, options)


def _phantom(rest: str, source_id: str) -> Source:
    from streaming.capture.phantom import DEFAULT_SIZE, MIN_SIZE, Phantom, Resize

    known = FAULTS | {"size", "fps", "seed", "sound", "resize_after", "resize_to"}
    options = Options(_query_only(rest, "phantom"), known)
    if options.has("resize_after") != options.has("resize_to"):
        example = "resize_after=5&resize_to=1920x1080"
        raise malformed("'resize_after' and 'resize_to' go together", example)
    resize_to = options.size("resize_to", None, at_least=MIN_SIZE)
    source = Phantom(
        source_id=source_id,
        size=options.size("size", None, at_least=MIN_SIZE) or DEFAULT_SIZE,
        fps=options.rate("fps") or DEFAULT_RATE,
        seed=options.integer("seed", 1),
        resize=Resize(options.seconds("resize_after", 0), resize_to) if resize_to else None,
        with_sound=options.flag("sound"),
    )
    return _with_faults(source, options)


def _with_faults(source: Source, options: Options) -> Source:
    faults = options.faults()
    return source if faults.are_none() else FaultySource(source, faults)


def _file(rest: str, source_id: str) -> Source:
    from streaming.capture.file_source import FileSource

    return FileSource(_path(rest, "file:clip.dcm"), source_id=source_id)


def _y4m(rest: str, source_id: str) -> Source:
    from streaming.capture.y4m_pipe import Y4mPipe
    from streaming.capture.y4m_source import Y4mSource

    if rest == "-":
        return Y4mPipe(None, source_id=source_id)
    return Y4mSource(_path(rest, "y4m:/tmp/screen.y4m"), source_id=source_id)


def _v4l2(rest: str, source_id: str) -> Source:
    from streaming.capture.v4l2 import V4l2Source
    from streaming.capture.v4l2_pictures import FORMATS, Wanted

    device, _, query = rest.partition("?")
    options = Options(query, frozenset({"size", "fps", "format", "audio"}))
    wanted_format = options.text("format", "").upper()
    if wanted_format and wanted_format not in FORMATS:
        raise malformed(f"'format' is one of {', '.join(FORMATS)}", "format=NV12")
    wanted = Wanted(
        size=options.size("size", None, at_least=Size(160, 120)),
        rate=options.rate("fps"),
        format=wanted_format,
    )
    return V4l2Source(
        _path(device, "v4l2:/dev/video0"), wanted, source_id=source_id, sound=_alsa(options)
    )


def _alsa(options: Options) -> SoundSource | None:
    from streaming.capture.alsa import AlsaSound

    if not options.has("audio"):
        return None
    device = options.text("audio", "")
    if not _ALSA_DEVICE.fullmatch(device):
        raise malformed("'audio' is an ALSA device; 'arecord -l' lists them", "audio=hw:1")
    return AlsaSound(device)


def _url(spec: str, source_id: str) -> Source:
    from streaming.capture.ffmpeg_url import FfmpegUrl

    return FfmpegUrl(spec, source_id=source_id)


def _query_only(rest: str, scheme: str) -> str:
    if rest and not rest.startswith("?"):
        raise malformed(f"'{scheme}:' takes only options", f"{scheme}:?key=value")
    return rest[1:]


def _path(rest: str, example: str) -> Path:
    if not rest or "\0" in rest:
        raise malformed("the path is missing", example)
    return Path(os.path.expanduser(rest))


def _unknown(spec: str) -> SourceError:
    """Never repeats ``spec``: it may hold a password or a name."""
    if os.path.exists(spec):
        fix = "write 'file:' before the path"
    else:
        fix = "use one of: " + "   ".join(line.form for line in SPECS)
    return SourceError("source.spec_unknown", "this isn't a source that is known", fix=fix)
