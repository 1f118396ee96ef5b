"""The capture workers of a running node: the active one, then its warm spare."""

import time

import psutil

QUIET_S = 0.5
QUIET_CPU_S = 0.03
"""A spare that waits for its order looks at its link four times a second; imports take a core."""

IMPORTS_CPU_S = 0.2
"""Less than its imports cost on any machine: a process that has only just begun is at rest too."""

_POLL_S = 0.05


def workers(node_pid: int) -> list[psutil.Process]:
    """Those alive, the oldest first."""
    found = []
    for child in psutil.Process(node_pid).children():
        try:
            if "streaming.worker" in child.cmdline():
                found.append(child)
        except psutil.Error:  # it has just ended
            continue
    return sorted(found, key=psutil.Process.create_time)


def wait_for_spare(node_pid: int, *, timeout_s: float = 30.0) -> list[psutil.Process]:
    """Active worker and spare, once the spare's imports are behind it and it only waits: before
    that it can't take over in a tenth of a second, and its start costs a core.

    Raises:
        TimeoutError: there is none, or it doesn't come to rest.
    """
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        found = workers(node_pid)
        if len(found) == 2 and _at_rest(found[1]):
            return found
        time.sleep(_POLL_S)
    raise TimeoutError("no warm spare")


def _at_rest(process: psutil.Process) -> bool:
    try:
        before_s = _cpu_s(process)
        time.sleep(QUIET_S)
        return before_s > IMPORTS_CPU_S and _cpu_s(process) - before_s <= QUIET_CPU_S
    except psutil.Error:
        return False


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
