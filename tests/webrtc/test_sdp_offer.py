"""What the node offers to whom."""

import pytest

from streaming.domain.session import Role
from streaming.webrtc.negotiation import CAMERA, DOPPLER, FILM, SCANNER, VOICE
from streaming.webrtc.sdp_offer import LANE_MIDS, directions, offered_lines
from streaming.webrtc.sdp_text import MediaLine
from streaming.webrtc.streams import PeerStreams
from streaming.workflow.live.ports import PLAN_OF_ROLE

EVERYTHING = {SCANNER, DOPPLER, CAMERA, VOICE, FILM, *LANE_MIDS}


def lines(role: Role) -> dict[str, MediaLine]:
    offered = offered_lines(PLAN_OF_ROLE[role], PeerStreams.random(), label="peer")
    return {line.mid: line for line in offered}


@pytest.mark.parametrize(
    ("role", "inactive"),
    [
        (Role.OPERATOR, set()),
        (Role.EXPERT, {FILM}),
        (Role.OBSERVER, {FILM, VOICE}),
        (Role.CAMERA, EVERYTHING - {FILM}),
    ],
)
def test_everybody_has_every_line_and_what_a_role_may_not_is_inactive(
    role: Role, inactive: set[str]
) -> None:
    offered = lines(role)
    assert set(offered) == EVERYTHING
    assert {mid for mid, line in offered.items() if line.direction == "inactive"} == inactive
    assert {mid: line.direction for mid, line in offered.items()} == directions(PLAN_OF_ROLE[role])


def test_only_what_we_send_has_names_and_no_two_are_alike() -> None:
    offered = lines(Role.OPERATOR)
    ssrcs = [ssrc for line in offered.values() for ssrc in line.ssrcs]
    assert len(ssrcs) == len(set(ssrcs)) == 13
    assert not offered[VOICE].ssrcs and not offered[FILM].ssrcs
    streams = [line.msid.split()[0] for line in offered.values() if line.msid]
    assert len(streams) == len(set(streams)) == 11


def test_names_are_short_and_a_payload_type_means_one_thing() -> None:
    meanings: dict[int, set[tuple[str, str]]] = {}
    for mid, line in lines(Role.OPERATOR).items():
        assert len(mid) <= 8
        for codec in line.codecs:
            meaning = (codec.encoding, codec.parameters)
            meanings.setdefault(codec.payload_type, set()).add(meaning)
    assert all(len(meaning) == 1 for meaning in meanings.values())


def test_microphones_are_asked_for_fec_dtx_and_their_level() -> None:
    voice = lines(Role.EXPERT)[VOICE]
    assert voice.codecs[0].parameters == "minptime=10;useinbandfec=1;usedtx=1"
    assert "urn:ietf:params:rtp-hdrext:ssrc-audio-level" in voice.extensions.values()


def test_transport_wide_congestion_control_is_never_asked_of_a_microphone() -> None:
    voice = lines(Role.OPERATOR)[VOICE]
    assert not any("transport-wide" in uri for uri in voice.extensions.values())
    assert voice.codecs[0].feedback == ()


def test_a_camera_gets_the_feedback_that_lets_it_film_in_full_size() -> None:
    """The extension without its feedback keeps Chromium at 30 kb/s, so they go together."""
    film = lines(Role.CAMERA)[FILM]
    assert any("transport-wide-cc" in uri for uri in film.extensions.values())
    h264, _, vp8, _ = film.codecs
    for codec in (h264, vp8):
        assert codec.feedback == ("nack", "nack pli", "transport-cc")
        assert "x-google-start-bitrate=1500;x-google-max-bitrate=4000" in codec.parameters
    assert h264.encoding == "H264/90000"


def test_a_phone_turns_its_picture_itself() -> None:
    """Without the orientation extension (3GPP TS 26.114, 7.4.5) a sender rotates before it encodes,
    so that no viewer needs to know how the phone is held."""
    film = lines(Role.CAMERA)[FILM]
    assert "urn:3gpp:video-orientation" not in film.extensions.values()


def test_the_scanner_and_the_camera_are_shown_without_delay() -> None:
    offered = lines(Role.OBSERVER)
    for mid in (SCANNER, CAMERA):
        assert any("playout-delay" in uri for uri in offered[mid].extensions.values())
