"""Figures for Prometheus, in a registry of the application's own. docs/metrics.md lists them."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from streaming.signaling.problems import Handler
from streaming.workflow.live.ports import LiveRoomPort

ROOM_HELP: Mapping[str, str] = MappingProxyType(
    {
        "viewers": "Connections that the room's picture is sent to",
        "participants": "Seats with an open socket",
        "frames_dropped": "Frames that a viewer's connection had no room for, since the start",
        "behind_ms_max": "Age of the oldest picture that a viewer reports seeing, milliseconds",
        "slow_pictures": "Viewers who are warned that their picture is late or irregular",
        "voice_packets_in": "Packets from open microphones, since the start",
        "voice_packets_out": "Packets of voice sent to listeners, since the start",
        "voice_packets_refused": "Packets from microphones that were muted or not announced",
        "voice_packets_dropped": "Packets of who had no lane, or that were too many or too late",
        "voice_lanes_stolen": "How often somebody silent yielded a lane, since the start",
        "camera_on": "1 while somebody films the probe hand, else 0",
        "camera_viewers": "Connections that the probe camera is sent to, while there is one",
        "camera_packets": "Packets taken from probe cameras, since the start",
        "camera_keyframes_requested": "How often a probe camera was asked for a key frame",
        "source_live": "1 while pictures arrive from the source, else 0",
        "source_fps": "Pictures that arrive from the source, per second",
        "mask_confirmed": "1 while a confirmed mask fits the picture, 0 while it is black",
        "bitrate_bps": "Bits of the live encode, per second",
        "worker_dropped": "Pictures and frames that the capture worker left out since its start",
        "worker_cpu_cores": "Processor cores that the capture worker uses",
        "worker_rss_bytes": "Memory that the capture worker holds",
        "lookout_on": "1 while something looks for text in every picture that leaves, else 0",
        "lookout_cpu_cores": "CPU that the look-out for text uses",
        "lookout_rss_bytes": "Memory that the look-out for text holds",
        "texts_covered": "Texts that are covered in the picture",
        "consult_waiting": "Marks and other kept messages that wait for the disk",
        "consult_not_kept": "Kept messages that the disk refused, since the start",
        "passing_dropped": "Strokes that a participant's connection had no room for",
    }
)
MEDIA_HELP: Mapping[str, str] = MappingProxyType(
    {
        "peers": "Peer connections",
        "unheard": "Datagrams from addresses that passed no connectivity check",
        "failed": "Datagrams that the node failed to handle; anything but 0 is its own mistake",
        "blocked": "Sends that the kernel's buffer had no room for",
        "unsegmented": "Sends that went out packet by packet",
        "stun_malformed": "Connectivity checks refused: they can't be read",
        "stun_unknown": "Connectivity checks refused: nobody is expected by that name",
        "stun_wrong_password": "Connectivity checks refused: their password is wrong",
        "stun_too_many": "Connectivity checks refused: too many wrong ones came from there",
        "stun_replayed": "Connectivity checks refused: they came from another address before",
        "stun_role_conflict": "Connectivity checks answered with a role conflict",
    }
)


class _Figures:
    """Collects at the time of the scrape, so that nothing is kept twice. A figure that has no
    help text here is exported all the same."""

    def __init__(
        self, rooms: Mapping[str, LiveRoomPort], media: Callable[[], Mapping[str, float]]
    ) -> None:
        self._rooms = rooms
        self._media = media

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, room in self._rooms.items():
            for figure, value in room.figures().items():
                family = families.setdefault(
                    figure, _family("room", figure, ROOM_HELP, labels=["room"])
                )
                family.add_metric([name], value)
        yield from families.values()
        for figure, value in self._media().items():
            family = _family("media", figure, MEDIA_HELP, labels=[])
            family.add_metric([], value)
            yield family


def _family(
    of: str, figure: str, texts: Mapping[str, str], *, labels: list[str]
) -> GaugeMetricFamily:
    text = texts.get(figure) or f"The {of}'s {figure.replace('_', ' ')}"
    return GaugeMetricFamily(f"sonopair_{of}_{figure}", text, labels=labels)


class Metrics:
    def __init__(
        self,
        rooms: Mapping[str, LiveRoomPort],
        media: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Figures(rooms, media))
        self._requests = Counter(
            "sonopair_http_requests",
            "Answered requests",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._closed = Counter(
            "sonopair_sockets_closed", "Closed sockets", ["code"], registry=self._registry
        )
        self._errors = Counter(
            "sonopair_socket_errors", "Refused messages", ["code"], registry=self._registry
        )
        self._ignored = Counter(
            "sonopair_socket_ignored",
            "Pointers and strokes that were too many a second",
            ["type"],
            registry=self._registry,
        )

    def count_request(self, *, method: str, route: str, status: int) -> None:
        self._requests.labels(method, route, str(status)).inc()

    def count_socket(
        self, *, closed: str, errors: Mapping[str, int], ignored: Mapping[str, int]
    ) -> None:
        self._closed.labels(closed).inc()
        for kind, times in ignored.items():
            self._ignored.labels(kind).inc(times)
        for code, times in errors.items():
            self._errors.labels(code).inc(times)

    def exposition(self) -> bytes:
        return generate_latest(self._registry)


METRICS = web.AppKey("metrics", Metrics)


@web.middleware
async def count_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Labels come from a fixed set: an address that has no route counts as ``unknown``."""
    response = await handler(request)
    resource = request.match_info.route.resource
    request.app[METRICS].count_request(
        method=request.method if resource else "unknown",
        route=resource.canonical if resource else "unknown",
        status=response.status,
    )
    return response
