"""A public address, between a client and a server on this machine."""

import asyncio
import contextlib
import socket
import unittest
from unittest import mock

import forward

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_LONG = 20


class ForwardTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.arrived: asyncio.Queue[Streams] = asyncio.Queue()
        self.stack = contextlib.ExitStack()
        self.addAsyncCleanup(self.all_ended)
        self.target = await self.listen(lambda *streams: self.arrived.put(streams))
        self.address = await self.listen(forward.forwarder("127.0.0.1", self.target))

    async def listen(self, handler: forward.Handler) -> int:
        server = await asyncio.start_server(handler, "127.0.0.1", 0)
        self.stack.callback(server.close)
        return server.sockets[0].getsockname()[1]

    async def all_ended(self) -> None:
        self.stack.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*others), _LONG)

    async def connect(self) -> Streams:
        streams = await asyncio.open_connection("127.0.0.1", self.address)
        self.stack.callback(streams[1].close)
        return streams

    async def next_at_target(self) -> Streams:
        streams = await asyncio.wait_for(self.arrived.get(), _LONG)
        self.stack.callback(streams[1].close)
        return streams

    async def both_ends(self) -> tuple[Streams, Streams]:
        """With a word said in each direction."""
        client = await self.connect()
        server = await self.next_at_target()
        for (reader, _), (_, writer) in ((client, server), (server, client)):
            writer.write(b"hello")
            self.assertEqual(await reader.readexactly(5), b"hello")
        return client, server

    async def test_one_side_goes_on_when_the_other_has_said_all(self) -> None:
        client, server = await self.both_ends()
        for (reader, _), (_, writer) in ((server, client), (client, server)):
            writer.write(b"the rest" * 100_000)
            writer.write_eof()
            self.assertEqual(await asyncio.wait_for(reader.read(-1), _LONG), b"the rest" * 100_000)

    async def test_a_connection_that_breaks_on_one_side_breaks_on_the_other(self) -> None:
        for broken, other in ((0, 1), (1, 0)):
            ends = await self.both_ends()
            forward.reset(ends[broken][1])
            with self.assertRaises(ConnectionResetError):
                await asyncio.wait_for(ends[other][0].read(1), _LONG)

    async def test_where_nothing_listens_the_connection_ends(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))  # nobody else can have it meanwhile
            self.address = await self.listen(forward.forwarder("127.0.0.1", free.getsockname()[1]))
            reader, _ = await self.connect()
            self.assertEqual(await asyncio.wait_for(reader.read(1), _LONG), b"")

    async def test_one_connection_too_many_waits_until_another_has_ended_however_it_did(self) -> None:
        with mock.patch.object(forward, "AT_ONCE", 1):
            self.address = await self.listen(forward.forwarder("127.0.0.1", self.target))
        first, _ = await self.both_ends()
        reader, writer = await self.connect()
        writer.write(b"hello")
        self.assertTrue(self.arrived.empty())
        forward.reset(first[1])
        server = await self.next_at_target()
        self.assertEqual(await server[0].readexactly(5), b"hello")
