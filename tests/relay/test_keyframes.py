from streaming.relay.keyframes import OBSERVER_WINDOW_NS, WINDOW_NS, KeyframeRequests

MS = 1_000_000


def test_first_request_is_granted_at_once() -> None:
    assert KeyframeRequests().ask(0)


def test_burst_costs_one_key_frame() -> None:
    requests = KeyframeRequests()
    assert [requests.ask(i * MS) for i in range(10)] == [True] + [False] * 9


def test_request_within_the_window_is_granted_at_its_end() -> None:
    requests = KeyframeRequests()
    requests.ask(0)
    requests.keyframe_arrived()
    assert not requests.ask(100 * MS)
    assert not requests.due(WINDOW_NS - 1)
    assert requests.due(WINDOW_NS)
    assert not requests.due(WINDOW_NS + 1)


def test_key_frame_after_the_request_serves_it() -> None:
    requests = KeyframeRequests()
    requests.ask(0)
    requests.ask(50 * MS)
    requests.keyframe_arrived()
    assert not requests.due(WINDOW_NS)


def test_key_frame_before_the_request_does_not_serve_it() -> None:
    requests = KeyframeRequests()
    requests.ask(0)
    requests.keyframe_arrived()
    requests.ask(50 * MS)
    assert requests.due(WINDOW_NS)


def test_observers_wait_longer_and_never_delay_the_others() -> None:
    requests = KeyframeRequests()
    requests.ask(0)
    assert not requests.ask(WINDOW_NS, observer=True)
    assert not requests.due(OBSERVER_WINDOW_NS - 1)
    assert requests.ask(WINDOW_NS)


def test_earlier_of_two_remembered_requests_counts() -> None:
    requests = KeyframeRequests()
    requests.ask(0)
    requests.ask(10 * MS)
    requests.ask(20 * MS, observer=True)
    assert requests.due(WINDOW_NS)
