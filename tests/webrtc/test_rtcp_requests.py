from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRtpfbPacket

from streaming.webrtc.rtcp_requests import generic_nack, picture_loss


def test_a_nack_names_every_packet_in_few_fields() -> None:
    lost = [65_534, 65_535, 0, 13, 15, 100, 117]
    packet = generic_nack(ssrc=1, about=2, sequences=lost)
    (parsed,) = RtcpPacket.parse(packet)
    assert isinstance(parsed, RtcpRtpfbPacket)
    assert (parsed.fmt, parsed.ssrc, parsed.media_ssrc) == (1, 1, 2)
    assert [sequence & 0xFFFF for sequence in parsed.lost] == lost
    assert len(packet) == 12 + 4 * 4


def test_a_pli_is_about_one_stream() -> None:
    (parsed,) = RtcpPacket.parse(picture_loss(ssrc=1, about=2))
    assert isinstance(parsed, RtcpPsfbPacket)
    assert (parsed.fmt, parsed.ssrc, parsed.media_ssrc, parsed.fci) == (1, 1, 2, b"")
