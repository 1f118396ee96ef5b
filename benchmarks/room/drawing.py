"""What a guest draws while everything goes on: a pointer, strokes and a board full of marks."""

import asyncio
import math
import secrets
import time
from collections.abc import Callable
from typing import Any

from benchmarks.room.guest import Guest

MARKS = 30
POINTERS_PER_S = 60
STROKES_PER_S = 20
"""Messages, each with the next point of a stroke."""

POINTS_A_STROKE = 40
_MARK_POINTS = 40
_TURN_S = 3.0


async def point(guest: Guest) -> None:
    """Round the picture's middle, until cancelled."""

    def pointer(number: int) -> dict[str, Any]:
        x, y = _on_circle(number / POINTERS_PER_S)
        return {"type": "pointer", "x": x, "y": y}

    try:
        await _regularly(guest, POINTERS_PER_S, pointer)
    finally:
        await guest.say({"type": "pointer", "x": 0, "y": 0, "visible": False})


async def stroke(guest: Guest) -> None:
    """One laser stroke after the other, until cancelled."""
    name = ""

    def grown(number: int) -> dict[str, Any]:
        nonlocal name
        start = number % POINTS_A_STROKE
        if start == 0:
            name = secrets.token_urlsafe(12)
        return {
            "type": "stroke",
            "id": name,
            "tool": "laser",
            "start": start,
            "points": list(_on_circle(number / STROKES_PER_S, radius=0.2)),
            "done": start == POINTS_A_STROKE - 1,
        }

    await _regularly(guest, STROKES_PER_S, grown)


async def fill_board(guest: Guest) -> None:
    """``MARKS`` strokes of the pen, shown on whatever picture."""
    for number in range(MARKS):
        points = [
            coordinate
            for step in range(_MARK_POINTS)
            for coordinate in _on_circle(step / 20, radius=0.1 + number / 100)
        ]
        mark = {
            "id": secrets.token_urlsafe(12),
            "kind": "pen",
            "points": points,
            "captured_at_ns": "0",
        }
        await guest.say({"type": "mark.add", "id": secrets.token_urlsafe(12), "mark": mark})


async def clear_board(guest: Guest) -> None:
    await guest.say({"type": "board.clear", "id": secrets.token_urlsafe(12), "scope": "all"})


async def _regularly(guest: Guest, per_s: int, message: Callable[[int], dict[str, Any]]) -> None:
    started_s = time.monotonic()
    number = 0
    while True:
        await guest.say(message(number))
        number += 1
        await asyncio.sleep(started_s + number / per_s - time.monotonic())


def _on_circle(seconds: float, *, radius: float = 0.3) -> tuple[float, float]:
    angle = math.tau * seconds / _TURN_S
    return 0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)
