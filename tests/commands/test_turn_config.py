from pathlib import Path
from typing import Any

import pytest

from streaming.commands.turn_config import Machine, coturn_config, node_addresses
from streaming.config import ConfigError, Settings, load_settings

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
URLS = ["turn:turn.example.org:3478", "turns:turn.example.org:443"]
CERTIFIED = Machine(Path("/etc/turn/fullchain.pem"), Path("/etc/turn/privkey.pem"))


def settings(urls: Any = URLS, **flags: Any) -> Settings:
    turn = {"urls": urls, "secret": SECRET}
    media = {"advertise": ["203.0.113.5", "2001:db8::5"]}
    values = {"turn": turn, "media": media} | flags
    return load_settings(flags=values, environment={})


def lines_of(made: Settings, machine: Machine = CERTIFIED) -> list[str]:
    return coturn_config(made, machine).splitlines()


def test_the_node_is_the_only_peer_there_is() -> None:
    lines = lines_of(settings())
    assert [line for line in lines if "peer" in line and not line.startswith("#")] == [
        "denied-peer-ip=0.0.0.0-255.255.255.255",
        "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "allowed-peer-ip=203.0.113.5",
        "allowed-peer-ip=2001:db8::5",
        "no-multicast-peers",
    ]
    assert {"use-auth-secret", "no-tcp-relay", "no-cli", "fingerprint", "stale-nonce"} <= set(lines)
    assert f"static-auth-secret={SECRET}" in lines


def test_it_listens_to_what_the_addresses_say_and_to_nothing_else() -> None:
    lines = lines_of(settings())
    assert {"listening-port=3478", "tls-listening-port=443", "no-tcp", "no-dtls"} <= set(lines)
    assert {"cert=/etc/turn/fullchain.pem", "pkey=/etc/turn/privkey.pem"} <= set(lines)
    assert "no-udp" not in lines
    plain = lines_of(settings(["turn:turn.example.org:80?transport=tcp"]), Machine())
    assert {"listening-port=80", "no-udp", "no-tls", "no-dtls"} <= set(plain)
    assert "no-tcp" not in plain


def test_it_can_stand_behind_address_translation() -> None:
    machine = Machine(listen=("10.0.0.9",), external=("203.0.113.9/10.0.0.9",))
    lines = lines_of(settings(URLS[:1]), machine)
    assert {"listening-ip=10.0.0.9", "relay-ip=10.0.0.9"} <= set(lines)
    assert "external-ip=203.0.113.9/10.0.0.9" in lines


def test_a_session_may_carry_twice_the_largest_picture() -> None:
    room = {"name": "a", "source": "phantom:", "bitrate_bps": 20_000_000}
    assert "max-bps=5000000" in lines_of(settings(rooms=[room]))
    assert "max-bps=1000000" in lines_of(settings())


def test_loopback_is_opened_only_for_a_node_that_is_there() -> None:
    assert "allow-loopback-peers" not in lines_of(settings())
    own = settings(media={})
    assert node_addresses(own) == ("127.0.0.1",)
    assert "allow-loopback-peers" in lines_of(own)


@pytest.mark.parametrize(
    ("changes", "machine", "code"),
    [
        ({"turn": None}, CERTIFIED, "turn.none"),
        ({}, Machine(), "turn.certificate"),
        ({"urls": ["turn:a:1", "turn:a:2?transport=tcp"]}, CERTIFIED, "turn.ports"),
        ({"urls": ["turns:a:1", "turns:a:2"]}, CERTIFIED, "turn.ports"),
        ({"media": {"host": "echo.example.org"}}, CERTIFIED, "turn.node"),
    ],
)
def test_what_cannot_be_configured_is_named_with_its_fix(
    changes: dict[str, Any], machine: Machine, code: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        coturn_config(settings(**changes), machine)
    assert refusal.value.code == code
    assert refusal.value.fix


def test_the_example_is_what_the_command_writes(tmp_path: Path) -> None:
    (tmp_path / "turn.secret").write_text("RANDOM-SECRET-OF-32-CHARACTERS-OR-MORE")
    file = tmp_path / "sonopair.toml"
    file.write_text((ROOT / "turn-config" / "sonopair.toml.example").read_text())
    made = load_settings(file, environment={})
    example = (ROOT / "turn-config" / "turnserver.conf.example").read_text()
    assert coturn_config(made, CERTIFIED) == example
