"""Random identifiers and secrets, and the digests by which secrets are kept."""

import hashlib
import secrets


def random_id() -> str:
    """128 random bits, URL-safe, 22 characters: an identifier that can't be guessed."""
    return secrets.token_urlsafe(16)


def random_secret() -> str:
    """256 random bits, URL-safe, 43 characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal; compared instead of the secret itself."""
    return hashlib.sha256(secret.encode()).hexdigest()
