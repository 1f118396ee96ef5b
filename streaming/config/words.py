"""What is wrong with the settings, for a person: pydantic's findings in words, each with a fix."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import ValidationError

from streaming.config.settings import ConfigError, Section, Settings

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is missing",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_from_float": "must be a whole number",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "string_type": "must be text, in quotes",
        "string_too_short": "must not be empty",
        "string_too_long": "must have at most {max_length} characters",
        "string_pattern_mismatch": "has characters that it can't have",
        "path_type": "must be a path, in quotes",
        "literal_error": "must be {expected}",
        "enum": "must be {expected}",
        "model_type": "must be a table",
        "dict_type": "must be a table",
        "tuple_type": "must be a list",
    }
)
"""By pydantic's type of error; the values in braces are of the error's own context."""

_OIDC = (
    '[oidc]\nissuer = "https://id.example.org"\nclient_id = "sonopair"\n'
    'roles = { us-experts = ["expert"] }'
)

_DICOM = '[dicom]\nfolder = "priors"\nsenders = { SCANNER1 = "10.0.0.7" }'

_TURN = '[turn]\nurls = ["turn:turn.example.org:3478"]\nsecret = "file:turn.secret"'

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "listen": "[listen]\nport = 8480",
        "listen.host": '[listen]\nhost = "127.0.0.1"',
        "listen.port": "[listen]\nport = 8480",
        "media": "[media]\nport = 50000",
        "media.host": '[media]\nhost = "127.0.0.1"',
        "media.port": "[media]\nport = 50000",
        "media.advertise": '[media]\nadvertise = ["203.0.113.5"]',
        "tls": '[tls]\ncertificate = "fullchain.pem"\nkey = "privkey.pem"',
        "tls.certificate": '[tls]\ncertificate = "fullchain.pem"\nkey = "privkey.pem"',
        "tls.key": '[tls]\ncertificate = "fullchain.pem"\nkey = "privkey.pem"',
        "tls.authority": '[tls]\ncertificate = "server.crt"\nkey = "server.key"\n'
        'authority = "ca.crt"',
        "public_origin": 'public_origin = "https://echo.example.org"',
        "trusted_proxies": 'trusted_proxies = ["10.0.0.0/8"]',
        "data_dir": 'data_dir = "/var/lib/sonopair"',
        "secrets": '[secrets]\ngrant_keys = { main = "file:grant.key" }',
        "secrets.grant_keys": '[secrets]\ngrant_keys = { main = "file:grant.key" }',
        "secrets.site_map_key": '[secrets]\nsite_map_key = "file:site-map.key"',
        **dict.fromkeys(
            (
                "dicom",
                *("dicom.ae_title", "dicom.host", "dicom.port", "dicom.folder", "dicom.senders"),
                *("dicom.tls", "dicom.unencrypted"),
            ),
            _DICOM,
        ),
        "metrics": '[metrics]\ntoken = "a-secret-of-your-own"',
        "metrics.token": '[metrics]\ntoken = "a-secret-of-your-own"',
        "oidc": _OIDC,
        "oidc.issuer": _OIDC,
        "oidc.client_id": _OIDC,
        "oidc.client_secret": _OIDC + '\nclient_secret = "file:oidc.secret"',
        "oidc.scopes": _OIDC + '\nscopes = ["openid", "profile"]',
        "oidc.roles_claim": _OIDC + '\nroles_claim = "groups"',
        "oidc.roles": _OIDC,
        "turn": _TURN,
        "turn.urls": _TURN,
        "turn.secret": _TURN,
        "turn.ttl_s": _TURN + "\nttl_s = 600",
        "turn.policy": _TURN + '\npolicy = "relay"',
        "rooms": '[[rooms]]\nname = "echo-1"\nsource = "phantom:"',
        "rooms.name": '[[rooms]]\nname = "echo-1"\nsource = "phantom:"',
        "rooms.source": '[[rooms]]\nname = "echo-1"\nsource = "phantom:"',
        "rooms.profile": '[[rooms]]\nname = "a"\nsource = "phantom:"\nprofile = "sonosite.toml"',
        "rooms.bitrate_bps": '[[rooms]]\nname = "a"\nsource = "phantom:"\nbitrate_bps = 4000000',
        "rooms.encoder": '[[rooms]]\nname = "a"\nsource = "phantom:"\nencoder = "auto"',
        "rooms.lookout": '[[rooms]]\nname = "a"\nsource = "phantom:"\nlookout = "on"',
        "rooms.audio": '[[rooms]]\nname = "a"\nsource = "phantom:"\naudio = true',
    }
)
"""TOML that can be used, for every key."""


def in_words(error: ValidationError) -> ConfigError:
    """The first finding: ``config.unknown_key`` or ``config.invalid``."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return unknown_key(key, known_keys())
    words = _WORDS.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
    context = first.get("ctx", {})
    return ConfigError("config.invalid", f"{key} {words.format(**context)}.", fix=_fix(key))


def unknown_key(key: str, known: Iterable[str]) -> ConfigError:
    close = difflib.get_close_matches(_plain(key), list(known), n=1)
    return ConfigError(
        "config.unknown_key",
        f"{key} isn't a setting.",
        fix=f"did you mean {close[0]}?" if close else "remove it; docs/settings.md lists all keys",
    )


def known_keys() -> Iterable[str]:
    """Without the numbers of list items: ``rooms.name``."""
    for name, field in Settings.model_fields.items():
        yield name
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, Section):
                yield from (f"{name}.{key}" for key in kind.model_fields)


def _fix(key: str) -> str:
    """The longest part of ``key`` that is a setting's name has the example."""
    parts = _plain(key).split(".")
    names = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    example = next((EXAMPLES[name] for name in names if name in EXAMPLES), "")
    if not example:
        return "docs/settings.md lists all keys"
    header, *values = example.splitlines()
    return f"for example {' and '.join(values)} below {header}" if values else f"such as {header}"


def _plain(key: str) -> str:
    return ".".join(part for part in key.split(".") if not part.isdigit())
