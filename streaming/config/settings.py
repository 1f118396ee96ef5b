"""What can be set, what a value may be, and which combinations would expose the node."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from streaming.domain.account import ACCOUNT_ROLES
from streaming.domain.errors import BadInput
from streaming.domain.session import Role
from streaming.domain.turn import RelayPolicy, parse_turn_url

ENV_PREFIX = "SONOPAIR_"
DEFAULT_PORT = 8480
MIN_SECRET_LENGTH = 32
MIN_SECRET_LETTERS = 10
"""Different characters; a shorter alphabet isn't a random secret."""
MAX_TURN_TTL_S = 600
MAX_TURN_URLS = 6
EVERY_ADDRESS = ("", "0.0.0.0", "::")

Encoder = Literal["auto", "x264", "h264_nvenc", "h264_qsv", "h264_v4l2m2m"]
"""``auto`` takes hardware that works, else x264."""


class ConfigError(BadInput):
    """The settings can't be used; nothing was started."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Port = Annotated[int, Field(ge=0, le=65_535)]
"""0 takes a free one."""


class Listen(Section):
    """Where HTTP is served."""

    host: str = "127.0.0.1"
    port: Port = DEFAULT_PORT


class Media(Section):
    """The node's one UDP port. ``host`` is by default that of ``listen``; ``advertise`` are the
    IP addresses browsers are told, by default ``host`` itself."""

    host: str = ""
    port: Port = 0
    advertise: tuple[str, ...] = ()

    @field_validator("advertise")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise ValueError(f"must hold IP addresses, and '{address}' isn't one") from None
        return value


class Tls(Section):
    """``authority`` is the certificate of a local authority, handed out to phones."""

    certificate: Path
    key: Path
    authority: Path | None = None


class Secrets(Section):
    """``grant_keys`` by key id; the first one signs, all verify. ``site_map_key`` seals who is
    behind a pseudonym. A value ``file:PATH`` is read from that file."""

    grant_keys: dict[str, SecretStr] = {}
    site_map_key: SecretStr | None = None

    @field_validator("grant_keys")
    @classmethod
    def _are_random(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for kid, secret in keys.items():
            _require_random(f"secrets.grant_keys.{kid}", secret)
        return keys

    @field_validator("site_map_key")
    @classmethod
    def _is_random(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            _require_random("secrets.site_map_key", secret)
        return secret


class Metrics(Section):
    """Without a ``token`` /metrics answers on loopback only."""

    token: SecretStr | None = None


class Oidc(Section):
    """An OpenID provider that people sign in with. ``roles`` says which roles of an account a name
    in ``roles_claim`` of the ID token gives; who has none isn't let in. Without a
    ``client_secret`` (a value ``file:PATH`` is read from that file) the node is a public client.
    """

    issuer: str
    client_id: str = Field(min_length=1, max_length=256)
    client_secret: SecretStr = SecretStr("")
    scopes: tuple[str, ...] = ("openid", "profile")
    roles_claim: str = "groups"
    roles: dict[str, tuple[Role, ...]] = Field(min_length=1)

    @field_validator("issuer")
    @classmethod
    def _is_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("must be an address such as https://id.example.org/realms/clinic")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("must be https: a secret is sent there")
        return value

    @field_validator("scopes")
    @classmethod
    def _ask_for_openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("must hold 'openid'")
        return value

    @field_validator("roles")
    @classmethod
    def _are_of_accounts(cls, value: dict[str, tuple[Role, ...]]) -> dict[str, tuple[Role, ...]]:
        if not {role for roles in value.values() for role in roles} <= set(ACCOUNT_ROLES):
            raise ValueError(f"must give roles among {', '.join(ACCOUNT_ROLES)}")
        return value


class Turn(Section):
    """A TURN server that browsers may use. ``secret`` (a value ``file:PATH`` is read from that
    file) is shared with it; credentials made of it are good for ``ttl_s``. With the policy
    ``relay`` browsers try no direct way."""

    urls: tuple[str, ...]
    secret: SecretStr
    ttl_s: int = Field(default=MAX_TURN_TTL_S, ge=60, le=MAX_TURN_TTL_S)
    policy: RelayPolicy = RelayPolicy.ALL

    @field_validator("urls")
    @classmethod
    def _are_turn_urls(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not 0 < len(urls) <= MAX_TURN_URLS:
            raise ValueError(f"must hold 1 to {MAX_TURN_URLS} addresses")
        for url in urls:
            try:
                parse_turn_url(url)
            except ValueError as error:
                raise ValueError(f"must hold TURN addresses: {error}") from None
        return urls

    @field_validator("secret")
    @classmethod
    def _is_random(cls, secret: SecretStr) -> SecretStr:
        _require_random("turn.secret", secret)
        if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
            raise ValueError("must be printable ASCII without spaces, as coturn takes it")
        return secret


class Dicom(Section):
    """Where `sonopair dicom receive` takes earlier studies. ``senders`` are addresses by AE title:
    nobody else is heard. Without ``tls`` it listens beyond loopback only if ``unencrypted`` says
    that the network may read along."""

    ae_title: str = Field(default="SONOPAIR", pattern=r"^[A-Z0-9_-]{1,16}$")
    host: str = "127.0.0.1"
    port: Port = 11_112
    folder: Path
    senders: dict[str, str] = Field(min_length=1)
    tls: Tls | None = None
    unencrypted: bool = False

    @field_validator("senders")
    @classmethod
    def _are_addresses(cls, senders: dict[str, str]) -> dict[str, str]:
        for title, address in senders.items():
            if not re.fullmatch(r"[ -\[\]-~]{1,16}", title):
                raise ValueError("must be called by AE titles of 1 to 16 characters")
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise ValueError(f"must give the IP address of {title}") from None
        return senders

    @model_validator(mode="after")
    def _refuse_exposure(self) -> Self:
        if not (is_loopback(self.host) or self.tls or self.unencrypted):
            raise ConfigError(
                "config.exposed",
                "Studies, names and all, would be received unencrypted from the network.",
                fix="set dicom.tls, or dicom.unencrypted = true where the network may read along",
            )
        return self


class Room(Section):
    """``profile`` is a confirmed scanner profile; without one the picture stays black until a
    person confirms one on the set-up page."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    source: str = Field(min_length=1, max_length=2_048)
    profile: Path | None = None
    bitrate_bps: int = Field(default=4_000_000, ge=100_000, le=50_000_000)
    encoder: Encoder = "auto"
    audio: bool = False
    """Whether the source's sound may be captured: with a microphone on its input it would be the
    room's."""
    lookout: Literal["auto", "on", "off"] = "auto"
    """Whether text is looked for inside the regions: ``auto`` where that is installed; with ``on``
    the picture is black where it isn't."""


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
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose ``X-Forwarded-For`` is believed."""
    data_dir: Path = Field(default_factory=default_data_dir)
    secrets: Secrets = Secrets()
    metrics: Metrics = Metrics()
    oidc: Oidc | None = None
    dicom: Dicom | None = None
    turn: Turn | None = None
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

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise ValueError(
                    f"must hold IP addresses and networks, and '{network}' isn't one"
                ) from None
        return value

    @field_validator("rooms")
    @classmethod
    def _have_different_names(cls, rooms: tuple[Room, ...]) -> tuple[Room, ...]:
        names = [room.name for room in rooms]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(
                    "config.invalid",
                    f"Two rooms are called {name}.",
                    fix="give each of rooms a name of its own",
                )
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


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_random(name: str, secret: SecretStr) -> None:
    text = secret.get_secret_value()
    if len(text) < MIN_SECRET_LENGTH or len(set(text)) < MIN_SECRET_LETTERS:
        raise ConfigError(
            "config.weak_secret",
            f"{name} isn't a random secret of {MIN_SECRET_LENGTH} characters or more.",
            fix="make one with: openssl rand -base64 32",
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
