"""Where a peer is: the addresses it proved to be at, and the one to send to. Pure."""

from collections import OrderedDict

from streaming.webrtc.stun_responder import Address

MAX_ADDRESSES = 8
"""A browser checks from a handful of sockets; the one unheard for longest is given up."""

QUIET_NS = 2_000_000_000
"""After this long without a word from the address in use, any checked address may replace it."""


class PeerPath:
    """``address`` is None until the first valid check."""

    def __init__(self, now_ns: int) -> None:
        self._checked: OrderedDict[Address, None] = OrderedDict()
        self._address: Address | None = None
        self._address_heard_ns = now_ns
        self.heard_ns = now_ns
        """When the peer last proved to be there, at any address."""

    @property
    def address(self) -> Address | None:
        return self._address

    @property
    def addresses(self) -> tuple[Address, ...]:
        return tuple(self._checked)

    def checked(self, source: Address, now_ns: int, *, nominated: bool) -> bool:
        """A valid check came from ``source``. True if the peer moved there from another address.

        A nomination decides (RFC 8445, 8.1.1). Without one the peer moves only when the address in
        use has gone quiet: browsers keep checking addresses that they don't use.
        """
        self.heard_ns = now_ns
        self._checked[source] = None
        self._checked.move_to_end(source)
        previous = self._address
        quiet = now_ns - self._address_heard_ns > QUIET_NS
        if previous is None or nominated or quiet:
            self._address = source
        if source == self._address:
            self._address_heard_ns = now_ns
        return previous is not None and previous != self._address

    def heard(self, source: Address, now_ns: int) -> None:
        """An authenticated packet came from ``source``."""
        self.heard_ns = now_ns
        if source == self._address:
            self._address_heard_ns = now_ns

    def surplus(self) -> Address | None:
        """Remove and return one address beyond ``MAX_ADDRESSES``, never the one in use."""
        if len(self._checked) <= MAX_ADDRESSES:
            return None
        oldest = next(address for address in self._checked if address != self._address)
        del self._checked[oldest]
        return oldest
