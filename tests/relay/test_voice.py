"""Who gets a lane, who keeps it, and who is said to speak."""

import random
from dataclasses import dataclass, field

from streaming.relay.lane import STEP, LanePacket, VoicePacket
from streaming.relay.voice import BURST, MAX_OPUS_BYTES, PACKETS_PER_S, SPEAKING_NS, Lanes

MS = 1_000_000
LOUD, QUIET = 20, 80
EIGHT = tuple("abcdefgh")


@dataclass
class Room:
    """Speakers whose packets come every 20 ms of a clock that the test moves."""

    lanes: Lanes = field(default_factory=Lanes)
    now_ns: int = 10**12
    counts: dict[str, int] = field(default_factory=dict)

    def say(self, speaker: str, level: int = LOUD, *, opus: bytes = b"o") -> LanePacket | None:
        count = self.counts[speaker] = self.counts.get(speaker, 0) + 1
        packet = VoicePacket(ord(speaker[0]), count & 0xFFFF, count * STEP, level, opus)
        return self.lanes.receive(speaker, packet, self.now_ns)

    def pass_ms(self, milliseconds: int) -> None:
        self.now_ns += milliseconds * MS

    def together(self, levels: dict[str, int], *, ms: int = 20) -> dict[str, LanePacket | None]:
        heard: dict[str, LanePacket | None] = {}
        for _ in range(ms // 20):
            heard = {speaker: self.say(speaker, level) for speaker, level in levels.items()}
            self.pass_ms(20)
        return heard


def full() -> Room:
    room = Room()
    room.together(dict.fromkeys(EIGHT, LOUD))
    return room


def test_up_to_eight_speakers_have_a_lane_each_even_when_silent() -> None:
    room = Room()
    heard = room.together(dict.fromkeys(EIGHT, QUIET))
    assert room.lanes.holders == EIGHT
    assert [p.lane for p in heard.values() if p] == list(range(8))


def test_a_ninth_is_not_heard_while_all_eight_speak() -> None:
    room = full()
    heard = room.together(dict.fromkeys((*EIGHT, "i"), LOUD), ms=400)
    assert heard["i"] is None
    assert room.lanes.stolen == 0


def test_who_was_silent_for_longest_yields_to_a_ninth() -> None:
    room = full()
    room.together(dict.fromkeys(EIGHT, LOUD) | {"c": QUIET}, ms=100)
    heard = room.together(dict.fromkeys(EIGHT, LOUD) | {"c": QUIET, "e": QUIET}, ms=320)
    heard = room.together(dict.fromkeys(EIGHT, LOUD) | {"c": QUIET, "e": QUIET, "i": LOUD})
    taken = heard["i"]
    assert taken is not None
    assert (taken.lane, taken.marker) == (2, True)
    assert room.lanes.holders == ("a", "b", "i", "d", "e", "f", "g", "h")
    assert room.lanes.stolen == 1


def test_nobody_yields_within_300_ms_of_the_last_word() -> None:
    room = full()
    room.pass_ms(270)
    assert room.say("i") is None
    room.pass_ms(20)
    assert room.say("i") is not None


def test_a_silent_ninth_takes_nothing() -> None:
    room = full()
    room.pass_ms(1_000)
    assert room.say("i", QUIET) is None
    assert room.lanes.holders == EIGHT


def test_of_two_new_speakers_the_louder_one_wins() -> None:
    room = full()
    others = dict.fromkeys(EIGHT[1:], LOUD)
    heard = room.together(others | {"i": 40, "j": 30}, ms=400)
    assert heard["j"] is not None
    assert room.lanes.holders == ("j", *EIGHT[1:])


def test_who_lost_a_lane_gets_one_back_by_speaking() -> None:
    room = full()
    room.pass_ms(400)
    others = dict.fromkeys(EIGHT[1:], LOUD)
    room.together(others | {"i": LOUD})
    assert "a" not in room.lanes.holders
    room.together(others | {"i": QUIET}, ms=400)
    assert room.together(others | {"a": LOUD})["a"] is not None
    assert "i" not in room.lanes.holders


def test_a_muted_speaker_keeps_the_lane_until_somebody_needs_it() -> None:
    room = full()
    room.lanes.pause("d")
    assert room.lanes.holders == EIGHT
    assert room.say("i") is not None
    assert room.lanes.holders[3] == "i"


def test_who_leaves_frees_the_lane() -> None:
    room = full()
    room.lanes.leave("b")
    assert room.lanes.holders[1] == ""
    assert room.say("i", QUIET) is not None


def test_speaking_names_who_is_heard_in_the_order_they_began() -> None:
    room = Room()
    room.say("b")
    room.pass_ms(20)
    room.together({"a": LOUD, "b": LOUD, "c": QUIET}, ms=200)
    assert room.lanes.speaking(room.now_ns) == ("b", "a")


def test_a_pause_between_words_is_speaking_and_a_longer_one_is_not() -> None:
    room = Room()
    room.say("a")
    assert room.lanes.speaking(room.now_ns + SPEAKING_NS) == ("a",)
    assert room.lanes.speaking(room.now_ns + SPEAKING_NS + 1) == ()


def test_who_has_no_lane_is_not_said_to_speak() -> None:
    room = full()
    room.say("i")
    assert "i" not in room.lanes.speaking(room.now_ns)


def test_a_muted_speaker_stops_speaking_at_once() -> None:
    room = Room()
    room.say("a")
    room.lanes.pause("a")
    assert room.lanes.speaking(room.now_ns) == ()


def test_a_flood_is_cut_to_what_a_microphone_sends() -> None:
    room = Room()
    heard = 0
    for _ in range(10_000):
        heard += room.say("a") is not None
        room.now_ns += MS // 10
    assert heard <= BURST + PACKETS_PER_S + 1
    assert heard + room.lanes.dropped == room.lanes.received == 10_000


def test_empty_and_oversized_packets_are_dropped() -> None:
    room = Room()
    assert room.say("a", opus=b"") is None
    assert room.say("a", opus=bytes(MAX_OPUS_BYTES + 1)) is None
    assert room.say("a", opus=bytes(MAX_OPUS_BYTES)) is not None


def test_ten_people_talking_at_random_are_heard_and_no_lane_has_two() -> None:
    """A turn is a second or so; whoever speaks is heard at once while others are silent."""
    chosen = random.Random(5)
    room = Room()
    turns = dict.fromkeys("abcdefghij", 0)
    unheard = 0
    for _ in range(5_000):
        for speaker in turns:
            turns[speaker] = max(0, turns[speaker] - 1)
            if chosen.random() < 0.003:
                turns[speaker] = chosen.randrange(20, 100)
            loud = turns[speaker] > 0
            heard = room.say(speaker, LOUD if loud else QUIET)
            unheard += loud and heard is None
            if heard:
                assert room.lanes.holders[heard.lane] == speaker
        holders = [holder for holder in room.lanes.holders if holder]
        assert len(holders) == len(set(holders))
        room.pass_ms(20)
    assert room.lanes.stolen > 10
    assert unheard == 0
