import pytest
from aioice import stun as reference

from streaming.webrtc.stun_responder import MAX_BAD_CHECKS_PER_S, Refusal, StunResponder
from tests.webrtc.checks import check

HERE = ("192.0.2.1", 1_000)
ELSEWHERE = ("192.0.2.1", 1_001)
SECOND_NS = 1_000_000_000


@pytest.fixture
def responder() -> StunResponder:
    responder = StunResponder()
    responder.expect(ufrag="known", password="secret")
    return responder


def test_a_right_check_is_valid_and_told_its_address(responder: StunResponder) -> None:
    verdict = responder.judge(check("known", "secret"), HERE, 0)
    assert verdict is not None
    assert (verdict.ufrag, verdict.valid, verdict.nominated) == ("known", True, False)
    reply = reference.parse_message(verdict.reply)
    assert reply.attributes["XOR-MAPPED-ADDRESS"] == HERE


def test_a_nomination_is_passed_on(responder: StunResponder) -> None:
    verdict = responder.judge(check("known", "secret", nominated=True), HERE, 0)
    assert verdict is not None
    assert verdict.nominated


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (check("known", "wrong"), Refusal.WRONG_PASSWORD),
        (check("nobody", "secret"), Refusal.UNKNOWN),
        (b"\x00\x01" + bytes(30), Refusal.MALFORMED),
        (check("known", "secret")[:-8], Refusal.MALFORMED),
    ],
)
def test_strangers_get_silence(responder: StunResponder, data: bytes, reason: Refusal) -> None:
    assert responder.judge(data, HERE, 0) is None
    assert responder.refused == {reason: 1}


def test_a_forgotten_peer_gets_silence(responder: StunResponder) -> None:
    responder.forget("known")
    assert responder.judge(check("known", "secret"), HERE, 0) is None


def test_a_controlled_peer_is_told_to_switch_and_not_heard(responder: StunResponder) -> None:
    verdict = responder.judge(check("known", "secret", controlled=True), HERE, 0)
    assert verdict is not None
    assert not verdict.valid
    assert reference.parse_message(verdict.reply).attributes["ERROR-CODE"][0] == 487


def test_a_captured_check_sent_from_elsewhere_is_refused(responder: StunResponder) -> None:
    captured = check("known", "secret", nominated=True)
    assert responder.judge(captured, HERE, 0) is not None
    assert responder.judge(captured, ELSEWHERE, 0) is None
    assert responder.judge(captured, HERE, 0) is not None
    assert responder.refused == {Refusal.REPLAYED: 1}


def test_wrong_passwords_stop_being_verified(responder: StunResponder) -> None:
    for _ in range(MAX_BAD_CHECKS_PER_S + 5):
        responder.judge(check("known", "wrong"), HERE, 0)
    assert responder.refused[Refusal.WRONG_PASSWORD] == MAX_BAD_CHECKS_PER_S
    assert responder.refused[Refusal.TOO_MANY] == 5


def test_a_flood_from_one_address_delays_nobody_else(responder: StunResponder) -> None:
    for _ in range(MAX_BAD_CHECKS_PER_S):
        responder.judge(check("known", "wrong"), ELSEWHERE, 0)
    assert responder.judge(check("known", "secret"), ELSEWHERE, 0) is None
    assert responder.judge(check("known", "secret"), HERE, 0) is not None


def test_an_address_is_verified_again_in_the_next_second(responder: StunResponder) -> None:
    for _ in range(MAX_BAD_CHECKS_PER_S):
        responder.judge(check("known", "wrong"), HERE, 0)
    assert responder.judge(check("known", "secret"), HERE, SECOND_NS) is not None


def test_a_flood_from_many_addresses_keeps_memory_bounded(responder: StunResponder) -> None:
    data = check("known", "wrong")
    for port in range(3_000):
        responder.judge(data, ("192.0.2.9", port), 0)
    assert len(responder._bad._counts) == 1_024


def test_transactions_are_remembered_up_to_a_bound(responder: StunResponder) -> None:
    for number in range(1_500):
        responder.judge(
            check("known", "secret", transaction_id=number.to_bytes(12, "big")), HERE, 0
        )
    assert len(responder._expected[b"known"].transactions) == 1_024
