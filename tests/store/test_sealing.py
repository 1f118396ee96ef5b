import pytest

from streaming.store.errors import StoreError
from streaming.store.sealing import Seal

SEAL, OTHER = Seal("a-secret-of-the-site" * 2), Seal("another-secret" * 3)


def refusal(seal: Seal, sealed: bytes, row: str) -> str:
    with pytest.raises(StoreError) as refused:
        seal.opened(sealed, row=row)
    return refused.value.code


def test_what_is_sealed_comes_back_and_never_looks_the_same() -> None:
    first, second = (SEAL.sealed(b"OKAFOR", row="1") for _ in range(2))
    assert first != second
    assert b"OKAFOR" not in first
    assert SEAL.opened(first, row="1") == b"OKAFOR"


def test_another_key_another_row_or_a_changed_byte_opens_nothing() -> None:
    sealed = SEAL.sealed(b"OKAFOR", row="1")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    assert refusal(OTHER, sealed, "1") == "store.sealed"
    assert refusal(SEAL, sealed, "2") == "store.sealed"
    assert refusal(SEAL, changed, "1") == "store.sealed"
    assert refusal(SEAL, b"", "1") == "store.sealed"


def test_an_index_finds_equal_values_under_one_key_only() -> None:
    assert SEAL.index("4711") == SEAL.index("4711") != SEAL.index("4712")
    assert SEAL.index("4711") != OTHER.index("4711")


def test_the_keys_of_two_purposes_differ() -> None:
    assert len({SEAL.key("a"), SEAL.key("b"), OTHER.key("a")}) == 3
