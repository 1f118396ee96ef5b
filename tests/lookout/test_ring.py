import os
import threading
from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.lookout.ring import SLOTS, Luma, RingReader, RingWriter

SIZE = Size(64, 32)


@pytest.fixture
def writer() -> Iterator[RingWriter]:
    writer = RingWriter.create(SIZE)
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: RingWriter) -> Iterator[RingReader]:
    reader = RingReader(os.dup(writer.fd), SIZE)
    yield reader
    reader.close()


def picture(value: int) -> Luma:
    return np.full((SIZE.height, SIZE.width), value, np.uint8)


def test_the_reader_gets_the_newest_picture_once(writer: RingWriter, reader: RingReader) -> None:
    assert reader.newest(after_ns=0) is None
    for value in range(1, 3 * SLOTS):
        writer.write(picture(value), 10 * value)
    found = reader.newest(after_ns=0)
    assert found is not None
    luma, captured_at_ns = found
    assert captured_at_ns == 10 * (3 * SLOTS - 1)
    assert (luma == 3 * SLOTS - 1).all()
    assert reader.newest(after_ns=captured_at_ns) is None


def test_a_copy_stays_as_it_was(writer: RingWriter, reader: RingReader) -> None:
    writer.write(picture(1), 1)
    found = reader.newest(after_ns=0)
    for value in range(2, 2 + SLOTS):
        writer.write(picture(value), value)
    assert found is not None and (found[0] == 1).all()


def test_a_picture_that_is_written_while_it_is_read_is_never_given(
    writer: RingWriter, reader: RingReader
) -> None:
    """Each picture has one value all over, so a torn one shows."""
    done = threading.Event()

    def write() -> None:
        for number in count(1):
            if done.is_set():
                return
            writer.write(picture(number % 251), number)

    writing = threading.Thread(target=write)
    writing.start()
    seen_ns = 0
    try:
        for _ in range(200):
            while (found := reader.newest(after_ns=seen_ns)) is None:
                pass
            luma, seen_ns = found
            assert (luma == seen_ns % 251).all()
    finally:
        done.set()
        writing.join()
