"""The room at its ports: no socket, no process."""

import asyncio
from typing import Literal

import pytest

from streaming.domain.errors import NotAllowed, SonopairError
from streaming.domain.frame import Codec, Rung
from streaming.domain.session import IllegalTransition, Role, Seat
from streaming.protocol import messages as wire
from streaming.protocol.worker_link import Health, ProfileConfirmed
from streaming.workflow.live.ports import Anchor, SdpError
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, opened, watch


async def test_joiner_is_greeted_with_everything_it_needs() -> None:
    async with opened() as (room, _):
        client = FakeClient()
        room.attach(EXPERT, client)
        welcome, session, source = client.messages
        assert isinstance(welcome, wire.Welcome) and welcome.server == "run1"
        assert isinstance(session, wire.SessionState) and session.state == "waiting"
        assert isinstance(source, wire.SourceState) and source.mask == "black"


async def test_pictures_reach_the_viewer_and_the_anchor_follows_the_first() -> None:
    async with opened() as (room, node):
        client = await watch(room, EXPERT)
        room.frame(node.frame())
        room.frame(node.frame())
        assert len(node.peers[0].sender.frames) == 2
        anchors = [m for m in client.messages if isinstance(m, wire.MediaAnchor)]
        assert [a.rtp_timestamp for a in anchors] == [1000]
        assert client.last(wire.SessionState).state == "live"


async def test_anchor_is_told_again_when_the_sources_clock_jumped() -> None:
    async with opened() as (room, node):
        client = await watch(room, EXPERT)
        room.frame(node.frame())
        node.peers[0].sender.anchor = Anchor(7, 5000, 99)
        room.frame(node.frame())
        room.frame(node.frame())
        anchors = [m for m in client.messages if isinstance(m, wire.MediaAnchor)]
        assert [a.rtp_timestamp for a in anchors] == [1000, 5000]


async def test_archive_frames_stay_on_the_node() -> None:
    async with opened() as (room, node):
        await watch(room, EXPERT)
        room.frame(node.frame(Rung.ARCHIVE))
        assert node.peers[0].sender.frames == []


async def test_lost_signal_is_told_and_the_picture_brings_it_back() -> None:
    async with opened() as (room, node):
        client = await watch(room, EXPERT)
        room.frame(node.frame())
        room.no_signal(5, "source.stalled", "The scanner's picture stopped arriving.")
        told = client.last(wire.SourceState)
        assert (told.source, told.since_ns) == ("no_signal", 5)
        assert client.last(wire.SessionState).state == "interrupted"
        room.frame(node.frame())
        assert client.last(wire.SourceState).source == "starting"
        assert client.last(wire.SessionState).state == "live"


async def test_health_is_told_when_it_means_something_new() -> None:
    async with opened() as (room, _node):
        client = FakeClient()
        room.attach(EXPERT, client)
        for fps in (30.0, 29.4, 30.4, 28.6):
            room.health(Health(source="live", since_ns=1, mask="confirmed", fps=fps))
        told = [m for m in client.messages if isinstance(m, wire.SourceState)]
        assert [m.fps for m in told] == [0, 30]
        room.health(Health(source="live", since_ns=1, mask="confirmed", fps=12))
        assert client.last(wire.SourceState).fps == 12


async def test_mask_going_black_is_audited() -> None:
    async with opened() as (room, node):
        room.health(Health(source="live", since_ns=1, mask="confirmed"))
        room.health(Health(source="live", since_ns=1, mask="black", mask_code="mask.size_mismatch"))
        assert node.audit.count("mask.changed") == 2


async def test_newest_tab_takes_the_seat_and_the_old_one_is_told() -> None:
    async with opened() as (room, node):
        old = await watch(room, EXPERT)
        new = FakeClient()
        room.attach(EXPERT, new)
        assert isinstance(old.messages[-1], wire.Replaced)
        assert old.closed == "seat.replaced"
        assert node.peers[0].is_closed
        room.detach(EXPERT.id, old)
        assert new.last(wire.SessionState).participants[0].present


async def test_picture_survives_a_broken_socket() -> None:
    async with opened() as (room, node):
        client = await watch(room, EXPERT)
        room.detach(EXPERT.id, client)
        room.frame(node.frame())
        assert len(node.peers[0].sender.frames) == 1
        again = FakeClient()
        room.attach(EXPERT, again)
        assert not node.peers[0].is_closed


