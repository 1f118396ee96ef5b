"""Connectivity checks as a peer would send them, built by aioice's STUN codec."""

from aioice import stun


def check(
    ufrag: str,
    password: str,
    *,
    nominated: bool = False,
    controlled: bool = False,
    transaction_id: bytes | None = None,
) -> bytes:
    message = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.REQUEST,
        transaction_id=transaction_id,
    )
    message.attributes["USERNAME"] = f"{ufrag}:remote"
    message.attributes["PRIORITY"] = 1_845_501_695
    message.attributes["ICE-CONTROLLED" if controlled else "ICE-CONTROLLING"] = 0x1234
    if nominated:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)
