"""The names of aiortc and pylibsrtp that aren't theirs to keep, each with what we rely on.

Nothing else private of theirs is used, and these only in ``webrtc/``.
"""

import ast
import inspect
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import pylibsrtp
import pytest
from aiortc import RTCCertificate, rtcdtlstransport
from aiortc.rtcdtlstransport import RTCDtlsTransport

ROOT = Path(__file__).parents[2]
LIBRARIES = ("aiortc", "aioice", "pylibsrtp")

TRANSPORT_NAMES = {"_set_role", "_srtp_profiles", "_tx_srtp", "_rx_srtp"}
SESSION_NAMES = {"_srtp"}
BINDING_NAMES = {"ffi", "lib"}
PROFILE_NAMES = {"SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80", "SRTP_PROFILES"}
DUCK_TYPED = {"_recv", "_send", "role"}


def transport() -> RTCDtlsTransport:
    return RTCDtlsTransport(cast(Any, object()), [RTCCertificate.generateCertificate()])


def session(key: bytes = bytes(28)) -> pylibsrtp.Session:
    return pylibsrtp.Session(
        pylibsrtp.Policy(
            key=key,
            ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
        )
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_version_is_pinned_exactly(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"{library}=={metadata.version(library)}" in project["dependencies"]


def test_set_role_makes_the_transport_a_server() -> None:
    tested = transport()
    tested._set_role("server")
    assert tested._role == "server"


def test_srtp_profiles_are_what_the_handshake_offers() -> None:
    assert transport()._srtp_profiles is rtcdtlstransport.SRTP_PROFILES
    assert "srtp_profiles=self._srtp_profiles" in inspect.getsource(RTCDtlsTransport.start)


@pytest.mark.parametrize("name", ["_tx_srtp", "_rx_srtp"])
def test_the_srtp_sessions_are_made_by_the_handshake(name: str) -> None:
    assert getattr(transport(), name) is None
    made = inspect.getsource(RTCDtlsTransport._setup_srtp)
    assert f"self.{name} = Session(" in made


def test_the_profiles_are_gcm_and_cm() -> None:
    gcm, cm = rtcdtlstransport.SRTP_AEAD_AES_128_GCM, rtcdtlstransport.SRTP_AES128_CM_SHA1_80
    assert {gcm.openssl_profile, cm.openssl_profile} == {
        b"SRTP_AEAD_AES_128_GCM",
        b"SRTP_AES128_CM_SHA1_80",
    }
    assert gcm in rtcdtlstransport.SRTP_PROFILES


def test_the_transport_asks_ours_for_receive_send_and_role_only() -> None:
    source = inspect.getsource(RTCDtlsTransport).replace("self._transport.", "self.transport.")
    asked = {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "transport"
    }
    assert asked == DUCK_TYPED


def test_a_session_shows_its_handle_and_the_binding_protects_in_place() -> None:
    packet = bytes([0x80, 96]) + bytes(10) + b"payload"
    memory = pylibsrtp.ffi.new("char[]", 100)  # type: ignore[attr-defined]
    pylibsrtp.ffi.buffer(memory)[: len(packet)] = packet  # type: ignore[attr-defined]
    length = pylibsrtp.ffi.new("int *", len(packet))  # type: ignore[attr-defined]
    owner = session()  # Frees the handle when it goes.
    assert pylibsrtp.lib.srtp_protect(owner._srtp[0], memory, length) == 0  # type: ignore[attr-defined]
    protected = bytes(pylibsrtp.ffi.buffer(memory, length[0]))  # type: ignore[attr-defined]
    assert protected == session().protect(packet)


def test_our_transport_has_what_is_asked_of_it() -> None:
    from streaming.webrtc import dtls

    assert all(hasattr(dtls._Datagrams, name) for name in DUCK_TYPED)


# ---- nothing else, and nowhere else ----------------------------------------------------------


def sources(within: Callable[[Path], bool]) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "streaming").rglob("*.py")):
        if within(path.relative_to(ROOT / "streaming")):
            yield path, ast.parse(path.read_text())


def foreign_private_attributes(module: ast.Module) -> set[str]:
    """Private attributes of something that isn't defined in the same module."""
    own = {
        node.attr
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"self", "cls"}
    }
    own |= {
        node.name
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    used = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return {name for name in used - own if name.startswith("_") and not name.startswith("__")}


def imported_names(module: ast.Module) -> set[str]:
    imports = [node for node in ast.walk(module) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.name for node in imports for alias in node.names}


def test_webrtc_uses_exactly_the_private_names_listed_here() -> None:
    used: dict[str, set[str]] = {}
    for path, module in sources(lambda path: path.parts[0] == "webrtc"):
        for name in foreign_private_attributes(module):
            used.setdefault(name, set()).add(path.name)
    assert used == {name: {"dtls.py"} for name in TRANSPORT_NAMES} | {
        name: {"srtp.py"} for name in SESSION_NAMES
    }


def test_the_profiles_and_the_binding_are_used_in_one_module_each() -> None:
    homes: dict[str, set[str]] = {}
    for path, module in sources(lambda path: path.parts[0] == "webrtc"):
        bindings = {
            node.attr
            for node in ast.walk(module)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "pylibsrtp"
        }
        for name in (imported_names(module) & PROFILE_NAMES) | (bindings & BINDING_NAMES):
            homes.setdefault(name, set()).add(path.name)
    assert homes == {name: {"dtls.py"} for name in PROFILE_NAMES} | {
        name: {"srtp.py"} for name in BINDING_NAMES
    }


def test_outside_webrtc_nobody_names_them() -> None:
    banned = TRANSPORT_NAMES | SESSION_NAMES | PROFILE_NAMES
    found = {
        (path.name, name)
        for path, module in sources(lambda path: path.parts[0] != "webrtc")
        for name in banned
        & (
            {n.attr for n in ast.walk(module) if isinstance(n, ast.Attribute)}
            | imported_names(module)
        )
    }
    assert found == set()


def test_outside_webrtc_nobody_imports_the_libraries() -> None:
    found = {
        (path.name, name)
        for path, module in sources(lambda path: path.parts[0] != "webrtc")
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
        if name.partition(".")[0] in LIBRARIES
    }
    assert found == set()
