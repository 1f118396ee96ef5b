"""The exceptions a person may meet, each with a stable code.

    SonopairError
    ├── BadInput        what was given can't be used (exit status 2, HTTP 400, `error` message)
    │   ├── MaskError       a region is empty or lies outside the picture
    │   └── ProfileError    a scanner profile can't be read
    ├── NotAllowed      who asks may not (HTTP 401/403)
    ├── LimitReached    more than the node accepts (HTTP 413/429)
    └── Unavailable     may work later (HTTP 503, exit status 1)

A floor adds its own subclasses beside the code that raises them.
"""

from typing import ClassVar


class SonopairError(Exception):
    """An error with a way out.

    ``code`` is stable and machine-readable (``profile.region_outside``); ``str(error)`` is one
    sentence for a person; ``fix`` says what to do about it; ``retry`` whether the same call may
    succeed later without a change.
    """

    retry: ClassVar[bool] = False
    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix


class BadInput(SonopairError):
    exit_status = 2


class MaskError(BadInput):
    """A region is empty or lies outside the picture."""


class ProfileError(BadInput):
    """A scanner profile can't be read, or what it says doesn't fit together."""


class NotAllowed(SonopairError):
    exit_status = 3


class LimitReached(SonopairError):
    retry = True


class Unavailable(SonopairError):
    retry = True
