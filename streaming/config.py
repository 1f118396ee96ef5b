"""Settings: defaults < TOML file < environment (``SONOPAIR_…``) < flags; frozen, read at the roof.

A nested key is written with two underscores in the environment: ``SONOPAIR_LISTEN__PORT=8480``.
Paths in a file are relative to that file. ``docs/settings.md`` lists every key.
"""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from streaming.domain.errors import BadInput

ENV_PREFIX = "SONOPAIR_"
DEFAULT_PORT = 8480
MIN_SECRET_LENGTH = 32
MIN_SECRET_LETTERS = 10
"""Different characters; a shorter alphabet isn't a random secret."""
EVERY_ADDRESS = ("", "0.0.0.0", "::")

# Kubernetes sets SONOPAIR_SERVICE_HOST, SONOPAIR_PORT and more for a service called sonopair.
_SERVICE_LINK = re.compile(rf"{ENV_PREFIX}(SERVICE|PORT)(_.*)?")


class ConfigError(BadInput):
    """The settings can't be used; nothing was started."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Port = Annotated[int, Field(ge=0, le=65_535)]
"""0 takes a free one."""


class Listen(_Section):
    """Where HTTP is served."""

    host: str = "127.0.0.1"
    port: Port = DEFAULT_PORT


class Media(_Section):
    """The node's one UDP port. ``host`` is by default that of ``listen``; ``advertise`` are the
    IP addresses browsers are told, by default ``host`` itself."""

    host: str = ""
    port: Port = 0
    advertise: tuple[str, ...] = ()

    @field_validator("advertise")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            ipaddress.ip_address(address)
        return value


class Tls(_Section):
    certificate: Path
    key: Path


class Secrets(_Section):
    """``grant_keys`` by key id; the first one signs, all verify. A value ``file:PATH`` is read
    from that file."""

    grant_keys: dict[str, SecretStr] = {}

    @field_validator("grant_keys")
    @classmethod
    def _are_random(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for kid, secret in keys.items():
            text = secret.get_secret_value()
            if len(text) < MIN_SECRET_LENGTH or len(set(text)) < MIN_SECRET_LETTERS:
                raise ConfigError(
                    "config.weak_secret",
                    f"secrets.grant_keys.{kid} isn't a random secret of 32 characters or more.",
                    fix="make one with: openssl rand -base64 32",
                )
        return keys


class Metrics(_Section):
    """Without a ``token`` /metrics answers on loopback only."""

    token: SecretStr | None = None


class Room(_Section):
    """``profile`` is a confirmed scanner profile; without one the picture stays black until a
    person confirms one on the set-up page."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    source: str = Field(min_length=1, max_length=2_048)
    profile: Path | None = None
    bitrate_bps: int = Field(default=4_000_000, ge=100_000, le=50_000_000)


