"""What is encrypted in the database, and found again without being read.

Two keys are derived from the site's secret: one seals (AES-256-GCM, a random nonce each time), one
makes the index by which equal values are found (HMAC-SHA-256). Without the secret the file tells
neither what is in it nor, by trying every record number there may be, whether somebody is.

Sources: NIST SP 800-38D (GCM), RFC 5869 (HKDF), RFC 2104 (HMAC).
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from streaming.store.errors import StoreError

KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """``secret`` is random, of 32 characters or more."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = AESGCM(self.key("sonopair site map seal 1"))
        self._index_key = self.key("sonopair site map index 1")

    def key(self, purpose: str) -> bytes:
        """32 bytes that nobody gets from the key of another purpose."""
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return derived.derive(self._secret)

    def sealed(self, plain: bytes, *, row: str) -> bytes:
        """``row`` is where it stands: moved to another row it can't be opened."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, row.encode())

    def opened(self, sealed: bytes, *, row: str) -> bytes:
        """Raises: StoreError: ``store.sealed``."""
        try:
            nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, text, row.encode())
        except (InvalidTag, ValueError):
            raise StoreError(
                "store.sealed",
                "The site map can't be opened: it was sealed with another key, or was changed.",
                fix="set secrets.site_map_key to the key it was made with, from your backup of it",
            ) from None

    def index(self, value: str) -> str:
        return hmac.new(self._index_key, value.encode(), hashlib.sha256).hexdigest()
