from benchmarks.live.plan import CROWDS, EVERY, WATCHED, Trial, Who, due, rotated


def test_every_run_starts_with_another_contender() -> None:
    firsts = [rotated(WATCHED, run)[0] for run in range(len(WATCHED))]
    assert sorted(map(str, firsts)) == sorted(map(str, WATCHED))
    assert rotated(WATCHED, len(WATCHED)) == list(WATCHED)


def test_each_alternative_meets_the_product_at_the_same_picture_and_crowd() -> None:
    product = {(t.picture, t.viewers) for t in WATCHED + CROWDS if t.who is Who.PRODUCT}
    others = {(t.picture, t.viewers) for t in WATCHED + CROWDS if t.who is not Who.PRODUCT}
    assert others <= product


def test_everything_takes_part_in_the_first_run_and_what_is_held_in_all() -> None:
    assert all(due(trial, 0) for trial in WATCHED + CROWDS)
    assert set(EVERY) <= {*WATCHED, *CROWDS}
    held = Trial(Who.PRODUCT, archive=True), Trial(Who.PRODUCT), Trial(Who.JANUS)
    assert all(due(trial, run) for trial in held for run in range(10))
