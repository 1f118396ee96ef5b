"""Settings: defaults < TOML file < environment (``SONOPAIR_…``) < flags; frozen, read at the roof.

A nested key is written with two underscores in the environment: ``SONOPAIR_LISTEN__PORT=8480``.
Paths in a file are relative to that file. ``docs/settings.md`` lists every key.
"""

from streaming.config.load import load_settings
from streaming.config.settings import ConfigError, Room, Settings, is_loopback

__all__ = ["ConfigError", "Room", "Settings", "is_loopback", "load_settings"]
