from benchmarks.live.plan import CROWDS, WATCHED, Who, rotated


def test_every_run_starts_with_another_contender() -> None:
    firsts = [rotated(WATCHED, run)[0] for run in range(len(WATCHED))]
    assert sorted(map(str, firsts)) == sorted(map(str, WATCHED))
    assert rotated(WATCHED, len(WATCHED)) == list(WATCHED)


def test_each_alternative_meets_the_product_at_the_same_picture_and_crowd() -> None:
    product = {(t.picture, t.viewers) for t in WATCHED + CROWDS if t.who is Who.PRODUCT}
    others = {(t.picture, t.viewers) for t in WATCHED + CROWDS if t.who is not Who.PRODUCT}
    assert others <= product
