from aiohttp.test_utils import make_mocked_request
from aiohttp.web import Request
from multidict import CIMultiDict

from streaming.signaling.hosts import Hosts

PROXIES = Hosts(["10.0.0.0/8", "::1"])


def request(remote: str, *forwarded: str) -> Request:
    headers = [("X-Forwarded-For", line) for line in forwarded]
    return make_mocked_request("GET", "/", headers=CIMultiDict(headers)).clone(remote=remote)


def test_a_header_of_just_anybody_is_not_believed() -> None:
    assert PROXIES.of(request("192.0.2.1", "198.51.100.7")) == "192.0.2.1"
    assert Hosts([]).of(request("127.0.0.1", "198.51.100.7")) == "127.0.0.1"


def test_the_last_hop_that_is_no_trusted_proxy_counts() -> None:
    assert PROXIES.of(request("10.0.0.1", "198.51.100.7")) == "198.51.100.7"
    assert PROXIES.of(request("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.2.0.1")) == "198.51.100.7"
    assert PROXIES.of(request("10.0.0.1", "203.0.113.9", "198.51.100.7")) == "198.51.100.7"
    assert PROXIES.of(request("::1", "10.0.0.2")) == "10.0.0.2"


def test_what_is_no_address_is_not_believed() -> None:
    assert PROXIES.of(request("10.0.0.1", "203.0.113.9, DOE^JANE")) == "10.0.0.1"
    assert PROXIES.of(request("10.0.0.1", "")) == "10.0.0.1"
    assert PROXIES.of(request("10.0.0.1")) == "10.0.0.1"


def test_a_customers_whole_ipv6_network_is_one_host() -> None:
    none = Hosts([])
    assert none.of(request("2001:db8:1:2::3")) == none.of(request("2001:db8:1:2:ffff::1"))
    assert none.of(request("2001:db8:1:2::3")) != none.of(request("2001:db8:1:3::3"))
    assert none.of(request("::ffff:192.0.2.1")) == "192.0.2.1"
    assert none.of(request("fe80::1%eth0")) == "fe80::/64"


def test_many_people_may_be_behind_a_proxy_and_behind_this_machine() -> None:
    for host in ("10.1.2.3", "127.0.0.1", "::1", "::ffff:10.1.2.3"):
        assert PROXIES.is_proxy(host)
    assert not PROXIES.is_proxy("192.0.2.1")
    assert not PROXIES.is_proxy("")
