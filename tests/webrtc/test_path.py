from streaming.webrtc.path import MAX_ADDRESSES, QUIET_NS, PeerPath

FIRST = ("192.0.2.1", 1)
SECOND = ("192.0.2.1", 2)


def test_the_first_valid_check_decides_where_to_send() -> None:
    path = PeerPath(0)
    assert path.address is None
    assert not path.checked(FIRST, 0, nominated=False)
    assert path.address == FIRST


def test_a_nomination_moves_the_peer() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    assert path.checked(SECOND, 1, nominated=True)
    assert path.address == SECOND
    assert path.addresses == (FIRST, SECOND)


def test_the_same_address_again_is_no_move() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    assert not path.checked(FIRST, 1, nominated=True)


def test_a_plain_check_from_elsewhere_moves_nothing_while_the_peer_is_heard() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    path.heard(FIRST, QUIET_NS)
    assert not path.checked(SECOND, QUIET_NS + 1, nominated=False)
    assert path.address == FIRST


def test_a_plain_check_moves_a_peer_that_went_quiet() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    assert path.checked(SECOND, QUIET_NS + 1, nominated=False)
    assert path.address == SECOND


def test_packets_from_another_address_keep_the_peer_alive_but_not_its_address() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    path.heard(SECOND, QUIET_NS + 1)
    assert path.heard_ns == QUIET_NS + 1
    assert path.checked(SECOND, QUIET_NS + 2, nominated=False)


def test_the_oldest_addresses_are_given_up_but_never_the_one_in_use() -> None:
    path = PeerPath(0)
    path.checked(FIRST, 0, nominated=True)
    for port in range(2, 2 + MAX_ADDRESSES):
        path.checked(("192.0.2.1", port), 1, nominated=False)
    assert path.surplus() == SECOND
    assert path.surplus() is None
    assert FIRST in path.addresses
