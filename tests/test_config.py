from pathlib import Path
from typing import Any, get_args

import pytest

from streaming.config import ConfigError, Settings, is_loopback, load_settings
from streaming.config.settings import Encoder
from streaming.config.words import EXAMPLES, known_keys
from streaming.domain.session import Role
from streaming.picture.hardware import DEVICES

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
ROOM = {"name": "echo-1", "source": "v4l2:/dev/video0"}


def load(
    text: str = "", folder: Path | None = None, *, flags: Any = None, **environment: str
) -> Settings:
    file = None
    if folder is not None:
        file = folder / "sonopair.toml"
        file.write_text(text)
    return load_settings(file, flags=flags, environment=environment)


def refusal(*arguments: Any, **keywords: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(*arguments, **keywords)
    assert caught.value.exit_status == 2
    return caught.value


def test_the_defaults_listen_on_this_machine_alone() -> None:
    settings = load()
    assert is_loopback(settings.listen.host)
    assert is_loopback(settings.media_host)
    assert settings.secrets.grant_keys == {}
    assert settings.metrics.token is None


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    text = "[listen]\nport = 1\n[media]\nport = 11\nadvertise = ['192.0.2.1']\n"
    environment = {"SONOPAIR_LISTEN__PORT": "2", "SONOPAIR_MEDIA__PORT": "12"}
    settings = load(text, tmp_path, flags={"listen": {"port": 3}}, **environment)
    assert (settings.listen.port, settings.media.port) == (3, 12)
    assert settings.media.advertise == ("192.0.2.1",)
    assert settings.listen.host == "127.0.0.1"


def test_the_environment_can_hold_lists_and_secrets() -> None:
    settings = load(
        SONOPAIR_ROOMS='[{"name": "echo-1", "source": "phantom:"}]',
        SONOPAIR_SECRETS__GRANT_KEYS=f'{{"main": "{SECRET}"}}',
    )
    assert settings.rooms[0].source == "phantom:"
    assert settings.secrets.grant_keys["main"].get_secret_value() == SECRET
    assert SECRET not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    settings = load()
    with pytest.raises(ValueError, match="frozen"):
        settings.public_origin = "https://elsewhere.example"


def test_paths_of_a_file_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "grant.key").write_text(SECRET + "\n")
    text = """
        data_dir = "state"
        [tls]
        certificate = "tls/cert.pem"
        key = "/etc/sonopair/key.pem"
        [secrets.grant_keys]
        main = "file:grant.key"
        [[rooms]]
        name = "echo-1"
        source = "phantom:"
        profile = "sonosite.toml"
    """
    settings = load(text, tmp_path)
    assert settings.tls is not None
    assert settings.data_dir == tmp_path / "state"
    assert settings.tls.certificate == tmp_path / "tls/cert.pem"
    assert settings.tls.key == Path("/etc/sonopair/key.pem")
    assert settings.rooms[0].profile == tmp_path / "sonosite.toml"
    assert settings.secrets.grant_keys["main"].get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("[listen]\nprot = 1", "listen.prot", "listen.port"),
        ("data_dri = 'x'", "data_dri", "data_dir"),
        ("[[rooms]]\nname = 'a'\nsource = 'x'\nprofil = 'y'", "rooms.0.profil", "rooms.profile"),
        ("[nonsense]\nx = 1", "nonsense", "settings.md"),
    ],
)
def test_an_unknown_key_is_named(tmp_path: Path, text: str, key: str, hint: str) -> None:
    error = refusal(text, tmp_path)
    assert error.code == "config.unknown_key"
    assert key in str(error)
    assert hint in error.fix


def test_an_unknown_key_of_the_environment_is_named() -> None:
    error = refusal(SONOPAIR_LISTN__PORT="1")
    assert (error.code, "SONOPAIR_LISTN__PORT" in str(error)) == ("config.unknown_key", True)
    assert "SONOPAIR_LISTEN" in error.fix
    assert "listen.prot" in str(refusal(SONOPAIR_LISTEN__PROT="1"))


