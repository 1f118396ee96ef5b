"""A token is told to the node of these settings alone, whoever answers at its address."""

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from streaming.commands.certificates import LocalTls, make_certificates
from streaming.commands.check_settings import ask_node
from streaming.config import Settings, load_settings


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = str(self.headers.get("Authorization")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def server_with(files: LocalTls) -> Iterator[int]:
    """Its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def certified(folder: Path) -> LocalTls:
    now = dt.datetime.now(dt.UTC)
    return make_certificates(folder, names=["echo.local"], addresses=[], now=now).files


def settings_of(files: LocalTls, port: int) -> Settings:
    tls = {"certificate": files.certificate, "key": files.key}
    return load_settings(flags={"tls": tls, "listen": {"port": port}}, environment={})


def test_the_node_of_these_settings_is_told_the_token(tmp_path: Path) -> None:
    files = certified(tmp_path)
    with server_with(files) as port:
        assert ask_node(settings_of(files, port), "/", token="secret") == b"Bearer secret"


def test_whoever_else_answers_there_is_not(tmp_path: Path) -> None:
    own, other = certified(tmp_path / "own"), certified(tmp_path / "other")
    with server_with(other) as port:
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            ask_node(settings_of(own, port), "/", token="secret")
        assert ask_node(settings_of(own, port), "/") == b"None"
