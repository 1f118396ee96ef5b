"""Settings for ``sonopair demo``: one room, and no file to write first."""

import datetime as dt
from pathlib import Path
from typing import Any

from streaming.auth.grants import local_key
from streaming.commands.certificates import make_certificates
from streaming.commands.local_network import local_name, private_addresses
from streaming.config import ConfigError, Settings, load_settings
from streaming.domain.errors import Unavailable
from streaming.keys import GRANT_KEY_FILE

TLS_FOLDER = "tls"
SOURCE = "demo:"
OF_ITS_OWN = ("demo:", "phantom:")
"""Their sound is computed, so that nobody can be overheard; another source's stays off."""

ROOM = "demo"
_OF_THE_NETWORK = {"config.exposed", "config.no_public_origin", "config.no_advertise"}


def demo_settings(
    *,
    source: str = "",
    profile: Path | None = None,
    host: str = "",
    port: int | None = None,
    lan: bool = False,
) -> Settings:
    """Without ``source`` and ``profile`` the demo screen with its own profile. With ``lan`` other
    machines of the network are let in, over TLS.

    Raises:
        ConfigError: what is given, or what the environment says, can't be used.
        Unavailable: ``store.unwritable``.
    """
    given = {"host": host or None, "port": port}
    flags: dict[str, Any] = lan_flags(host=host) if lan else {"listen": {}}
    flags["listen"] |= {k: v for k, v in given.items() if v is not None}
    try:
        if not source and profile is None:
            profile = _keep_own_profile(load_settings(flags=flags))
        source = source or SOURCE
        sounds = source.startswith(OF_ITS_OWN)
        room = {"name": ROOM, "source": source, "profile": profile, "audio": sounds}
        return load_settings(flags=flags | {"rooms": [room]})
    except ConfigError as error:
        if error.code not in _OF_THE_NETWORK:
            raise
        raise ConfigError(
            error.code,
            "The demo's links need no login, so it shows its picture to this machine alone.",
            fix="leave --host out; for the phones and computers of this network add --lan, and to "
            "serve for good run `sonopair serve --config FILE` (docs/settings.md)",
        ) from None


def lan_flags(*, host: str = "") -> dict[str, Any]:
    """Settings that open the demo to this machine's own network: TLS by a local authority, and
    keys, both kept beside the records.

    Raises:
        Unavailable: ``demo.no_network``: this machine is on no local network; ``tls.unwritable``.
        ConfigError: what the environment says can't be used.
    """
    addresses = [host] if host else private_addresses()
    if not addresses:
        raise Unavailable(
            "demo.no_network",
            "This machine is on no local network.",
            fix="connect it, or name its address with --host",
        )
    data_dir = load_settings(flags={}).data_dir
    made = make_certificates(
        data_dir / TLS_FOLDER,
        names=[local_name(), "localhost"],
        addresses=[*addresses, "127.0.0.1"],
        now=dt.datetime.now(dt.UTC),
    )
    files = made.files
    return {
        "listen": {"host": addresses[0]},
        "tls": {
            "certificate": files.certificate,
            "key": files.key,
            "authority": files.ca_certificate,
        },
        "secrets": {"grant_keys": {"local": local_key(data_dir / GRANT_KEY_FILE)}},
    }


def _keep_own_profile(settings: Settings) -> Path:
    """The demo screen's own profile, as a file beside the records."""
    from streaming.capture.demo_profile import demo_profile_toml

    file = settings.data_dir / "demo-profile.toml"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(demo_profile_toml(), "utf-8")
    except OSError as error:
        raise Unavailable(
            "store.unwritable",
            f"{settings.data_dir} can't be written: {error.strerror}",
            fix="set SONOPAIR_DATA_DIR to a folder you may write",
        ) from None
    return file
