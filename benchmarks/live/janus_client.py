"""The few calls of Janus's HTTP interface that a viewer of a streaming mountpoint needs.

Blocking: called from a receiver process, or from a thread.
"""

import json
import secrets
import urllib.request
from typing import Any

_TIMEOUT_S = 10.0
MOUNTPOINT = 1
PAYLOAD_TYPE = 96
MID = "v"


class JanusError(RuntimeError):
    """Janus refused a request; the message is its own."""


class JanusClient:
    """One Janus session. ``url``: ``http://HOST:PORT/janus``."""

    def __init__(self, url: str) -> None:
        self._session_url = f"{url}/{self._post(url, {'janus': 'create'})['data']['id']}"

    def attach(self) -> int:
        """A handle of the streaming plugin: one viewer, or the administration."""
        request = {"janus": "attach", "plugin": "janus.plugin.streaming"}
        return int(self._post(self._session_url, request)["data"]["id"])

    def create_mountpoint(self, *, handle: int, rtp_port: int, rtcp_port: int) -> None:
        media = {
            "type": "video",
            "mid": MID,
            "port": rtp_port,
            "rtcpport": rtcp_port,
            "pt": PAYLOAD_TYPE,
            "codec": "h264",
            "fmtp": "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
        }
        request = {
            "request": "create",
            "type": "rtp",
            "id": MOUNTPOINT,
            "playoutdelay_ext": True,
            "media": [media],
        }
        self._message(handle, request)

    def offer(self, handle: int) -> str:
        """Watch the mountpoint: Janus's SDP offer."""
        self._message(handle, {"request": "watch", "id": MOUNTPOINT})
        return str(self._event(handle, "jsep")["jsep"]["sdp"])

    def answer(self, handle: int, sdp: str) -> None:
        """Start, with a playout delay of 0 to 0 in the header extension of every packet.

        The delay goes beside ``request``; Janus 1.1 takes it in ``streams`` too, without effect.
        """
        self._message(handle, {"request": "start"}, jsep={"type": "answer", "sdp": sdp})
        delay = {"request": "configure", "mid": MID, "min_delay": 0, "max_delay": 0}
        self._message(handle, delay)

    def _message(self, handle: int, body: dict[str, Any], **more: Any) -> None:
        request = {"janus": "message", "body": body} | more
        answer = self._post(f"{self._session_url}/{handle}", request)
        _check(answer.get("plugindata", {}).get("data", {}))

    def _event(self, handle: int, key: str) -> dict[str, Any]:
        """The next event for ``handle`` that has ``key``; others are dropped."""
        while True:
            with urllib.request.urlopen(f"{self._session_url}?maxev=1", timeout=_TIMEOUT_S) as got:
                event = json.load(got)
            _check(event.get("plugindata", {}).get("data", {}))
            if event.get("sender") == handle and key in event:
                return dict(event)

    @staticmethod
    def _post(url: str, content: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(content | {"transaction": secrets.token_hex(8)}).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            answer = json.load(response)
        if answer["janus"] == "error":
            raise JanusError(answer["error"]["reason"])
        return dict(answer)


def _check(data: dict[str, Any]) -> None:
    if "error" in data:
        raise JanusError(data["error"])
