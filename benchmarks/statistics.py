"""What is said about many runs: percentiles, medians and how sure they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Median:
    """A median over runs with its 95 % confidence interval (percentile bootstrap)."""

    value: float
    low: float
    high: float
    runs: int


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear between neighbours. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    return float(np.percentile(np.asarray(values), percent))


def median_of_runs(values: Sequence[float], *, seed: int = 1) -> Median:
    """Raises ValueError without values. ``seed`` makes the interval reproducible."""
    if not values:
        raise ValueError("no values")
    sample = np.asarray(values, dtype=float)
    draws = np.random.default_rng(seed).integers(0, len(sample), (RESAMPLES, len(sample)))
    medians = np.median(sample[draws], axis=1)
    low, high = np.percentile(medians, [2.5, 97.5])
    return Median(float(np.median(sample)), float(low), float(high), len(sample))