async def test_who_left_without_media_is_forgotten() -> None:
    async with opened() as (room, _):
        stays, leaves = FakeClient(), FakeClient()
        room.attach(OPERATOR, stays)
        room.attach(EXPERT, leaves)
        room.detach(EXPERT.id, leaves)
        assert [p.id for p in stays.last(wire.SessionState).participants] == [OPERATOR.id]


async def test_bad_answer_is_the_clients_error_and_it_may_try_again() -> None:
    async with opened() as (room, _node):
        client = FakeClient()
        room.attach(EXPERT, client)
        await room.handle(EXPERT.id, wire.MediaWant())
        with pytest.raises(SdpError):
            await room.handle(EXPERT.id, wire.MediaAnswer(peer="p0", sdp="bad"))
        assert client.last(wire.MediaFailed).retry
        await room.handle(EXPERT.id, wire.MediaWant())
        assert client.last(wire.MediaOffer).peer == "p1"


async def test_answer_to_a_replaced_offer_is_refused() -> None:
    async with opened() as (room, _):
        client = FakeClient()
        room.attach(EXPERT, client)
        await room.handle(EXPERT.id, wire.MediaWant())
        await room.handle(EXPERT.id, wire.MediaWant())
        with pytest.raises(SonopairError, match="newer"):
            await room.handle(EXPERT.id, wire.MediaAnswer(peer="p0", sdp="fine"))


async def test_ended_session_sends_nothing_until_it_is_restarted() -> None:
    async with opened() as (room, node):
        client = await watch(room, OPERATOR)
        room.frame(node.frame())
        await room.handle(OPERATOR.id, wire.SessionEnd())
        assert node.peers[0].is_closed
        assert client.last(wire.SessionState).state == "ended"
        with pytest.raises(SonopairError, match="ended"):
            await room.handle(OPERATOR.id, wire.MediaWant())
        with pytest.raises(IllegalTransition):
            await room.handle(OPERATOR.id, wire.SessionEnd())
        await room.handle(OPERATOR.id, wire.SessionRestart())
        room.frame(node.frame())
        assert client.last(wire.SessionState).state == "live"


async def test_set_up_page_is_announced_to_the_operator_alone() -> None:
    async with opened() as (room, node):
        operator, expert = FakeClient(), FakeClient()
        room.attach(OPERATOR, operator)
        room.attach(EXPERT, expert)
        await room.handle(OPERATOR.id, wire.SetupOpen())
        assert node.asked == ["setup"]
        assert node.audit.count("setup.opened") == 1
        room.setup_ready("http://127.0.0.1:1/setup#token=x")
        assert operator.last(wire.SetupReady).url.startswith("http://127.0.0.1")
        assert not any(isinstance(m, wire.SetupReady) for m in expert.messages)


async def test_confirmed_profile_is_kept_and_audited() -> None:
    async with opened() as (room, node):
        room.profile_confirmed(ProfileConfirmed(toml="x", sha256="abc", at_ns=1))
        assert node.profiles == ["abc"]
        assert "profile.confirmed" in node.audit


async def test_stranger_may_watch_and_leave() -> None:
    async with opened() as (room, node):
        resource, answer = await room.whep_offer("fine")
        room.frame(node.frame())
        assert answer == "answer"
        assert len(node.peers[0].sender.frames) == 1
        assert await room.whep_end(resource)
        assert not await room.whep_end(resource)
        assert room.figures()["viewers"] == 0


async def test_everybody_is_told_that_a_player_shows_the_picture() -> None:
    async with opened() as (room, _):
        operator = FakeClient()
        room.attach(OPERATOR, operator)
        assert operator.last(wire.SessionState).players == 0
        resource, _ = await room.whep_offer("fine")
        assert operator.last(wire.SessionState).players == 1
        await room.whep_end(resource)
        assert operator.last(wire.SessionState).players == 0


async def test_the_summary_counts_the_players_of_its_session_only() -> None:
    async with opened() as (room, node):
        operator = FakeClient()
        room.attach(OPERATOR, operator)
        room.frame(node.frame())
        for _ in range(2):
            resource, _ = await room.whep_offer("fine")
            await room.whep_end(resource)
        await room.handle(OPERATOR.id, wire.SessionEnd())
        assert operator.last(wire.SessionSummary).players == 2
        await room.handle(OPERATOR.id, wire.SessionRestart())
        room.frame(node.frame())
        await room.handle(OPERATOR.id, wire.SessionEnd())
        assert operator.last(wire.SessionSummary).players == 0


