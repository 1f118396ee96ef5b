from streaming.picture.seldom import INTERVAL_NS, Seldom


def test_one_a_second_passes_and_says_how_many_did_not() -> None:
    now_ns = [5]
    seldom = Seldom(lambda: now_ns[0])
    assert [seldom.passes("a") for _ in range(3)] == ["", None, None]
    now_ns[0] += INTERVAL_NS
    assert seldom.passes("a") == " It came 2 times more since it was last told."
    now_ns[0] += INTERVAL_NS
    assert seldom.passes("a") == ""


def test_kinds_are_told_apart() -> None:
    seldom = Seldom(lambda: 0)
    assert (seldom.passes("a"), seldom.passes("b")) == ("", "")
