"""/api/ws: one task group per socket, with a reader and a writer."""

import asyncio
import time
from http import HTTPStatus

import structlog
from aiohttp import WSMsgType, web

from streaming.domain.errors import BadInput
from streaming.signaling.bodies import require_own_origin
from streaming.signaling.client import SocketClient
from streaming.signaling.conversation import Conversation
from streaming.signaling.hosts import HOSTS
from streaming.signaling.metrics import METRICS
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError

MAX_MESSAGE_BYTES = 131_072
HELLO_TIMEOUT_S = 5.0
HEARTBEAT_S = 10.0
CLOSE_TIMEOUT_S = 2.0
MAX_WAITING = 500
MAX_WAITING_PER_HOST = 50
"""Sockets, of all and of one host, that haven't said hello yet."""

Sockets = dict[SocketClient, None]
"""The oldest first."""

SOCKETS: web.AppKey[Sockets] = web.AppKey("sockets", dict)

log = structlog.get_logger()


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    require_own_origin(request, absent_ok=False)
    socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S,
        timeout=CLOSE_TIMEOUT_S,
        max_msg_size=MAX_MESSAGE_BYTES,
        compress=False,
    )
    if not socket.can_prepare(request).ok:
        raise RequestError(
            HTTPStatus.UPGRADE_REQUIRED, "request.upgrade", "This address is a WebSocket."
        )
    await socket.prepare(request)
    client = SocketClient(socket, request.transport, host=request.app[HOSTS].of(request))
    sockets = request.app[SOCKETS]
    _make_way(sockets, client.host)
    sockets[client] = None
    try:
        await _converse(request.app, socket, client)
    finally:
        del sockets[client]
    return socket


def _make_way(sockets: Sockets, host: str) -> None:
    """The oldest that says nothing goes: a browser says hello within milliseconds, so that who
    holds many sockets keeps nobody out. How many are seated is for the rooms to limit."""
    waiting = [client for client in sockets if not (client.seated or client.closing)]
    of_host = [client for client in waiting if client.host == host]
    if len(of_host) >= MAX_WAITING_PER_HOST:
        of_host[0].cut_off("ws.hello_timeout")
    elif len(waiting) >= MAX_WAITING:
        waiting[0].cut_off("ws.hello_timeout")


async def _converse(
    app: web.Application, socket: web.WebSocketResponse, client: SocketClient
) -> None:
    conversation = Conversation(app[DEPS], client, now_s=time.monotonic())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.write_out())
        hello_due = asyncio.get_running_loop().call_later(
            HELLO_TIMEOUT_S, _require_hello, conversation, client
        )
        try:
            await _read(socket, client, conversation)
        finally:
            hello_due.cancel()
            conversation.leave()
            client.close("ws.gone")
    app[METRICS].count_socket(
        closed=client.closing, errors=conversation.errors, ignored=conversation.ignored
    )
    if conversation.seat is not None:
        log.info("socket closed", seat=conversation.seat.id, code=client.closing)


async def _read(
    socket: web.WebSocketResponse, client: SocketClient, conversation: Conversation
) -> None:
    was_seated = False
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await conversation.receive(message.data, now_s=time.monotonic())
        else:
            conversation.refuse(BadInput("message.binary", "Messages are JSON text."))
        if conversation.seat is not None and not was_seated:
            client.seated = was_seated = True
            log.info("socket opened", seat=conversation.seat.id, role=conversation.seat.role.value)
        if client.closing:
            return


def _require_hello(conversation: Conversation, client: SocketClient) -> None:
    if conversation.seat is None:
        client.close("ws.hello_timeout")
