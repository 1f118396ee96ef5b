"""On record as often as it means something: who comes and goes, or films, may do so all day."""

import asyncio
from dataclasses import dataclass

from streaming.workflow.live.ports import AuditSink

WINDOW_S = 10.0

Facts = dict[str, str | int | float | bool]


@dataclass(slots=True)
class _Window:
    recorded: tuple[str, Facts]
    newest: tuple[str, Facts]
    end: asyncio.TimerHandle


class FoldedRecord:
    """One state each of many: the seat of somebody, the room's camera. A new one is put on record
    at once, or, if that was done less than ``window_s`` ago, then: the newest, if it is another."""

    def __init__(self, audit: AuditSink, *, window_s: float = WINDOW_S) -> None:
        self._audit = audit
        self._window_s = window_s
        self._windows: dict[str, _Window] = {}

    def record(self, of: str, event: str, **facts: str | int | float | bool) -> None:
        state = (event, facts)
        window = self._windows.get(of)
        if window is not None:
            window.newest = state
            return
        self._audit.record(event, **facts)
        end = asyncio.get_running_loop().call_later(self._window_s, self._end, of)
        self._windows[of] = _Window(state, state, end)

    def close(self) -> None:
        """Whatever still waits is put on record."""
        for window in self._windows.values():
            window.end.cancel()
            if window.newest != window.recorded:
                event, facts = window.newest
                self._audit.record(event, **facts)
        self._windows.clear()

    def _end(self, of: str) -> None:
        window = self._windows.pop(of)
        if window.newest != window.recorded:
            event, facts = window.newest
            self.record(of, event, **facts)
