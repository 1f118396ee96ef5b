"""A clock in the pixels: when a picture was captured, readable at the far end of the line.

Four rows of sixteen cells, 16x16 luma pixels each, 16 for 0 and 235 for 1; row by row, most
significant bit first::

    40  captured_at in microseconds, modulo 2^40 (12.7 days)
    16  picture number, modulo 2^16
     8  CRC-8 of the seven bytes before (polynomial 0x07, initial value 0)

The cells are as large as a macroblock and sit on its grid, so they survive any usable bitrate.
"""

import cv2
import numpy as np
import numpy.typing as npt

ROWS = 4
COLUMNS = 16
CELL = 16
WIDTH = COLUMNS * CELL
HEIGHT = ROWS * CELL
TIME_BITS = 40
NUMBER_BITS = 16
LUMA_ZERO = 16
LUMA_ONE = 235

_THRESHOLD = (LUMA_ZERO + LUMA_ONE) / 2
_POLYNOMIAL = 0x07


def draw(luma: npt.NDArray[np.uint8], x: int, y: int, captured_at_ns: int, number: int) -> None:
    """Draw into ``luma`` with the top-left corner at (x, y)."""
    captured_us = captured_at_ns // 1000 % (1 << TIME_BITS)
    payload = captured_us.to_bytes(5, "big") + (number % (1 << NUMBER_BITS)).to_bytes(2, "big")
    code = np.frombuffer(payload + bytes([crc8(payload)]), np.uint8)
    cells = np.unpackbits(code).reshape(ROWS, COLUMNS)
    levels = cells * np.uint8(LUMA_ONE - LUMA_ZERO) + np.uint8(LUMA_ZERO)
    luma[y : y + HEIGHT, x : x + WIDTH] = cv2.resize(
        levels, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST
    )


def read(luma: npt.NDArray[np.uint8], x: int, y: int) -> tuple[int, int] | None:
    """(captured_us, number) of the barcode at (x, y), or None when there is no valid one.

    All cells zero is none: that is what a black picture looks like.
    """
    if luma.shape[0] < y + HEIGHT or luma.shape[1] < x + WIDTH:
        return None
    cells = luma[y : y + HEIGHT, x : x + WIDTH].reshape(ROWS, CELL, COLUMNS, CELL)
    edge = CELL // 4
    means = cells[:, edge:-edge, :, edge:-edge].mean(axis=(1, 3))
    code = np.packbits(means.reshape(-1) > _THRESHOLD).tobytes()
    payload, check = code[:7], code[7]
    if crc8(payload) != check or not any(code):
        return None
    return int.from_bytes(payload[:5], "big"), int.from_bytes(payload[5:], "big")


def crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ _POLYNOMIAL) & 0xFF if crc & 0x80 else crc << 1
    return crc
