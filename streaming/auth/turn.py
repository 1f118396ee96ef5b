"""Short-lived TURN credentials from a secret that node and TURN server share. Pure.

Source: draft-uberti-behave-turn-rest-00, which coturn calls ``use-auth-secret``: the name is
``expiry:participant``, the password the Base64 of its HMAC-SHA1 under the secret.
"""

import base64
import hmac
from dataclasses import dataclass, field

from streaming.domain.turn import RelayAccess, RelayPolicy


@dataclass(frozen=True, slots=True)
class Relay:
    """A TURN server that this node's participants may use."""

    urls: tuple[str, ...]
    secret: str = field(repr=False)
    ttl_s: int
    policy: RelayPolicy

    def access(self, participant: str, *, now_s: int) -> RelayAccess:
        """``now_s`` is in seconds since 1970, UTC. What is begun in time may go on after it."""
        username, credential = turn_credential(
            self.secret, participant=participant, expires_at_s=now_s + self.ttl_s
        )
        return RelayAccess(self.urls, username, credential, self.ttl_s, self.policy)


def turn_credential(secret: str, *, participant: str, expires_at_s: int) -> tuple[str, str]:
    """User name and password."""
    username = f"{expires_at_s}:{participant}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return username, base64.b64encode(digest).decode()
