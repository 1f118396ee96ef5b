"""Descriptions as browsers write them, and as nobody should."""

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

import pytest

from streaming.domain.frame import Codec
from streaming.webrtc.negotiation import (
    CAMERA,
    DOPPLER,
    FILM,
    SCANNER,
    VIDEO_MIDS,
    VOICE,
    Agreement,
    VideoAgreement,
)
from streaming.webrtc.sdp_lines import ANSWER_LIMITS, OFFER_LIMITS, SdpLimits
from streaming.webrtc.sdp_offer import LANE_MIDS, directions, offered_lines
from streaming.webrtc.sdp_read import read_answer, read_offer
from streaming.webrtc.sdp_text import MediaLine, RejectedLine
from streaming.webrtc.streams import PeerStreams
from streaming.workflow.live.ports import WATCHING, PeerPlan, SdpError

DIGEST = ":".join(["AB"] * 32)

ANSWER = f"""v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE scanner
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {DIGEST}
a=setup:active
a=mid:scanner
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=recvonly
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 VP8/90000
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
"""

OFFER = (
    ANSWER.replace("setup:active", "setup:actpass")
    .replace("a=mid:scanner", "a=mid:v")
    .replace("m=video", "m=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:a\na=recvonly\na=rtcp-mux\nm=video")
    + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:d\na=sctp-port:5000\n"
)


OFFERED = directions(WATCHING)


def answered(sdp: str) -> Agreement:
    return read_answer(sdp, OFFERED)


def scanner(sdp: str) -> VideoAgreement:
    video = answered(sdp).video
    assert video is not None
    return video


def refusal(sdp: str) -> str:
    with pytest.raises(SdpError) as caught:
        answered(sdp)
    return caught.value.code


def without(sdp: str, *starts: str) -> str:
    return "".join(f"{line}\n" for line in sdp.splitlines() if not line.startswith(starts))


def test_h264_comes_first() -> None:
    agreement, video = answered(ANSWER), scanner(ANSWER)
    assert (video.codec, video.payload_type, video.rtx_payload_type) == (Codec.H264, 96, 97)
    extensions = video.extensions
    assert (extensions.mid, extensions.mid_id) == ("scanner", 1)
    assert (extensions.abs_send_time_id, extensions.playout_delay_id) == (2, 3)
    assert [print_.value for print_ in agreement.fingerprints] == [DIGEST]


def test_vp8_where_h264_was_left_out() -> None:
    video = scanner(without(ANSWER, "a=rtpmap:96", "a=rtcp-fb:96", "a=fmtp:96"))
    assert (video.codec, video.payload_type, video.rtx_payload_type) == (Codec.VP8, 98, 99)


@pytest.mark.parametrize("mode", ["packetization-mode=0", "x-other=1"])
def test_h264_that_cant_be_fragmented_is_not_taken(mode: str) -> None:
    assert scanner(ANSWER.replace("packetization-mode=1", mode)).codec is Codec.VP8


def test_constrained_baseline_is_preferred_among_profiles() -> None:
    high = ANSWER.replace("profile-level-id=42e01f", "profile-level-id=64001f").replace(
        "a=rtpmap:98 VP8/90000",
        "a=rtpmap:98 H264/90000\na=fmtp:98 packetization-mode=1;profile-level-id=42e01f",
    )
    assert scanner(high).payload_type == 98


def test_without_rtx_and_extensions_it_works_all_the_same() -> None:
    video = scanner(without(ANSWER, "a=extmap", "a=rtpmap:97", "a=fmtp:97"))
    assert video.rtx_payload_type is None
    assert video.extensions.playout_delay_id is None


@pytest.mark.parametrize("number", [0, 15, 255])
def test_extension_ids_that_one_byte_cant_hold_are_left_out(number: int) -> None:
    changed = ANSWER.replace("a=extmap:3 ", f"a=extmap:{number} ")
    assert scanner(changed).extensions.playout_delay_id is None


