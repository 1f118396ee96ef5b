"""What the bench of the consult room makes of what it saw."""

import asyncio
import wave
from pathlib import Path

import pytest

from benchmarks.live.latency import Latency
from benchmarks.live.sdp import Local
from benchmarks.processes import Cost
from benchmarks.report import Figure
from benchmarks.room import sdp
from benchmarks.room.crowd import Crowd, unheard
from benchmarks.room.everything import Block, Watched
from benchmarks.room.findings import added_listeners, figures
from benchmarks.room.line import LOUD, Heard, Outgoing
from benchmarks.room.moments import Beginning, Sent, beginning
from benchmarks.room.pointing import Place, age_ms, first_after
from benchmarks.room.pointing import judge as judge_pointing
from benchmarks.room.relay import slow_line
from benchmarks.room.screen import BEEP_SAMPLES, PERIOD_SAMPLES, beeps
from benchmarks.room.speech import PACKETS_PER_S, speech
from benchmarks.room.trials import FEW, MANY, Found, Plan, Trials, leaves
from benchmarks.room.voices import judge as judge_voices
from streaming.webrtc.rtp_read import read_rtp


def by_name(found: Found) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(found)}


def crowd(node: float, *, lost: int = 0, unheard: int = 0) -> Crowd:
    costs = {"node": Cost(node, 90.0), "worker": Cost(0.2, 150.0)}
    return Crowd(costs, 400.0, 10_800.0, 100.0, lost, unheard, 5.0, 9.0, 100.0)


def watched(cb_p95: float) -> Watched:
    latency = Latency(cb_p95 / 2, cb_p95, cb_p95, 1.0, 2.0, 3.0, 30.0, 50.0, 150, 0)
    return Watched(latency, 9.0, {"node": Cost(0.02, 90.0), "worker": Cost(0.2, 150.0)})


def block(without: float, with_all: float) -> Block:
    return Block([watched(without)] * 2, [watched(with_all)] * 2, 210.0)


# ---- voice --------------------------------------------------------------------------------------


def test_a_beep_is_paired_with_the_next_one_that_is_heard() -> None:
    spoken = [0.0, 800.0, 1_600.0, 2_400.0, 3_200.0]
    heard = [50.0, 860.0, 1_650.0, 2_460.0, 3_250.0]
    found = judge_voices(spoken, heard, settled_s=0.5)
    assert (found.beeps, found.unheard) == (3, 0)
    assert (found.p50, round(found.p95)) == (60.0, 60)


def test_a_beep_that_never_comes_is_not_taken_for_the_next_one() -> None:
    spoken = [0.0, 800.0, 1_600.0, 2_400.0, 3_200.0]
    found = judge_voices(spoken, [50.0, 850.0, 2_450.0, 3_250.0], settled_s=0.0)
    assert (found.beeps, found.unheard) == (4, 1)
    assert found.p95 == 50.0


def test_silence_is_said_to_be_silence() -> None:
    with pytest.raises(ValueError, match="1 beeps spoken, 0 heard"):
        judge_voices([1.0], [], settled_s=0.0)


def test_the_microphone_beeps_and_is_silent_for_the_rest_of_its_period(tmp_path: Path) -> None:
    beeps(tmp_path / "beeps.wav")
    with wave.open(str(tmp_path / "beeps.wav")) as file:
        assert (file.getnframes(), file.getframerate()) == (PERIOD_SAMPLES, 48_000)
        samples = file.readframes(PERIOD_SAMPLES)
    assert max(samples[: 2 * BEEP_SAMPLES]) > 0
    assert not any(samples[2 * BEEP_SAMPLES :])


def test_no_two_guests_say_the_same() -> None:
    one, other = speech(300), speech(370)
    assert len(one) == len(other) == PACKETS_PER_S
    assert not set(one) & set(other)


# ---- pointing -----------------------------------------------------------------------------------


def test_a_pointer_is_as_old_as_the_hands_last_visit_there() -> None:
    moves = [Place(at_ms=0, x=0.2), Place(at_ms=500, x=0.21), Place(at_ms=900, x=0.2)]
    assert age_ms(Place(at_ms=960, x=0.2001), moves) == 60
    assert age_ms(Place(at_ms=850, x=0.2001), moves) == 850
    assert age_ms(Place(at_ms=960, x=0.5), moves) is None


def test_a_mark_that_never_came_is_not_taken_for_the_next_one() -> None:
    assert first_after([0, 400, 800], [70, 880]) == [70, 80]
    places = [Place(at_ms=0, x=0.2)], [Place(at_ms=80, x=0.2)]
    found = judge_pointing(*places, [0, 400, 800], [70, 880], rtt_ms=50.0)
    assert (found.marks_lost, found.mark_p50, found.shown) == (1, 75, 1)


async def test_a_slow_line_delays_both_directions_and_keeps_the_order() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(10):
            writer.write(data)
        writer.close()

    sent = bytes(range(256)) * 40
    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        there = server.sockets[0].getsockname()[1]
        async with slow_line("127.0.0.1", there, delay_s=0.05) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            begun_s = asyncio.get_running_loop().time()
            for start in range(0, len(sent), 100):
                writer.write(sent[start : start + 100])
            writer.write_eof()
            assert await reader.read(1) == sent[:1]
            assert asyncio.get_running_loop().time() - begun_s >= 0.1
            assert await reader.read() == sent[1:]
            writer.close()
            await writer.wait_closed()


# ---- crowds -------------------------------------------------------------------------------------


