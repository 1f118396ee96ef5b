"""Settings for ``sonopair demo``: one room, and no file to write first."""

from pathlib import Path
from typing import Any

from streaming.config import ConfigError, Settings, load_settings
from streaming.domain.errors import Unavailable

SOURCE = "demo:"
ROOM = "demo"
_OF_THE_NETWORK = {"config.exposed", "config.no_public_origin", "config.no_advertise"}


def demo_settings(
    *, source: str = "", profile: Path | None = None, host: str = "", port: int | None = None
) -> Settings:
    """Without ``source`` and ``profile`` the demo screen with its own profile.

    Raises:
        ConfigError: what is given, or what the environment says, can't be used.
        Unavailable: ``store.unwritable``.
    """
    given = {"host": host or None, "port": port}
    flags: dict[str, Any] = {"listen": {k: v for k, v in given.items() if v is not None}}
    try:
        if not source and profile is None:
            profile = _keep_own_profile(load_settings(flags=flags))
        room = {"name": ROOM, "source": source or SOURCE, "profile": profile}
        return load_settings(flags=flags | {"rooms": [room]})
    except ConfigError as error:
        if error.code not in _OF_THE_NETWORK:
            raise
        raise ConfigError(
            error.code,
            "The demo's links need no login, so it shows its picture to this machine alone.",
            fix="leave --host out; for other machines write a settings file (docs/settings.md) "
            "and run `sonopair serve --config FILE`",
        ) from None


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
