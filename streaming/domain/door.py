"""Who may end whose place in a room. Pure."""

from streaming.domain.session import Role, Seat


def may_end(by: Seat, other: Seat, *, leads: bool) -> bool:
    """The operator is never put out by an expert, and an expert only by the operator or by who
    ``leads``; who waits in the lobby, an observer or a device may be turned away by any of them.
    """
    if by.id == other.id or by.role not in (Role.OPERATOR, Role.EXPERT):
        return False
    if by.role is Role.OPERATOR:
        return True
    if other.role is Role.OPERATOR:
        return False
    return leads or not other.admitted or other.role is not Role.EXPERT
