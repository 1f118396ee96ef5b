"""What of a peer's session description reaches the parser, whose work grows with the square of
what it reads: an outline of all its media, then the whole of one, and never many of a kind."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streaming.webrtc.negotiation import FEEDBACK
from streaming.workflow.live.ports import SdpError

MAX_LINE_LENGTH = 2_048
MAX_FORMATS = 128
"""In an m-line: as many as there are payload types."""

MAX_PARAMETERS = 24
"""In an ``a=fmtp`` line; RFC 6184 (8.1) defines as many for H.264, browsers write three."""


@dataclass(frozen=True, slots=True)
class SdpLimits:
    """``of_a_kind``: lines of one attribute among those that are read."""

    size_bytes: int
    lines: int
    media: int
    of_a_kind: int


ANSWER_LIMITS = SdpLimits(size_bytes=16_384, lines=400, media=13, of_a_kind=16)
"""To an offer of ours: 13 lines, a handful of payload types and extensions on each."""

OFFER_LIMITS = SdpLimits(size_bytes=32_768, lines=1_000, media=16, of_a_kind=64)
"""A browser's offer of audio and video is 8 kB, most of it about codecs that we don't send."""

_OUTLINE = frozenset(("mid", "inactive", "recvonly", "sendonly", "sendrecv"))
_TRANSPORT = frozenset(("fingerprint", "ice-lite", "ice-options", "ice-pwd", "ice-ufrag", "setup"))
_WHOLE = _OUTLINE | _TRANSPORT | {"extmap", "fmtp", "rtcp-fb", "rtcp-mux", "rtpmap"}
_CODECS = frozenset(("H264", "VP8", "RTX", "OPUS"))
_ABOUT_CODEC = re.compile(r"a=(rtpmap|fmtp|rtcp-fb):(\*|[0-9]{1,3}) (.+)")


class SdpLines:
    """A description cut into the session's part and one for each of its media.

    Raises:
        SdpError: ``sdp.too_long``.
    """

    def __init__(self, sdp: str, limits: SdpLimits) -> None:
        self._of_a_kind = limits.of_a_kind
        if len(sdp) > limits.size_bytes or len(sdp.encode()) > limits.size_bytes:
            raise _too_long(f"more than {limits.size_bytes} bytes of SDP")
        lines = sdp.splitlines()
        if len(lines) > limits.lines or max(map(len, lines), default=0) > MAX_LINE_LENGTH:
            raise _too_long(f"more than {limits.lines} lines of SDP, or too long a line")
        starts = [place for place, line in enumerate(lines) if line.startswith("m=")]
        if len(starts) > limits.media:
            raise _too_long(f"more than {limits.media} media lines in the SDP")
        if any(lines[start].count(" ") > 3 + MAX_FORMATS for start in starts):
            raise _too_long("too many formats in an SDP media line")
        self._session = lines[: starts[0]] if starts else lines
        ends = [*starts, len(lines)][1:]
        self._media = [lines[start:end] for start, end in zip(starts, ends, strict=True)]

    def outline(self) -> str:
        """Of each media its m-line, its name and its direction."""
        return _text(line for media in self._media for line in (media[0], *_with(_OUTLINE, media)))

    def whole(self, index: int) -> str:
        """What we use of the session's part and of media ``index``.

        Raises:
            SdpError: ``sdp.too_long``, or ``sdp.malformed`` when a payload type is mapped twice.
        """
        media = self._media[index]
        attributes = _of_our_codecs(_with(_WHOLE, media))
        session = _with(_TRANSPORT, self._session)
        for part in (session, attributes):
            if max(Counter(map(_attribute, part)).values(), default=0) > self._of_a_kind:
                raise _too_long("too many lines of one kind in the SDP")
        return _text([*session, media[0], *attributes])


def _attribute(line: str) -> str:
    """Its name; empty for any other line."""
    return line[2:].partition(":")[0] if line.startswith("a=") else ""


def _with(attributes: frozenset[str], part: Sequence[str]) -> list[str]:
    return [line for line in part if _attribute(line) in attributes]


def _of_our_codecs(lines: Sequence[str]) -> list[str]:
    """Without the lines about other codecs and other feedback, and none of the rest twice."""
    about = {
        line: _ABOUT_CODEC.fullmatch(line)
        for line in lines
        if _attribute(line) in ("rtpmap", "fmtp", "rtcp-fb")
    }
    if not all(about.values()):
        raise SdpError("sdp.malformed", "an SDP line about a codec is malformed")
    described = [found.groups() for found in about.values() if found]
    mapped = [int(number) for kind, number, _ in described if kind == "rtpmap"]
    if len(set(mapped)) < len(mapped):
        raise SdpError("sdp.malformed", "the SDP maps a payload type twice")
    ours = {
        number
        for kind, number, value in described
        if kind == "rtpmap" and value.partition("/")[0].upper() in _CODECS
    }
    return [line for line in dict.fromkeys(lines) if _is_ours(about.get(line), ours)]


def _is_ours(found: re.Match[str] | None, ours: set[str]) -> bool:
    if found is None:
        return True
    kind, number, value = found.groups()
    if kind == "rtcp-fb":
        return (number == "*" or number in ours) and value in FEEDBACK
    if kind == "fmtp" and value.count(";") >= MAX_PARAMETERS and number in ours:
        raise _too_long("too many parameters in an SDP line")
    return number in ours


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _too_long(words: str) -> SdpError:
    return SdpError("sdp.too_long", words)
