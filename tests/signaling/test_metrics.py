import re
from pathlib import Path
from typing import Any, cast

from streaming.signaling.metrics import MEDIA_HELP, ROOM_HELP, Metrics
from streaming.webrtc.port import MediaPort
from streaming.webrtc.stun_responder import Refusal
from streaming.workflow.live.camera import CameraDesk
from streaming.workflow.live.consult import ConsultDesk
from streaming.workflow.live.room import LiveRoom
from streaming.workflow.live.voice import VoiceDesk
from tests.signaling.node import TestRoom

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"
NOTHING: Any = None


class FilledRoom(TestRoom):
    __test__ = False

    def figures(self) -> dict[str, float]:
        return {"source_live": 1.0, "mask_confirmed": 0.0, "brand_new": 3.0}


def exposition(metrics: Metrics) -> str:
    return metrics.exposition().decode()


def test_every_figure_of_every_room_is_told_with_what_it_means() -> None:
    said = exposition(Metrics({"echo-1": FilledRoom("echo-1"), "echo-2": FilledRoom("echo-2")}))
    for room in ("echo-1", "echo-2"):
        assert f'sonopair_room_source_live{{room="{room}"}} 1.0' in said
        assert f'sonopair_room_mask_confirmed{{room="{room}"}} 0.0' in said
    assert f"# HELP sonopair_room_source_live {ROOM_HELP['source_live']}" in said
    assert said.count("# HELP sonopair_room_source_live") == 1


def test_a_figure_that_nobody_described_is_told_too() -> None:
    said = exposition(Metrics({"echo-1": FilledRoom("echo-1")}))
    assert "# HELP sonopair_room_brand_new The room's brand new" in said
    assert 'sonopair_room_brand_new{room="echo-1"} 3.0' in said


def test_the_media_ports_figures_are_told() -> None:
    said = exposition(Metrics({}, lambda: {"peers": 2, "stun_unknown": 7}))
    assert "sonopair_media_peers 2.0" in said
    assert f"# HELP sonopair_media_stun_unknown {MEDIA_HELP['stun_unknown']}" in said


async def test_the_figures_of_rooms_and_media_are_described_and_no_others() -> None:
    room = LiveRoom(
        "echo-1",
        source_id="",
        server="",
        peers=NOTHING,
        audit=NOTHING,
        confirmations=NOTHING,
    )
    room.add(
        ConsultDesk(
            "echo-1",
            people=room.people,
            records=NOTHING,
            files=NOTHING,
            audit=NOTHING,
            labels=NOTHING,
        )
    )
    room.add(VoiceDesk(room.people))
    room.add(CameraDesk("echo-1", people=room.people, audit=NOTHING))
    assert ROOM_HELP.keys() == room.figures().keys()
    media = await MediaPort.open("127.0.0.1", 0)
    counted = {f"stun_{reason}" for reason in Refusal}
    assert MEDIA_HELP.keys() == media.figures().keys() | counted
    await media.close()


def test_the_document_lists_every_metric_and_no_other() -> None:
    listed = set(re.findall(r"`(sonopair_\w+)", DOCUMENT.read_text()))
    figures = {f"sonopair_room_{figure}" for figure in ROOM_HELP}
    figures |= {f"sonopair_media_{figure}" for figure in MEDIA_HELP}
    registry = cast(Any, Metrics({}))._registry
    counters = {f"{metric.name}_total" for metric in registry.collect()}
    assert listed == figures | counters
