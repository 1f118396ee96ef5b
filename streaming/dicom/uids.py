"""New UIDs for old ones."""

import hashlib
import hmac
from uuid import UUID

KEY_BYTES = 32


class UidMint:
    """The same source gives the same UID under the same key, so that a study stays together, also
    when its instances arrive on different days. Without the key nobody gets from one to the other.

    Source: DICOM PS3.5 Annex B.2 (UUID-derived UIDs).
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key must have {KEY_BYTES} bytes")
        self._key = key

    def uid(self, kind: str, *source: str) -> str:
        """``kind`` keeps a study and a series apart whose sources are called alike."""
        named = "\0".join((kind, *source)).encode("utf-8", "surrogateescape")
        digest = hmac.new(self._key, named, hashlib.sha256).digest()
        return f"2.25.{UUID(bytes=digest[:16], version=4).int}"
