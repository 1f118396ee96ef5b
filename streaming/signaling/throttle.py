"""A token bucket, and one per remote host; the time is an input."""

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """Allows ``burst`` at once and ``rate_per_s`` for long."""

    rate_per_s: float
    burst: float
    level: float
    at_s: float

    @classmethod
    def full(cls, *, rate_per_s: float, burst: float, now_s: float) -> "Bucket":
        return cls(rate_per_s, burst, burst, now_s)

    def take(self, *, now_s: float) -> bool:
        elapsed_s = max(0.0, now_s - self.at_s)
        self.level = min(self.burst, self.level + elapsed_s * self.rate_per_s)
        self.at_s = now_s
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Throttle:
    """Buckets of the ``max_hosts`` hosts seen last; an older host starts afresh."""

    def __init__(self, *, rate_per_s: float, burst: float, max_hosts: int = 4_096) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._max_hosts = max_hosts
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, host: str, *, now_s: float) -> bool:
        bucket = self._buckets.pop(host, None) or Bucket.full(
            rate_per_s=self._rate_per_s, burst=self._burst, now_s=now_s
        )
        self._buckets[host] = bucket
        if len(self._buckets) > self._max_hosts:
            self._buckets.popitem(last=False)
        return bucket.take(now_s=now_s)