@pytest.mark.parametrize(
    ("sdp", "code"),
    [
        ("", "sdp.no_video"),
        ("nonsense", "sdp.no_video"),
        (ANSWER.replace("m=video 9", "m=video 0"), "sdp.no_video"),
        (ANSWER.replace("m=video", "m=audio"), "sdp.no_video"),
        (ANSWER.replace("a=recvonly", "a=inactive"), "sdp.no_video"),
        (ANSWER.replace("a=mid:scanner", "a=mid:other"), "sdp.no_video"),
        (ANSWER.replace("H264", "H265").replace("VP8", "AV1"), "sdp.no_common_codec"),
        (ANSWER.replace("setup:active", "setup:passive"), "sdp.setup"),
        (ANSWER.replace("setup:active", "setup:actpass"), "sdp.setup"),
        (without(ANSWER, "a=setup"), "sdp.setup"),
        (ANSWER.replace("setup:active", "setup:holdconn"), "sdp.malformed"),
        (without(ANSWER, "a=fingerprint"), "sdp.fingerprint"),
        (ANSWER.replace("sha-256", "sha-1"), "sdp.fingerprint"),
        (ANSWER.replace(DIGEST, "AB:CD"), "sdp.fingerprint"),
        (ANSWER.replace(DIGEST, "zz" * 32), "sdp.fingerprint"),
        (without(ANSWER, "a=rtcp-mux"), "sdp.malformed"),
        (ANSWER.replace("apt=96", "apt=x"), "sdp.malformed"),
        (ANSWER.replace("a=rtpmap:96 H264/90000", "a=rtpmap:96"), "sdp.malformed"),
        (ANSWER.replace("m=video 9", "m=video"), "sdp.malformed"),
        (ANSWER + "a=" + "x" * 3_000 + "\n", "sdp.too_long"),
        (ANSWER + "a=x\n" * ANSWER_LIMITS.lines, "sdp.too_long"),
        (ANSWER + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n" * 3_000, "sdp.too_long"),
        (ANSWER + "x\n" * (ANSWER_LIMITS.size_bytes // 2), "sdp.too_long"),
        (ANSWER + "".join(f"a=extmap:{n} x\n" for n in range(17)), "sdp.too_long"),
        (ANSWER + "m=audio 9 UDP/TLS/RTP/SAVPF 0\n" * ANSWER_LIMITS.media, "sdp.too_long"),
        (
            ANSWER.replace("m=video 9 UDP/TLS/RTP/SAVPF", f"m=video 9 S {'7 ' * 128}"),
            "sdp.too_long",
        ),
        (ANSWER.replace("apt=96", "apt=96" + ";x" * 30), "sdp.too_long"),
        (ANSWER + "a=rtpmap:96 VP8/90000\n", "sdp.malformed"),
        (ANSWER + "a=rtpmap:096 VP8/90000\n", "sdp.malformed"),
    ],
)
def test_what_cant_be_used_is_refused_with_a_code(sdp: str, code: str) -> None:
    assert refusal(sdp) == code


def crowded(limits: SdpLimits, *, mid: str, setup: str, others: Iterable[str] = ()) -> str:
    """The most that the limits let through, and what makes the parser work most."""
    count = limits.of_a_kind
    head = ["m=video 9 S " + " ".join(["7"] * 128), f"a=mid:{mid}", f"a=setup:{setup}"]
    head += ["a=rtcp-mux", "a=recvonly", f"a=fingerprint:sha-256 {DIGEST}"]
    codecs = [f"a=rtpmap:{n} H264/90000" for n in range(count)]
    feedback = [f"a=rtcp-fb:{to} {kind}" for to in ("*", 0, 9) for kind in ("nack", "nack pli")]
    feedback += [f"a=rtcp-fb:{n} ccm fir" for n in range(count - len(feedback))]
    fmtp = [f"a=fmtp:{n} packetization-mode=1{';x' * 20}" for n in range(count)]
    lines = head + codecs + feedback + fmtp
    for other in others:
        kind = "video" if other in VIDEO_MIDS else "audio"
        direction = "sendonly" if other in (VOICE, FILM) else "recvonly"
        lines += [f"m={kind} 9 S 7", f"a=mid:{other}", f"a={direction}"]
        lines += [f"a=rtpmap:{n} H264/90000" for n in range(10)]
        lines += [f"a=extmap:{n} x" for n in range(10)]
    while sum(map(len, lines)) + len(lines) < limits.size_bytes - 40 and len(lines) < limits.lines:
        lines.append(f"a=rtcp-fb:* x{len(lines)}")
    return "\n".join(lines) + "\n"


def work(read: Callable[[], object]) -> int:
    """Executed lines of Python: what the node's event loop waits for, whatever the machine."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read()
    except SdpError:
        pass
    finally:
        sys.settrace(before)
    return count


def test_the_most_that_an_answer_may_hold_is_little_work() -> None:
    offered = directions(PeerPlan(speaks=True, films=True, hears=True))
    others = [mid for mid in offered if mid != SCANNER]
    sdp = crowded(ANSWER_LIMITS, mid=SCANNER, setup="active", others=others)
    assert set(read_answer(sdp, offered).pictures) == {CAMERA, FILM}
    assert work(lambda: read_answer(sdp, offered)) < 45_000


def test_the_most_that_an_offer_may_hold_is_little_work() -> None:
    sdp = crowded(OFFER_LIMITS, mid="0", setup="actpass")
    video = read_offer(sdp).agreement.video
    assert video is not None
    assert video.codec is Codec.H264
    assert work(lambda: read_offer(sdp)) < 60_000


@pytest.mark.parametrize("read", [answered, read_offer])
@pytest.mark.parametrize(
    "more",
    [
        "".join(f"a=rtpmap:{n} H264/90000\n" for n in range(250)) + "a=rtcp-fb:* nack\n" * 250,
        "a=rtpmap:96 H264/90000\n" * 256 + "a=fmtp:96 x=1\n" * 256,
        "a=rtcp-fb:* nack\n" * 900,
        "m=video 9 S 96\n" * 900,
        "m=video 9 S " + "7 " * 900 + "\n",
        "a=fmtp:96 " + ";" * 2_000 + "\n",
        "a=fingerprint:sha-256 " + DIGEST + "\n",
        "a=\n" * 10_000,
    ],
)
def test_what_is_refused_is_refused_with_little_work(
    read: Callable[[str], object], more: str
) -> None:
    assert work(lambda: read(ANSWER + more)) < 15_000


def test_codecs_that_we_dont_speak_dont_count() -> None:
    foreign = "".join(
        f"a=rtpmap:{n} AV1/90000\na=rtcp-fb:{n} nack\na=fmtp:{n} profile=1\n" for n in range(50)
    )
    assert answered(ANSWER + foreign) == answered(ANSWER)


def test_a_candidate_is_never_parsed() -> None:
    broken = ANSWER + "a=candidate:not a candidate\na=end-of-candidates\n"
    assert answered(broken) == answered(ANSWER)


def test_a_candidate_hidden_behind_an_odd_line_break_isnt_either() -> None:
    hidden = ANSWER + "a=x:1\u2028a=candidate:broken\x0ba=candidate:broken\n"
    assert answered(hidden) == answered(ANSWER)


@pytest.mark.parametrize("payload_type", [64, 95, 128, 200])
def test_payload_types_that_look_like_rtcp_are_not_taken(payload_type: int) -> None:
    changed = ANSWER.replace(":96", f":{payload_type}").replace("SAVPF 96", f"SAVPF {payload_type}")
    assert scanner(changed).payload_type == 98


def test_the_answer_to_an_offer_keeps_order_ids_and_one_codec() -> None:
    audio, video, data = read_offer(OFFER).lines
    assert audio == RejectedLine("audio", "UDP/TLS/RTP/SAVPF", ["111"], "a")
    assert data == RejectedLine("application", "UDP/DTLS/SCTP", ["webrtc-datachannel"], "d")
    assert isinstance(video, MediaLine)
    assert (video.mid, video.direction) == ("v", "sendonly")
    assert [codec.payload_type for codec in video.codecs] == [96, 97]
    assert video.codecs[0].feedback == ("nack", "nack pli")
    assert sorted(video.extensions) == [1, 2, 3]


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
def test_an_offer_that_wants_no_video_is_refused(direction: str) -> None:
    with pytest.raises(SdpError) as caught:
        read_offer(OFFER.replace("a=recvonly", f"a={direction}"))
    assert caught.value.code == "sdp.no_video"


def test_an_offer_with_a_second_video_gets_the_first() -> None:
    second = ANSWER[ANSWER.index("m=video") :].replace("a=mid:scanner", "a=mid:w")
    lines = read_offer(OFFER + second).lines
    assert [isinstance(line, MediaLine) for line in lines] == [False, True, False, False]


def test_an_offerer_that_only_answers_dtls_is_refused() -> None:
    with pytest.raises(SdpError) as caught:
        read_offer(OFFER.replace("setup:actpass", "setup:passive"))
    assert caught.value.code == "sdp.setup"


@pytest.mark.parametrize("mid", ["", "x" * 17, "two words"])
def test_a_mid_that_cant_be_reflected_is_refused(mid: str) -> None:
    with pytest.raises(SdpError) as caught:
        read_offer(OFFER.replace("a=mid:a", f"a=mid:{mid}"))
    assert caught.value.code == "sdp.malformed"


# ---- the whole room --------------------------------------------------------------------------

SPEAKING = PeerPlan(speaks=True, films=True, hears=True)
DEVICE = PeerPlan(speaks=False, films=True, hears=False, sees=False)


def answer_of(plan: PeerPlan, **changed: str) -> str:
    """As Chromium writes it: every line, its transport repeated; ``changed`` are directions."""
    transport = f"a=ice-ufrag:abcd\na=fingerprint:sha-256 {DIGEST}\na=setup:active\na=rtcp-mux\n"
    taken = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
    text = "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n"
    for line in offered_lines(plan, PeerStreams.random(), label="x"):
        formats = " ".join(str(codec.payload_type) for codec in line.codecs)
        text += f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {formats}\nc=IN IP4 0.0.0.0\n{transport}"
        text += f"a=mid:{line.mid}\na={changed.get(line.mid, taken[line.direction])}\n"
        text += "".join(f"a=extmap:{n} {uri}\n" for n, uri in line.extensions.items())
        for codec in line.codecs:
            text += f"a=rtpmap:{codec.payload_type} {codec.encoding}\n"
            text += f"a=fmtp:{codec.payload_type} {codec.parameters}\n" if codec.parameters else ""
    return text


def test_a_whole_answer_is_read_line_by_line() -> None:
    agreement = read_answer(answer_of(SPEAKING), directions(SPEAKING))
    assert set(agreement.sounds) == {DOPPLER, VOICE, *LANE_MIDS}
    assert set(agreement.pictures) == {CAMERA, FILM}
    assert [video.codec for video in agreement.pictures[CAMERA]] == [Codec.H264, Codec.VP8]
    voice = agreement.sounds[VOICE]
    assert (voice.payload_type, voice.audio_level_id, voice.extensions.mid) == (111, 4, "voice")
    assert agreement.sounds[DOPPLER].payload_type == 110


@pytest.mark.parametrize("declined", ["inactive", "recvonly"])
def test_a_line_that_was_declined_is_not_used(declined: str) -> None:
    agreement = read_answer(answer_of(SPEAKING, voice=declined), directions(SPEAKING))
    assert VOICE not in agreement.sounds


def test_what_the_plan_forbids_stays_forbidden_whatever_the_answer_says() -> None:
    sdp = answer_of(SPEAKING)
    agreement = read_answer(sdp, directions(PeerPlan(speaks=False, films=False, hears=True)))
    assert set(agreement.sounds) == {DOPPLER, *LANE_MIDS}
    assert set(agreement.pictures) == {CAMERA}


def test_a_camera_needs_no_scanner_and_shares_its_transport() -> None:
    agreement = read_answer(answer_of(DEVICE), directions(DEVICE))
    assert agreement.video is None
    assert set(agreement.pictures) == {FILM}
    assert not agreement.sounds
    assert len(agreement.fingerprints) == 1


def test_a_camera_that_films_nothing_is_refused() -> None:
    with pytest.raises(SdpError) as caught:
        read_answer(answer_of(DEVICE, film="inactive"), directions(DEVICE))
    assert caught.value.code == "sdp.nothing"
