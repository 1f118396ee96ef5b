"""The node's keys, the same for the node and for its commands: those that sign and verify room
grants, and the one that seals the site map."""

from streaming.auth.grants import GrantKeys, local_key
from streaming.config import Settings
from streaming.domain.errors import Unavailable
from streaming.store.sealing import Seal

GRANT_KEY_FILE = "grant.key"
SITE_MAP_KEY_FILE = "site-map.key"


def grant_keys(settings: Settings, *, port: int) -> GrantKeys:
    """The configured keys, or the node's own, made at the first use. ``port`` is where the node
    listens.

    Raises:
        Unavailable: ``store.unwritable``: the node's own key can't be read or made.
    """
    configured = {
        kid: secret.get_secret_value() for kid, secret in settings.secrets.grant_keys.items()
    }
    own = {} if configured else {"local": _own_key(settings, GRANT_KEY_FILE)}
    return GrantKeys(configured or own, settings.origin(port))


def site_map_seal(settings: Settings) -> Seal:
    """By the configured key, or the node's own, made at the first use. Whoever loses it loses who
    is behind every pseudonym.

    Raises:
        Unavailable: ``store.unwritable``: the node's own key can't be read or made.
    """
    configured = settings.secrets.site_map_key
    own = _own_key(settings, SITE_MAP_KEY_FILE) if configured is None else ""
    return Seal(configured.get_secret_value() if configured else own)


def _own_key(settings: Settings, file: str) -> str:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return local_key(settings.data_dir / file)
    except OSError as error:
        raise Unavailable(
            "store.unwritable",
            f"The node's own key can't be kept in {settings.data_dir}: {error.strerror}",
            fix="set data_dir to a folder the node's user may write, or set it under secrets",
        ) from None