async def test_a_camera_is_told_no_summary() -> None:
    async with opened() as (room, _):
        operator, phone = FakeClient(), FakeClient()
        room.attach(OPERATOR, operator)
        room.attach(Seat("ph", "r", Role.CAMERA, "Camera"), phone)
        await room.handle(OPERATOR.id, wire.SessionEnd())
        assert operator.last(wire.SessionSummary)
        assert not any(isinstance(message, wire.SessionSummary) for message in phone.messages)
        assert phone.last(wire.SessionState).state == "ended"


async def test_viewer_without_h264_switches_the_second_encode_on_and_off() -> None:
    async with opened() as (room, node):
        client = FakeClient()
        room.attach(EXPERT, client)
        await room.handle(EXPERT.id, wire.MediaWant())
        node.peers[0].sender.codec = Codec.VP8
        await room.handle(EXPERT.id, wire.MediaAnswer(peer="p0", sdp="fine"))
        node.peers[0].close()
        assert node.asked == [(Rung.LIVE_VP8, True), Rung.LIVE_VP8, (Rung.LIVE_VP8, False)]


async def test_revoked_seat_loses_socket_and_picture() -> None:
    async with opened() as (room, node):
        client = await watch(room, EXPERT)
        room.remove(EXPERT.id)
        await asyncio.sleep(0)
        assert client.closed == "seat.revoked"
        assert node.peers[0].is_closed
        with pytest.raises(NotAllowed):
            await room.handle(EXPERT.id, wire.MediaWant())


async def test_peer_is_closed_even_while_the_room_starts_anew() -> None:
    async with opened() as (room, node):
        await watch(room, EXPERT)
    assert node.peers[0].is_closed
    client = await watch(room, EXPERT)
    room.remove(EXPERT.id)
    assert node.peers[1].is_closed
    assert client.closed == "seat.revoked"


async def test_clock_answers_with_the_nodes_time() -> None:
    async with opened() as (room, _):
        client = FakeClient()
        room.attach(EXPERT, client)
        await room.handle(EXPERT.id, wire.ClockPing(client_ms=12.5))
        pong = client.last(wire.ClockPong)
        assert pong.client_ms == 12.5 and pong.server_ns > 0


async def test_slow_picture_and_its_end_are_on_record() -> None:
    async with opened() as (room, node):
        await watch(room, EXPERT)
        for fps, gap_ms in ((30, 40), (12, 90), (30, 40), (11, 95), (29, 350)):
            await room.handle(EXPERT.id, wire.MediaReport(fps=fps, largest_gap_ms=gap_ms))
        assert node.audit.count("picture.slow") == 1
        node.skip_s(10)
        for _ in range(3):
            await room.handle(EXPERT.id, wire.MediaReport(fps=30, largest_gap_ms=40))
        told = [event for event in node.audit if event.startswith("picture.")]
        assert told == ["picture.slow", "picture.steady"]


@pytest.mark.parametrize(("audio", "heard"), [("none", False), ("off", True), ("on", True)])
async def test_listeners_are_offered_the_sound_of_a_source_that_has_one(
    audio: Literal["none", "off", "on"], heard: bool
) -> None:
    async with opened() as (room, _):
        client = FakeClient()
        room.attach(EXPERT, client)
        room.health(Health(source="live", since_ns=1, mask="confirmed", audio=audio))
        assert client.last(wire.SourceState).audio is heard


async def test_figures_tell_what_source_and_mask_do() -> None:
    async with opened() as (room, _node):
        room.health(
            Health(source="live", since_ns=1, mask="confirmed", fps=30, dropped=3, cpu_cores=0.2)
        )
        figures = room.figures()
        assert figures["source_live"] == figures["mask_confirmed"] == 1
        assert (figures["worker_dropped"], figures["worker_cpu_cores"]) == (3, 0.2)
        room.no_signal(5, "source.stalled", "")
        assert room.figures()["source_live"] == 0


async def test_players_can_be_ended_all_or_by_their_age() -> None:
    async with opened() as (room, node):
        for _ in range(2):
            await room.whep_offer("offer")
        assert room.end_players(older_than_s=60) == 0
        assert room.end_players() == 2
        assert [peer.is_closed for peer in node.peers] == [True, True]
        assert room.end_players() == 0
