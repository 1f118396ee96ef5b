"""Figures for Prometheus, in a registry of the application's own."""

from collections.abc import Iterable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from streaming.signaling.problems import Handler
from streaming.workflow.live.ports import LiveRoomPort


class _Rooms:
    """Collects at the time of the scrape, so that nothing is kept twice."""

    def __init__(self, rooms: Mapping[str, LiveRoomPort]) -> None:
        self._rooms = rooms

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, room in self._rooms.items():
            for figure, value in room.figures().items():
                family = families.setdefault(
                    figure,
                    GaugeMetricFamily(
                        f"sonopair_room_{figure}", f"A room's {figure}", labels=["room"]
                    ),
                )
                family.add_metric([name], value)
        return families.values()


class Metrics:
    def __init__(self, rooms: Mapping[str, LiveRoomPort]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Rooms(rooms))
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

    def count_request(self, *, method: str, route: str, status: int) -> None:
        self._requests.labels(method, route, str(status)).inc()

    def count_socket(self, *, closed: str, errors: Mapping[str, int]) -> None:
        self._closed.labels(closed).inc()
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
