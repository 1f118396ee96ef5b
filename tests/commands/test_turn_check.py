"""Against a real coturn: one that is configured right, and others that aren't."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from streaming import cli
from streaming.commands.findings import Finding, Verdict
from streaming.commands.turn_check import FORBIDDEN, examine_turn
from streaming.commands.turn_config import turn_of
from streaming.config import Settings
from streaming.config.settings import Turn
from tests.coturn import SECRET, Coturn, running_coturn
from tests.signaling.node import running_node
from tests.webrtc.stage import media_port


def without_rule(config: str) -> str:
    return re.sub(r"(?m)^(denied|allowed)-peer-ip=.*\n", "", config)


def without_credentials(config: str) -> str:
    return re.sub(r"(?m)^.*auth-secret.*\n", "", config) + "no-auth\n"


def problems(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.verdict is Verdict.PROBLEM]


def with_turn(settings: Settings, **changes: object) -> Settings:
    turn = {**turn_of(settings).model_dump(), **changes}
    return settings.model_copy(update={"turn": Turn.model_validate(turn)})


async def examined(coturn: Coturn, **changes: object) -> list[Finding]:
    return await examine_turn(with_turn(coturn.settings, **changes))


async def test_a_server_of_our_configuration_does_what_it_must_and_no_more(tmp_path: Path) -> None:
    async with running_coturn(tmp_path) as coturn:
        findings = await examined(coturn)
    assert problems(findings) == []
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    text = "\n".join(f"{finding.name}: {finding.message}" for finding in findings)
    assert text.count("relays, with credentials of this node") == 3
    assert text.count("what is relayed arrives") == 3
    assert "expired credentials: are refused" in text
    for address in set(FORBIDDEN) - {"127.0.0.1"}:
        assert f"the way to {address}: is closed" in text


async def test_every_way_that_is_open_is_found(tmp_path: Path) -> None:
    async with running_coturn(tmp_path, edit=without_rule) as coturn:
        found = problems(await examined(coturn))
    open_ways = {finding.name.rpartition(" ")[2] for finding in found}
    assert {"169.254.169.254", "198.51.100.1", "::ffff:169.254.169.254"} <= open_ways
    assert "64:ff9b::a9fe:a9fe" in open_ways
    assert all("turn config" in finding.fix for finding in found)


async def test_a_server_that_is_open_to_everybody_is_found(tmp_path: Path) -> None:
    async with running_coturn(tmp_path, edit=without_credentials) as coturn:
        found = problems(await examined(coturn))
    assert {finding.name.partition(": ")[2] for finding in found} == {
        "expired credentials",
        "wrong credentials",
    }
    assert all("open to everybody" in finding.message for finding in found)


async def test_another_secret_is_named_with_the_clocks(tmp_path: Path) -> None:
    async with running_coturn(tmp_path) as coturn:
        found = problems(await examined(coturn, secret=SECRET[::-1]))
    assert len(found) == 3
    assert all("secret" in finding.fix and "time" in finding.fix for finding in found)


async def test_a_certificate_that_is_not_trusted_is_found(tmp_path: Path) -> None:
    async with running_coturn(tmp_path) as coturn:
        stranger = coturn.settings.model_copy(update={"tls": None})
        (found,) = problems(await examine_turn(stranger))
    assert found.name.startswith("turns:")
    assert "certificate" in found.fix


async def test_a_server_that_is_not_there_is_named_with_its_port(tmp_path: Path) -> None:
    async with running_coturn(tmp_path) as coturn:
        await coturn.kill()
        found = problems(await examined(coturn))
    assert [finding.name[-5:] for finding in found] == ["(UDP)", "(TCP)", "(TLS)"]
    assert all("firewall" in finding.fix for finding in found)


async def test_a_node_that_the_server_may_not_reach_is_found(tmp_path: Path) -> None:
    async with running_coturn(tmp_path) as coturn:
        elsewhere = {"advertise": ("127.0.0.9",)}
        media = coturn.settings.media.model_copy(update=elsewhere)
        found = problems(await examine_turn(coturn.settings.model_copy(update={"media": media})))
    names = [finding.name for finding in found]
    assert len([name for name in names if " to 127.0.0.9 " in name]) == 3


async def test_a_running_node_tells_whether_it_hears_the_relay(tmp_path: Path) -> None:
    async with media_port() as media, running_node(tmp_path, media_figures=media.figures) as node:
        listen, own = {"port": int(node.origin.rpartition(":")[2])}, {"port": media.port}
        async with running_coturn(tmp_path, tls=None, listen=listen, media=own) as coturn:
            (url, *_) = turn_of(coturn.settings).urls
            findings = await examined(coturn, urls=(url,))
        assert media.figures()["stun_unknown"] > 0
    assert [finding.message for finding in findings[:2]] == [
        "relays, with credentials of this node",
        "what is relayed arrives",
    ]


async def test_the_command_answers_in_json_and_by_its_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_coturn(tmp_path) as coturn:
        turn = turn_of(coturn.settings)
        config = tmp_path / "sonopair.toml"
        config.write_text(
            f'[turn]\nurls = {json.dumps(turn.urls[:2])}\nsecret = "{SECRET}"\n[listen]\nport = 0\n'
        )
        monkeypatch.setattr(sys, "argv", ["sonopair", "turn", "check", "-c", str(config), "--json"])
        assert await asyncio.to_thread(status_of_cli) == 0
        answer = json.loads(capsys.readouterr().out)
        assert (answer["ok"], {found["verdict"] for found in answer["findings"]}) == (True, {"ok"})
        await coturn.kill()
        assert await asyncio.to_thread(status_of_cli) == 1
        assert json.loads(capsys.readouterr().out)["ok"] is False


def status_of_cli() -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0)
