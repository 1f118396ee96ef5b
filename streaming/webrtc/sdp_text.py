"""Session descriptions as text: ours are always written, never patched (RFC 8866, RFC 9429)."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Transport:
    """The ICE-lite end that all m-lines share (BUNDLE). ``setup`` is actpass or passive."""

    ufrag: str
    password: str
    fingerprint: str
    setup: str
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class CodecLine:
    """``encoding`` is the rtpmap's right side, e.g. ``VP8/90000``."""

    payload_type: int
    encoding: str
    parameters: str = ""
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaLine:
    """An m-line that is used. ``ssrcs`` is empty for one we only receive on; a second SSRC is the
    first one's RTX."""

    kind: str
    mid: str
    direction: str
    codecs: Sequence[CodecLine]
    extensions: Mapping[int, str]
    msid: str = ""
    ssrcs: Sequence[int] = ()
    cname: str = ""
    attributes: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """An m-line of the peer's that we don't take (RFC 3264, 6): port 0."""

    kind: str
    protocol: str
    formats: Sequence[str]
    mid: str


def session_text(
    transport: Transport, lines: Sequence[MediaLine | RejectedLine], *, session_id: int
) -> str:
    """``session_id`` fits 63 bits (RFC 9429, 5.2.1)."""
    used = [line for line in lines if isinstance(line, MediaLine)]
    written = [
        "v=0",
        f"o=- {session_id} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE " + " ".join(line.mid for line in used),
        "a=msid-semantic: WMS *",
    ]
    for line in lines:
        if isinstance(line, RejectedLine):
            written.extend(_rejected(line))
        else:
            written.extend(_used(line, transport, with_candidates=line is used[0]))
    return "\r\n".join(written) + "\r\n"


def _used(line: MediaLine, transport: Transport, *, with_candidates: bool) -> Iterator[str]:
    formats = " ".join(str(codec.payload_type) for codec in line.codecs)
    yield f"m={line.kind} {transport.port} UDP/TLS/RTP/SAVPF {formats}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=mid:{line.mid}"
    yield f"a={line.direction}"
    yield f"a=ice-ufrag:{transport.ufrag}"
    yield f"a=ice-pwd:{transport.password}"
    yield f"a=fingerprint:sha-256 {transport.fingerprint}"
    yield f"a=setup:{transport.setup}"
    yield "a=rtcp-mux"
    yield "a=rtcp-rsize"
    yield from line.attributes
    yield from (f"a=extmap:{number} {uri}" for number, uri in line.extensions.items())
    yield from _codecs(line.codecs)
    yield from _sources(line)
    if with_candidates:
        yield from _candidates(transport)


def _codecs(codecs: Iterable[CodecLine]) -> Iterator[str]:
    for codec in codecs:
        yield f"a=rtpmap:{codec.payload_type} {codec.encoding}"
        yield from (f"a=rtcp-fb:{codec.payload_type} {kind}" for kind in codec.feedback)
        if codec.parameters:
            yield f"a=fmtp:{codec.payload_type} {codec.parameters}"


def _sources(line: MediaLine) -> Iterator[str]:
    if line.msid:
        yield f"a=msid:{line.msid}"
    if len(line.ssrcs) > 1:
        yield "a=ssrc-group:FID " + " ".join(str(ssrc) for ssrc in line.ssrcs)
    for ssrc in line.ssrcs:
        yield f"a=ssrc:{ssrc} cname:{line.cname}"
        yield f"a=ssrc:{ssrc} msid:{line.msid}"


def _candidates(transport: Transport) -> Iterator[str]:
    """Host candidates, the first address preferred (RFC 8445, 5.1.2)."""
    for place, address in enumerate(transport.addresses):
        priority = 126 << 24 | 65_535 - place << 8 | 255
        host = ipaddress.ip_address(address)
        yield f"a=candidate:{place + 1} 1 udp {priority} {host} {transport.port} typ host"
    yield "a=end-of-candidates"


def _rejected(line: RejectedLine) -> Iterator[str]:
    yield f"m={line.kind} 0 {line.protocol} {' '.join(line.formats)}"
    yield "c=IN IP4 0.0.0.0"
    if line.mid:
        yield f"a=mid:{line.mid}"
    yield "a=inactive"