def default_data_dir() -> Path:
    """Source: XDG Base Directory Specification, ``XDG_STATE_HOME``."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "sonopair"


class Settings(BaseSettings):
    """One node. Refuses to be made in a way that would expose it: see ``_refuse_exposure``.

    Raises:
        ConfigError: ``config.exposed``, ``config.no_public_origin``, ``config.no_advertise``,
            ``config.weak_secret``.
        pydantic.ValidationError: anything else; ``load_settings`` turns it into a ConfigError.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENV_PREFIX, env_nested_delimiter="__"
    )

    listen: Listen = Listen()
    media: Media = Media()
    tls: Tls | None = None
    public_origin: str = ""
    """How browsers reach the node (``https://echo.example.org``); by default, as it listens."""
    data_dir: Path = Field(default_factory=default_data_dir)
    secrets: Secrets = Secrets()
    metrics: Metrics = Metrics()
    rooms: tuple[Room, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: ``load_settings`` merges the sources, and names them."""
        return (init_settings,)

    @field_validator("public_origin")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = value == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
        if value and not (plain and parts.hostname and parts.scheme in ("http", "https")):
            raise ValueError("must be an origin such as https://echo.example.org")
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("must be https: browsers give camera and cookies to nothing else")
        return value.lower()

    @field_validator("rooms")
    @classmethod
    def _have_different_names(cls, rooms: tuple[Room, ...]) -> tuple[Room, ...]:
        names = [room.name for room in rooms]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two rooms are called {name}")
        return rooms

    @model_validator(mode="after")
    def _refuse_exposure(self) -> Self:
        if not is_loopback(self.listen.host):
            missing = [
                name
                for name, given in (("tls", self.tls), ("secrets", self.secrets.grant_keys))
                if not given
            ]
            if missing:
                raise _exposed(self.listen.host, missing)
        if self.listen.host in EVERY_ADDRESS and not self.public_origin:
            raise ConfigError(
                "config.no_public_origin",
                "public_origin is needed when listen.host is every address.",
                fix='say how browsers reach the node: public_origin = "https://echo.example.org"',
            )
        if self.media_host in EVERY_ADDRESS and not self.media.advertise:
            raise ConfigError(
                "config.no_advertise",
                "media.advertise is needed when media.host is every address.",
                fix='say where browsers reach this machine: media.advertise = ["203.0.113.5"]',
            )
        return self

    @property
    def media_host(self) -> str:
        return self.media.host or self.listen.host

    def origin(self, port: int) -> str:
        """How people reach the node when it listens on ``port``: what invitations start with."""
        return self.public_origin or _origin(self._scheme, self.listen.host, port)

    def origins(self, port: int) -> frozenset[str]:
        """Every ``Origin`` the node's own pages may have."""
        if self.public_origin or not is_loopback(self.listen.host):
            return frozenset({self.origin(port)})
        hosts = {self.listen.host, "127.0.0.1", "localhost"}
        return frozenset(_origin(self._scheme, host, port) for host in hosts)

    @property
    def _scheme(self) -> str:
        return "https" if self.tls else "http"


def load_settings(
    file: Path | None = None,
    *,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from ``file``, then the environment, then ``flags`` (nested like the file).

    Raises:
        ConfigError: ``config.unreadable``, ``config.syntax``, ``config.unknown_key``,
            ``config.invalid``, and what ``Settings`` raises.
    """
    environment = os.environ if environment is None else environment
    merged = _merge(_read(file) if file else {}, _from_environment(environment), flags or {})
    try:
        return Settings(**merged)
    except ValidationError as error:
        raise _named(error) from None


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            "config.unreadable",
            f"{file} can't be read: {error.strerror}.",
            fix="check the path given with --config",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("config.syntax", f"{file} isn't TOML: {error}.") from None
    return _with_paths(values, file.resolve().parent)


def _with_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths of a file, relative to its folder; what isn't of the expected shape is left for
    validation to name."""
    sections = [(values, ("data_dir",)), (values.get("tls"), ("certificate", "key"))]
    rooms = values.get("rooms")
    sections += [(room, ("profile",)) for room in (rooms if isinstance(rooms, list) else ())]
    for section, keys in sections:
        for key in keys:
            if isinstance(section, dict) and isinstance(section.get(key), str):
                section[key] = str(folder / Path(section[key]).expanduser())
    secrets = values.get("secrets")
    if isinstance(secrets, dict) and isinstance(secrets.get("grant_keys"), dict):
        secrets["grant_keys"] = {
            kid: _secret(value, folder) for kid, value in secrets["grant_keys"].items()
        }
    return values


def _secret(value: Any, folder: Path) -> Any:
    if not (isinstance(value, str) and value.startswith("file:")):
        return value
    file = folder / value.removeprefix("file:")
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "config.unreadable",
            f"The secret in {file} can't be read.",
            fix="make it readable for the node's user, and for nobody else",
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    ours = {name for name in environment if name.startswith(ENV_PREFIX)}
    for name in sorted(ours):
        field = name.removeprefix(ENV_PREFIX).partition("__")[0].lower()
        if field not in Settings.model_fields and not _SERVICE_LINK.fullmatch(name):
            raise _unknown(name, (ENV_PREFIX + key.upper() for key in Settings.model_fields))
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): environment[name] for name in ours}
    try:
        return source()
    except ValueError as error:
        raise ConfigError("config.invalid", f"In the environment: {error}.") from None


def _merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Later layers win; tables are merged, anything else is replaced."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = merged.get(key)
            both = isinstance(below, dict) and isinstance(value, Mapping)
            merged[key] = _merge(below, value) if both and below is not None else value
    return merged


def _named(error: ValidationError) -> ConfigError:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown(key, _known_keys())
    reason = str(first["msg"]).removeprefix("Value error, ")
    return ConfigError("config.invalid", f"{key}: {reason}." if key else f"{reason}.")


def _known_keys() -> Iterable[str]:
    for name, field in Settings.model_fields.items():
        yield name
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, _Section):
                yield from (f"{name}.{key}" for key in kind.model_fields)


def _unknown(key: str, known: Iterable[str]) -> ConfigError:
    close = difflib.get_close_matches(key, list(known), n=1)
    return ConfigError(
        "config.unknown_key",
        f"{key} isn't a setting.",
        fix=f"did you mean {close[0]}?" if close else "remove it; docs/settings.md lists all keys",
    )


def _exposed(host: str, missing: list[str]) -> ConfigError:
    ways = {
        "tls": "set tls.certificate and tls.key (PEM files)",
        "secrets": 'set secrets.grant_keys, e.g. { main = "file:grant.key" } '
        "after: openssl rand -base64 32 > grant.key",
    }
    return ConfigError(
        "config.exposed",
        f"Listening on {host} would open the node to the network without {' and '.join(missing)}.",
        fix="; ".join(ways[name] for name in missing) + "; or listen on 127.0.0.1",
    )


def _origin(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{name}" if port == usual else f"{scheme}://{name}:{port}"
