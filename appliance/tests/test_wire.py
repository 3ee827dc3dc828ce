"""Requests and replies as bytes; the fixed table of operations."""

import io
import json
import socket
import unittest

from agent.operations import OPERATIONS, Context, perform
from agent.pool import Pool
from agent.settings import Settings
from agent.wire import Reply, Request

POOL = Pool(Settings(state="/nowhere", uid=0, gid=0, pool_bytes=0, pool_floor=0, state_floor=0, pool="/nowhere"))


def request(line: bytes, body: bytes = b"") -> Request:
    return Request(io.BytesIO(line + body))


class RequestTest(unittest.TestCase):
    def test_a_body_of_known_length_is_taken_and_not_more(self) -> None:
        self.assertEqual(b"".join(request(b'{"op":"write","body":5}\n', b"abcdefg").body(2)), b"abcde")

    def test_a_body_of_pieces_ends_with_an_empty_one(self) -> None:
        pieces = b"\0\0\0\3abc\0\0\0\2de\0\0\0\0rest"
        self.assertEqual(b"".join(request(b'{"op":"x","body":null}\n', pieces).body(100)), b"abcde")

    def test_a_body_that_ends_early_is_an_error_in_both_forms(self) -> None:
        for line, body in ((b'{"body":5}\n', b"abc"), (b'{"body":null}\n', b"\0\0\0\3ab"), (b'{"body":null}\n', b"\0\0\0\3abc")):
            with self.assertRaises(ConnectionAbortedError):
                list(request(line, body).body(2))

    def test_half_a_line_and_strange_lengths_are_refused(self) -> None:
        for line in (b'{"op":"list"}', b'{"body":-1}\n', b'{"body":"5"}\n'):
            with self.assertRaises(OSError):
                request(line)


class OperationsTest(unittest.TestCase):
    def perform(self, op: str, **fields: object) -> object:
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        return perform(Context(POOL, request(json.dumps(fields).encode() + b"\n"), Reply(theirs)), OPERATIONS[op])

    def test_fields_that_are_missing_unknown_or_of_another_kind_are_refused(self) -> None:
        for op, fields in (
            ("create", {"disk": "a"}),
            ("create", {"disk": "a", "size": 4096, "path": "/etc"}),
            ("create", {"disk": "../a", "size": 4096}),
            ("create", {"disk": "a", "size": "4096"}),
            ("snapshot", {"copies": [{"source": "a", "target": "/b"}], "running": None}),
            ("snapshot", {"copies": {}, "running": None}),
            ("endProcess", {"server": {"pid": 1, "container": "0" * 64}}),
        ):
            with self.assertRaises(OSError, msg=f"{op} {fields}"):
                self.perform(op, **fields)

    def test_every_operation_has_a_time_limit_and_readers_for_its_fields(self) -> None:
        for name, operation in OPERATIONS.items():
            self.assertGreater(operation.seconds, 0, name)
            self.assertTrue(all(callable(read) for read in operation.fields.values()), name)