def test_what_kubernetes_puts_into_the_environment_is_ignored() -> None:
    load(
        SONOPAIR_SERVICE_HOST="10.0.0.1",
        SONOPAIR_PORT="tcp://10.0.0.1:8480",
        SONOPAIR_PORT_8480_TCP_ADDR="10.0.0.1",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[listen]\nport = 70000", "listen.port"),
        ("[listen]\nport = 'x'", "listen.port"),
        ("listen = 3", "listen"),
        ("rooms = 3", "rooms"),
        ("secrets = 3", "secrets"),
        ("[[rooms]]\nname = 'Echo 1'\nsource = 'x'", "rooms.0.name"),
        ("[[rooms]]\nname = 'a'", "rooms.0.source"),
        ("[[rooms]]\nname='a'\nsource='x'\n[[rooms]]\nname='a'\nsource='y'", "called a"),
        ("[media]\nadvertise = ['echo.example.org']", "media.advertise"),
        ("trusted_proxies = ['proxy.example.org']", "trusted_proxies"),
        ("trusted_proxies = '10.0.0.0/8'", "trusted_proxies must be a list"),
        ("public_origin = 'echo.example.org'", "public_origin"),
        ("public_origin = 'https://echo.example.org/x'", "public_origin"),
        ("public_origin = 'https://user@echo.example.org'", "public_origin"),
        ("public_origin = 'http://echo.example.org'", "https"),
        ("public_origin = 3", "public_origin must be text"),
        ("data_dir = 3", "data_dir must be a path"),
        ("secrets = { grant_keys = 3 }", "secrets.grant_keys must be a table"),
        ("secrets = { grant_keys = { a = 3 } }", "secrets.grant_keys.a must be text"),
        ("[listen]\nport = 1.5", "listen.port must be a whole number"),
        ("[tls]\nkey = 'k'", "tls.certificate is missing"),
        ("[[rooms]]\nname = 'a'\nsource = ''", "rooms.0.source must not be empty"),
        ("[[rooms]]\nname='a'\nsource='x'\nencoder='x265'", "rooms.0.encoder must be 'auto'"),
        ("[[rooms]]\nname='a'\nsource='x'\nbitrate_bps = 1", "must be at least 100000"),
    ],
)
def test_a_value_that_cannot_be_is_named_in_words_with_a_fix(
    tmp_path: Path, text: str, part: str
) -> None:
    error = refusal(text, tmp_path)
    assert (error.code, part in str(error)) == ("config.invalid", True), str(error)
    assert error.fix
    for jargon in ("Input should", "valid dictionary", "instance of", "Value error", "pydantic"):
        assert jargon not in str(error) + error.fix


def test_every_key_has_an_example_that_can_be_used(tmp_path: Path) -> None:
    assert set(known_keys()) == EXAMPLES.keys()
    for name in ("grant.key", "oidc.secret", "site-map.key", "turn.secret"):
        (tmp_path / name).write_text(SECRET)
    for text in EXAMPLES.values():
        load(text, tmp_path)


OIDC = """
[oidc]
issuer = "https://id.example.org/realms/clinic"
client_id = "sonopair"
client_secret = "file:oidc.secret"
roles = { us-experts = ["expert", "reviewer"], us-admins = ["admin"] }
"""


def test_the_identity_providers_secret_is_read_from_a_file_and_shown_nowhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "oidc.secret").write_text(SECRET + "\n")
    oidc = load(OIDC, tmp_path).oidc
    assert oidc is not None
    assert oidc.client_secret.get_secret_value() == SECRET
    assert oidc.roles["us-experts"] == (Role.EXPERT, Role.REVIEWER)
    assert SECRET not in repr(oidc)


@pytest.mark.parametrize(
    ("was", "is_now", "part"),
    [
        ("https://id.example.org", "http://id.example.org", "oidc.issuer must be https"),
        ("https://id.example.org/realms/clinic", "id.example.org", "oidc.issuer must be"),
        ('"expert", "reviewer"', '"camera"', "oidc.roles must give roles among"),
        ('"expert", "reviewer"', '"root"', "oidc.roles.us-experts"),
        ('client_id = "sonopair"', 'scopes = ["profile"]', "oidc"),
    ],
)
def test_an_identity_provider_that_cannot_be_used_is_refused(
    was: str, is_now: str, part: str, tmp_path: Path
) -> None:
    (tmp_path / "oidc.secret").write_text(SECRET)
    error = refusal(OIDC.replace(was, is_now), tmp_path)
    assert (error.code, part in str(error)) == ("config.invalid", True), str(error)
    assert "[oidc]" in error.fix


TURN = """
[turn]
urls = ["turn:turn.example.org:3478", "turns:turn.example.org:443"]
secret = "file:turn.secret"
"""


def test_the_turn_servers_secret_is_read_from_a_file_and_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "turn.secret").write_text(SECRET + "\n")
    turn = load(TURN, tmp_path).turn
    assert turn is not None
    assert turn.secret.get_secret_value() == SECRET
    assert (turn.ttl_s, turn.policy) == (600, "all")
    assert SECRET not in repr(turn)


