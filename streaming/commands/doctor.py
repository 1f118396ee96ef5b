"""``sonopair doctor``: every problem of this machine and of the settings, each with its fix."""

from collections.abc import Callable
from pathlib import Path

from streaming.commands import check_machine, check_settings
from streaming.commands.findings import Finding, ok, problem
from streaming.config import Room, Settings, load_settings
from streaming.domain.errors import SonopairError

MACHINE: tuple[Callable[[], Finding], ...] = (
    check_machine.check_python,
    check_machine.check_packages,
    check_machine.check_encoder,
    check_machine.check_web_client,
    check_machine.check_devices,
    check_machine.check_demo,
    check_machine.check_text_finder,
    check_machine.check_clock,
)
SETTINGS: tuple[Callable[[Settings], Finding], ...] = (
    check_settings.check_data_dir,
    check_settings.check_http_port,
    check_settings.check_udp_port,
    check_settings.check_tls,
)
ROOM: tuple[Callable[[Room], Finding], ...] = (
    check_settings.check_source,
    check_settings.check_profile,
)


def examine(config: Path | None = None) -> list[Finding]:
    """Settings that can't be used are a finding like any other, and the machine is still looked
    at. Without ``config`` the defaults and the environment are examined."""
    findings = [check() for check in MACHINE]
    try:
        settings = load_settings(config)
    except SonopairError as error:
        message = f"{str(error).rstrip('.')} [{error.code}]"
        return [*findings, problem("settings", message, fix=error.fix)]
    findings.append(ok("settings", f"{config} can be used" if config else "defaults"))
    findings += [check(settings) for check in SETTINGS]
    if config is not None:
        findings.append(check_settings.check_rooms(settings))
    return findings + [check(room) for room in settings.rooms for check in ROOM]