def test_lost_packets_are_the_gaps_in_a_sequence() -> None:
    heard = Heard(b"", first=0xFFFD, last=0xFFFD)
    for sequence in (0xFFFE, 0x0001, 0x0000, 0x0004):
        heard.add(sequence)
    assert (heard.packets, heard.lost) == (5, 3)


def test_a_guest_speaks_as_a_browser_does() -> None:
    outgoing = Outgoing(payload_type=111)
    outgoing.voice(b"first", number=0, level_id=4)
    packet = read_rtp(outgoing.voice(b"opus", number=1, level_id=4))
    assert packet is not None
    assert (packet.payload_type, packet.sequence, packet.timestamp) == (111, 2, 960)
    assert (packet.extensions, packet.payload) == ({4: bytes((LOUD,))}, b"opus")


def test_each_pair_that_did_not_hear_is_counted_and_nobody_hears_themselves() -> None:
    said = [[b"one"], [b"two"]]
    one, two = Heard(b"one", 0, 9, 10), Heard(b"two", 0, 9, 10)
    assert unheard([{2: two}, {1: one}, {1: one, 2: two}], said) == 0
    assert unheard([{2: two}, {1: one}, {1: one}], said) == 1
    assert unheard([{}, {}, {1: Heard(b"noise", 0, 9)}], said) == 4


def test_an_added_listener_costs_the_difference_of_two_crowds() -> None:
    found = Found(many=[crowd(0.26), None], few=[crowd(0.1), crowd(0.1)])
    per_listener, missing = added_listeners(found)
    assert per_listener == pytest.approx(0.16 / (MANY - FEW))
    assert missing is None


def test_one_speaker_whom_one_listener_did_not_hear_does_not_hold() -> None:
    found = Found(many=[crowd(0.2), crowd(0.2, unheard=1)], few=[crowd(0.1), crowd(0.1)])
    named = by_name(found)
    missing = named["8 speakers, 20 viewers: speakers whom a listener didn't hear"]
    assert (missing.value, missing.holds) == (1.0, False)
    assert named["8 speakers, 20 viewers: voice packets lost"].holds


# ---- everything ---------------------------------------------------------------------------------


def test_the_bound_and_not_the_median_is_held() -> None:
    found = Found(blocks=[block(30, 31), block(30, 32), block(30, 33), block(30, 45)])
    named = by_name(found)
    moved = named["cb p95 moves by"]
    assert (moved.value, moved.target) == (2.5, None)
    bound = named["cb p95 moves by, upper bound"]
    assert (bound.value, bound.holds) == (moved.high, False)
    assert named["join to first frame"].holds


def test_what_was_never_measured_does_not_hold() -> None:
    held = {figure.holds for figure in figures(Found()) if figure.target is not None}
    named = by_name(Found(failures=["voice: TimeoutError: x"]))
    assert held == {False, True}  # that nothing failed, so far
    assert named["mouth to ear p95"].holds is False
    assert named["trials that failed"].holds is False


# ---- a camera that begins -----------------------------------------------------------------------


def test_a_camera_is_judged_by_the_half_second_before() -> None:
    sent = [
        Sent(
            at_ms=100 * n, bytes=50_000 * max(1, n - 5), height=720, allowed_bps=3e6, limits="none"
        )
        for n in range(30)
    ]
    assert beginning(sent, after_ms=1_000) == Beginning(3.2, 3.0, 720, "none")
    with pytest.raises(ValueError, match="not long enough"):
        beginning(sent, after_ms=3_000)


# ---- trials and descriptions --------------------------------------------------------------------


async def test_a_trial_that_fails_says_why_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def gather(*, viewers: int, seconds: float) -> Crowd:
        if viewers == FEW:
            return crowd(0.1)
        async with asyncio.TaskGroup():
            raise RuntimeError("the node refused a viewer\nand more")

    monkeypatch.setattr("benchmarks.room.trials.gather", gather)
    trials = Trials("", Plan(1, 1, 1, 1, 1, []))
    await trials.gather(run=0)
    assert trials.found.failures == ["20 viewers: RuntimeError: the node refused a viewer"]
    assert (trials.found.many, trials.found.few) == ([None], [crowd(0.1)])


def test_errors_are_told_without_the_groups_they_came_in() -> None:
    inner = ExceptionGroup("two", [ValueError("a"), OSError("b")])
    assert [str(each) for each in leaves(ExceptionGroup("one", [inner]))] == ["a", "b"]


OFFER = """v=0
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98
a=mid:scanner
a=sendonly
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1;profile-level-id=42e01f
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 VP8/90000
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:voice
a=recvonly
a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=rtpmap:111 opus/48000/2
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:lane0
a=inactive
a=rtpmap:111 opus/48000/2
"""


def test_an_answer_mirrors_every_line_with_one_codec() -> None:
    text = sdp.answer(OFFER, Local("u", "p", "AA:BB", ("127.0.0.1", 9)))
    lines = text.splitlines()
    assert "a=group:BUNDLE scanner voice lane0" in lines
    assert [line for line in lines if line in ("a=recvonly", "a=sendonly", "a=inactive")] == [
        "a=recvonly",
        "a=sendonly",
        "a=inactive",
    ]
    assert [line for line in lines if line.startswith("m=")] == [
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    ]
    assert "rtx" not in text
    assert sdp.payload_types(OFFER) == {"scanner": 96, "voice": 111, "lane0": 111}
    assert sdp.extension_id(OFFER, "urn:ietf:params:rtp-hdrext:ssrc-audio-level") == 4
