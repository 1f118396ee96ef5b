"""The keys that sign and verify room grants: the same for the node and for its commands."""

from streaming.auth.grants import GrantKeys, local_key
from streaming.config import Settings
from streaming.domain.errors import Unavailable

GRANT_KEY_FILE = "grant.key"


def grant_keys(settings: Settings, *, port: int) -> GrantKeys:
    """The configured keys, or the node's own, made at the first use. ``port`` is where the node
    listens.

    Raises:
        Unavailable: ``store.unwritable``: the node's own key can't be read or made.
    """
    configured = {
        kid: secret.get_secret_value() for kid, secret in settings.secrets.grant_keys.items()
    }
    return GrantKeys(configured or {"local": _own_key(settings)}, settings.origin(port))


def _own_key(settings: Settings) -> str:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return local_key(settings.data_dir / GRANT_KEY_FILE)
    except OSError as error:
        raise Unavailable(
            "store.unwritable",
            f"The node's own key can't be kept in {settings.data_dir}: {error.strerror}",
            fix="set data_dir to a folder the node's user may write, or set secrets.grant_keys",
        ) from None
