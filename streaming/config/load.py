"""Where settings come from, and how they are put together."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from streaming.config.settings import ENV_PREFIX, ConfigError, Settings
from streaming.config.words import in_words, unknown_key

# Kubernetes sets SONOPAIR_SERVICE_HOST, SONOPAIR_PORT and more for a service called sonopair.
_SERVICE_LINK = re.compile(rf"{ENV_PREFIX}(SERVICE|PORT)(_.*)?")


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
        raise in_words(error) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(
            "config.unreadable",
            f"{file} can't be read: {error.strerror}.",
            fix="check the path given with --config",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            "config.syntax",
            f"{file} isn't TOML: {error}.",
            fix="mend that line; docs/settings.md has a whole example",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            "config.syntax", f"{file} isn't a text file.", fix="save it as text in UTF-8"
        ) from None
    return _with_paths(values, file.resolve().parent)


def _with_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths of a file, relative to its folder; what isn't of the expected shape is left for
    validation to name."""
    sections = [(values, ("data_dir",)), (values.get("tls"), ("certificate", "key", "authority"))]
    dicom = values.get("dicom")
    sections.append((dicom, ("folder",)))
    if isinstance(dicom, dict):
        sections.append((dicom.get("tls"), ("certificate", "key", "authority")))
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
    wanted = (("oidc", "client_secret"), ("turn", "secret"), ("secrets", "site_map_key"))
    for name, key in wanted:
        section = values.get(name)
        if isinstance(section, dict) and key in section:
            section[key] = _secret(section[key], folder)
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
            raise unknown_key(name, (ENV_PREFIX + key.upper() for key in Settings.model_fields))
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): environment[name] for name in ours}
    try:
        return source()
    except SettingsError as error:
        # The only place where it says which one it was is its message.
        named = re.search(r'field "(\w+)"', str(error))
        name = ENV_PREFIX + (named[1].upper() if named else "…")
        raise ConfigError(
            "config.invalid",
            f"{name} in the environment isn't JSON.",
            fix="lists and tables are JSON there: docs/settings.md has an example",
        ) from None


def _merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Later layers win; tables are merged, anything else is replaced."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = merged.get(key)
            both = isinstance(below, dict) and isinstance(value, Mapping)
            merged[key] = _merge(below, value) if both and below is not None else value
    return merged
