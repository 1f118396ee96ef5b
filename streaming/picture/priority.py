"""Threads nobody's live picture waits for."""

import os
import threading


def lower_priority(niceness: int) -> None:
    """Of the calling thread alone: on Linux niceness belongs to the thread, so that the live
    encode goes first on a busy machine. Source: setpriority(2), "C library/kernel differences"."""
    thread_id = threading.get_native_id()
    current = os.getpriority(os.PRIO_PROCESS, thread_id)
    os.setpriority(os.PRIO_PROCESS, thread_id, current + niceness)
