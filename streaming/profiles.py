"""A scanner profile's file, read in one way wherever one is given."""

from pathlib import Path

from streaming.domain.errors import ProfileError
from streaming.domain.profile import ScannerProfile, parse_profile


def read_profile(file: Path) -> ScannerProfile:
    """Raises:
    ProfileError: ``profile.unreadable``, and what ``parse_profile`` raises.
    MaskError: a region is empty or lies outside the picture.
    """
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise ProfileError(
            "profile.unreadable",
            f"the profile {file} can't be read: {error.strerror}",
            fix="check the path, and that this user may read it",
        ) from None
    except UnicodeDecodeError:
        raise ProfileError(
            "profile.unreadable",
            f"the profile {file} isn't a text file",
            fix="give a TOML file in UTF-8; docs/profiles.md has an example",
        ) from None
    return parse_profile(text)