@pytest.mark.parametrize(
    ("was", "is_now", "code", "part"),
    [
        ("turns:turn", "https://turn", "config.invalid", "turn.urls must hold TURN addresses"),
        ("turns:", "stun:", "config.invalid", "turn.urls must hold TURN addresses"),
        (
            '"turn:turn.example.org:3478", "turns:turn.example.org:443"',
            "",
            "config.invalid",
            "1 to",
        ),
        ("file:turn.secret", "changeme" * 8, "config.weak_secret", "turn.secret"),
        ("file:turn.secret", f"{SECRET} {SECRET}", "config.invalid", "turn.secret must be"),
        ('"file:turn.secret"', '"file:turn.secret"\nttl_s = 601', "config.invalid", "at most 600"),
        ('"file:turn.secret"', '"file:turn.secret"\npolicy = "no"', "config.invalid", "policy"),
        ('secret = "file:turn.secret"', "", "config.invalid", "turn.secret is missing"),
    ],
)
def test_a_turn_server_that_cannot_be_used_is_refused(
    was: str, is_now: str, code: str, part: str, tmp_path: Path
) -> None:
    (tmp_path / "turn.secret").write_text(SECRET)
    error = refusal(TURN.replace(was, is_now), tmp_path)
    assert (error.code, part in str(error)) == (code, True), str(error)
    assert error.fix


def test_a_list_in_the_environment_that_is_not_json_is_named() -> None:
    error = refusal(SONOPAIR_ROOMS="echo-1")
    assert (error.code, "SONOPAIR_ROOMS" in str(error)) == ("config.invalid", True)
    assert "JSON" in error.fix


def test_the_encoders_are_those_that_a_worker_knows() -> None:
    assert set(get_args(Encoder)) == {"auto", "x264", *DEVICES}


def test_a_file_that_is_missing_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path / "missing.toml", environment={})
    assert caught.value.code == "config.unreadable"
    for content in (b"= nonsense", b"\xff\xfe"):
        (tmp_path / "bad.toml").write_bytes(content)
        with pytest.raises(ConfigError) as caught:
            load_settings(tmp_path / "bad.toml", environment={})
        assert (caught.value.code, bool(caught.value.fix)) == ("config.syntax", True)
    keys = "[secrets.grant_keys]\nmain = 'file:missing.key'"
    assert refusal(keys, tmp_path).code == "config.unreadable"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "echo.example.org", ""])
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["tls", "secrets"]),
        ({"tls": {"certificate": "c", "key": "k"}}, ["secrets"]),
        ({"secrets": {"grant_keys": {"main": SECRET}}}, ["tls"]),
    ],
)
def test_a_node_is_not_opened_to_the_network_without_tls_and_secrets(
    host: str, given: dict[str, Any], missing: list[str]
) -> None:
    error = refusal(flags={"listen": {"host": host}, **given})
    assert error.code == "config.exposed"
    for name in missing:
        assert name in str(error)
        assert name in error.fix
    assert "127.0.0.1" in error.fix


OPEN = {
    "listen": {"host": "0.0.0.0", "port": 443},
    "media": {"advertise": ["192.0.2.7"]},
    "tls": {"certificate": "c", "key": "k"},
    "secrets": {"grant_keys": {"main": SECRET}},
    "public_origin": "https://echo.example.org",
}


def test_a_node_may_be_opened_with_both() -> None:
    assert load(flags=OPEN).origins(443) == {"https://echo.example.org"}


@pytest.mark.parametrize("secret", ["", "short", "x" * 64, "changeme" * 8])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    error = refusal(flags={"secrets": {"grant_keys": {"main": secret}}})
    assert error.code == "config.weak_secret"
    assert not secret or secret not in str(error)


def test_every_address_needs_one_to_advertise() -> None:
    assert refusal(flags={"media": {"host": "0.0.0.0"}}).code == "config.no_advertise"
    assert refusal(flags=OPEN | {"media": {}}).code == "config.no_advertise"


def test_a_node_that_listens_everywhere_must_be_told_its_name() -> None:
    assert refusal(flags=OPEN | {"public_origin": ""}).code == "config.no_public_origin"


def test_invitations_start_with_the_address_people_reach() -> None:
    assert load().origin(8480) == "http://127.0.0.1:8480"
    assert load(flags={"listen": {"host": "::1"}}).origin(80) == "http://[::1]"
    proxied = load(flags={"public_origin": "https://Echo.example.org"})
    assert proxied.origin(8480) == "https://echo.example.org"
    assert load().origins(1) == {"http://127.0.0.1:1", "http://localhost:1"}
