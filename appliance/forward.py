"""A public address: passes connections to its ports on to the same ports of one server.

    forward.py 192.168.0.5 22 80 443
"""

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Awaitable, Callable

CONNECT_SECONDS = 10
PIECE = 1 << 16
AT_ONCE = 200
"""Connections on a port; one more waits."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side has said all; the other may go on. What breaks on one side breaks on the other: there, its end would be waited for for ever,
    or pass for the end of what was to be said."""
    try:
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def forwarder(target: str, port: int) -> Handler:
    room = asyncio.Semaphore(AT_ONCE)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with room:
            with contextlib.closing(writer):
                try:
                    there = await asyncio.wait_for(asyncio.open_connection(target, port), CONNECT_SECONDS)
                except (OSError, asyncio.TimeoutError):  # the server is off, or nothing listens there
                    return
                with contextlib.closing(there[1]):
                    await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))

    return forward


async def main(target: str, ports: list[int]) -> None:
    servers = [await asyncio.start_server(forwarder(target, port), "0.0.0.0", port) for port in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], [int(text) for text in sys.argv[2:]]))
