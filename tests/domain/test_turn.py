import pytest

from streaming.domain.turn import RelayTransport, TurnUrl, parse_turn_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn:turn.example.org", TurnUrl("turn.example.org", 3478, RelayTransport.UDP)),
        ("turn:192.0.2.1:80?transport=tcp", TurnUrl("192.0.2.1", 80, RelayTransport.TCP)),
        ("turn:a:1?transport=udp", TurnUrl("a", 1, RelayTransport.UDP)),
        ("turns:turn.example.org", TurnUrl("turn.example.org", 5349, RelayTransport.TLS)),
        ("turns:a:443?transport=tcp", TurnUrl("a", 443, RelayTransport.TLS)),
        ("turn:[2001:db8::1]:3478", TurnUrl("2001:db8::1", 3478, RelayTransport.UDP)),
    ],
)
def test_an_address_is_read_as_browsers_read_it(text: str, expected: TurnUrl) -> None:
    assert parse_turn_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stun:stun.example.org",
        "turn://turn.example.org",
        "turn:turn.example.org:0",
        "turn:turn.example.org:65536",
        "turn:user@turn.example.org",
        "turn:turn.example.org?transport=sctp",
        "turns:turn.example.org?transport=udp",
        "turn:turn.example.org:3478\n",
    ],
)
def test_what_browsers_refuse_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_turn_url(text)
