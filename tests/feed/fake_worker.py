"""A capture worker without pictures, for the node's end of the link. ``Start.spec`` says how it
behaves: ``steady``, ``dies`` or ``stops`` (SIGSTOP) after five frames, ``stuck`` (healthy but no
more frames), ``lost`` (says so), ``broken`` (fails to open), ``garbage`` (not the protocol). Of
stills asked of ``steady`` the captured time says what becomes of them, see ``answer``."""

import argparse
import os
import signal
import socket
import time

from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Size
from streaming.protocol import worker_link as link

FRAME_S = 0.02
OPENING_S = 0.5
"""The source of ``dies`` takes this long to open: longer than a slate may take."""


def frame(rung: Rung, number: int) -> EncodedFrame:
    data = b"\x00\x00\x00\x01\x65slate" if rung is Rung.SLATE else b"\x00\x00\x00\x01\x65live"
    captured_ns = time.monotonic_ns()
    return EncodedFrame("s", rung, Codec.H264, Size(64, 64), number, captured_ns, True, data)


def health(source: str) -> link.Health:
    return link.Health.model_validate(
        {"source": source, "since_ns": time.monotonic_ns(), "mask": "confirmed", "code": "test"}
    )


def misbehave(spec: str, node: socket.socket) -> None:
    match spec:
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stops":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "garbage":
            node.send(b"nonsense")
        case "lost":
            node.send(link.encode_message(health("lost")))


PNG = bytes(range(256)) * 1000
TOO_OLD, FORGOTTEN, DEADLY, MIXED_UP = 1, 2, 3, 4


def answer(request: link.RequestStill, node: socket.socket) -> None:
    parts = [PNG[i : i + 100_000] for i in range(0, len(PNG), 100_000)]
    order = list(range(len(parts)))
    match request.captured_at_ns:
        case captured if captured == TOO_OLD:
            failed = link.StillFailed(id=request.id, code="still.too_old", detail="It is gone.")
            node.send(link.encode_message(failed))
            return
        case captured if captured == FORGOTTEN:
            return
        case captured if captured == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        case captured if captured == MIXED_UP:
            order.reverse()
    for index in order:
        chunk = link.StillChunk(
            request.id, index, len(parts), Size(64, 64), 5, request.captured_at_ns, parts[index]
        )
        node.sendmsg(link.encode_still_chunk(chunk))


def sound(number: int) -> AudioFrame:
    return AudioFrame(number=number, captured_at_ns=number, channels=1, opus=b"opus")


def serve(node: socket.socket) -> None:
    node.send(link.encode_message(link.Ready(pid=os.getpid())))
    start = link.decode(node.recv(1 << 20))
    assert isinstance(start, link.Start)
    if start.spec == "broken":
        failed = link.Failed(
            code="source.file_missing", detail="There is no such file.", retry=True
        )
        node.send(link.encode_message(failed))
        return
    node.sendmsg(link.encode_frame(frame(Rung.SLATE, 0)))
    if start.spec == "dies":
        time.sleep(OPENING_S)
    listening = start.audio_on
    for number in range(1_000_000):
        if number == 5:
            misbehave(start.spec, node)
        if number >= 5 and start.spec in ("stuck", "lost"):
            node.send(link.encode_message(health("live" if start.spec == "stuck" else "lost")))
        else:
            node.sendmsg(link.encode_frame(frame(Rung.LIVE, number)))
        if listening:
            node.sendmsg(link.encode_audio(sound(number)))
        node.settimeout(FRAME_S)
        try:
            packet = node.recv(1 << 20)
            match link.decode(packet) if packet else link.Stop():
                case link.Stop():
                    return
                case link.RequestStill() as request:
                    answer(request, node)
                case link.SetAudio(on=on):
                    listening = on
        except TimeoutError:
            pass
        node.settimeout(None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--link-fd", type=int)
    with socket.socket(fileno=parser.parse_args().link_fd) as the_node:
        serve(the_node)
