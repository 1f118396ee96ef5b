"""What few or no failures among many trials allow to be said."""

from math import comb


def upper_bound(failures: int, trials: int, *, confidence: float = 0.95) -> float:
    """The highest failure rate that is still compatible with so few failures (one-sided).

    With none among n it is 1 - 0.05 ** (1 / n), about 3 / n ("rule of three"). It holds for
    independent trials. Source: Clopper and Pearson 1934.

    Raises:
        ValueError: no trials, or more failures than trials.
    """
    if not 0 <= failures <= trials or trials == 0:
        raise ValueError("failures among no trials")
    if failures == trials:
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if _at_most(failures, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, trials: int, rate: float) -> float:
    return sum(comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(failures + 1))
