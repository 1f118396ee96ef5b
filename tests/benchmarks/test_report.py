import json
from pathlib import Path

import pytest

from benchmarks.report import Figure, Report, over_runs, shown


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("latency", 20.0, "ms", target=20.0), True),
        (Figure("latency", 20.1, "ms", target=20.0), False),
        (Figure("ratio", 3.0, "x", target=3.0, better="higher"), True),
        (Figure("ratio", 2.9, "x", target=3.0, better="higher"), False),
        (Figure("latency", 20.0, "ms"), None),
        (Figure("latency", None, "ms", target=20.0), False),
        (Figure("latency", None, "ms"), None),
    ],
)
def test_a_figure_holds_on_the_better_side_of_its_target(figure: Figure, holds: bool) -> None:
    assert figure.holds is holds


def test_a_report_says_what_was_measured_where_and_how(tmp_path: Path) -> None:
    figures = (Figure("cb p50", 17.25, "ms", target=20.0, low=16.0, high=18.5, runs=10),)
    path = Report("live", figures, remarks=("Nothing else ran.",)).write(tmp_path)

    content = json.loads(path.read_text())
    assert content["figures"][0] == {
        "name": "cb p50",
        "value": 17.25,
        "unit": "ms",
        "target": 20.0,
        "better": "lower",
        "low": 16.0,
        "high": 18.5,
        "runs": 10,
        "holds": True,
    }
    assert content["machine"]["cores"] >= 1
    assert {"commit", "date", "command"} <= content.keys()

    page = path.with_suffix(".md").read_text()
    assert "| cb p50 | 17.2 ms | 16.0 to 18.5 | 10 | ≤ 20.0 | yes |" in page
    assert "Nothing else ran." in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0032, "0.0032"), (1.0, "1"), (17.25, "17.2"), (349.6, "350"), (None, "not measured")],
)
def test_values_are_shown_with_three_digits(value: float | None, text: str) -> None:
    assert shown(value) == text


def test_a_median_says_how_many_runs_it_rests_on() -> None:
    figure = over_runs("latency", [3.0, None, 5.0, 4.0], "ms", target=4.0)
    assert (figure.value, figure.runs, figure.holds) == (4.0, 3, True)
    assert over_runs("latency", [None], "ms", target=4.0).holds is False
