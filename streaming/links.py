"""Links that give a seat: which page is whose, and where in its address an invitation is."""

from collections.abc import Mapping
from types import MappingProxyType

from streaming.domain.session import Role

PAGE_OF_ROLE: Mapping[Role, str] = MappingProxyType(
    {
        Role.OPERATOR: "cart",
        Role.EXPERT: "expert",
        Role.OBSERVER: "observer",
        Role.CAMERA: "camera",
    }
)


def invite_link(origin: str, role: Role, secret: str) -> str:
    """The invitation is in the fragment, which reaches neither a server nor a link preview."""
    return f"{origin}/{PAGE_OF_ROLE[role]}#invite={secret}"
