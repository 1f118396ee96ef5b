"""/api/ws: one task group per socket, with a reader and a writer."""

import asyncio
import time
from http import HTTPStatus

import structlog
from aiohttp import WSMsgType, web

from streaming.domain.errors import BadInput, Unavailable
from streaming.signaling.bodies import require_own_origin
from streaming.signaling.client import SocketClient
from streaming.signaling.conversation import Conversation
from streaming.signaling.metrics import METRICS
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError

MAX_MESSAGE_BYTES = 131_072
HELLO_TIMEOUT_S = 5.0
HEARTBEAT_S = 10.0
CLOSE_TIMEOUT_S = 2.0
MAX_SOCKETS = 2_000
MAX_WAITING_PER_HOST = 50
"""Sockets of one address that haven't said hello yet, which takes a browser milliseconds."""

SOCKETS: web.AppKey[set[SocketClient]] = web.AppKey("sockets", set)

log = structlog.get_logger()


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    require_own_origin(request, absent_ok=False)
    sockets = request.app[SOCKETS]
    host = request.remote or ""
    waiting = sum(client.host == host and not client.seated for client in sockets)
    if len(sockets) >= MAX_SOCKETS or waiting >= MAX_WAITING_PER_HOST:
        raise Unavailable("ws.full", "This node has too many open sockets.")
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
    client = SocketClient(socket, request.transport, host=host)
    sockets.add(client)
    try:
        await _converse(request.app, socket, client)
    finally:
        sockets.discard(client)
    return socket


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
    app[METRICS].count_socket(closed=client.closing, errors=conversation.errors)
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
