import base64
import hashlib
import hmac

from streaming.auth.turn import Relay, turn_credential
from streaming.domain.turn import RelayPolicy

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
URLS = ("turn:turn.example.org:3478", "turns:turn.example.org:443")


def test_the_password_is_the_names_hmac_as_coturn_computes_it() -> None:
    username, password = turn_credential(SECRET, participant="s1", expires_at_s=1_800_000_600)
    assert username == "1800000600:s1"
    expected = hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(password, validate=True) == expected


def test_a_credential_expires_when_the_settings_say() -> None:
    relay = Relay(URLS, SECRET, ttl_s=600, policy=RelayPolicy.RELAY)
    access = relay.access("s1", now_s=1_800_000_000)
    assert access.username == "1800000600:s1"
    assert (access.urls, access.ttl_s, access.policy) == (URLS, 600, RelayPolicy.RELAY)


def test_every_participant_and_second_has_a_password_of_its_own() -> None:
    relay = Relay(URLS, SECRET, ttl_s=600, policy=RelayPolicy.ALL)
    given = {relay.access(who, now_s=now).credential for who in ("s1", "s2") for now in (1, 2)}
    assert len(given) == 4


def test_the_secret_is_not_in_what_is_logged() -> None:
    assert SECRET not in repr(Relay(URLS, SECRET, ttl_s=600, policy=RelayPolicy.ALL))
