"""The wire form: one request a connection, on a unix socket.

Request   one JSON line, {"op": "read", ...}; for some operations a body follows: `"body": N` bytes, or with `"body": null`
          pieces of any length, each after its length in four bytes, and a length of zero after the last.
Reply     any number of {"progress": [done, total]} lines, then one line: {"ok": value}, or {"ok": value, "body": N} with
          N raw bytes after it, or {"errno": "EBUSY", "error": "in words"}. A body that ends early is an error.
"""

import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

LINE_LIMIT = 32 << 20
_PROGRESS_EVERY = 0.1


class Request:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        line = stream.readline(LINE_LIMIT)
        if not line.endswith(b"\n"):
            raise OSError(errno.EPROTO, "a request is one line")
        self.fields: dict[str, Any] = json.loads(line)
        length = self.fields.pop("body", 0)
        if length is not None and (not isinstance(length, int) or length < 0):
            raise OSError(errno.EPROTO, "a body has a length")
        self._length: int | None = length

    @property
    def body_length(self) -> int:
        if self._length is None:
            raise OSError(errno.EPROTO, "this operation needs to know the length of the body")
        return self._length

    def body(self, piece: int) -> Iterator[bytes]:
        """A body that ends early, for its sender died, is an error."""
        if self._length is not None:
            yield from self._bytes(self._length, piece)
            return
        while length := int.from_bytes(b"".join(self._bytes(4, 4)), "big"):
            yield from self._bytes(length, piece)

    def _bytes(self, left: int, piece: int) -> Iterator[bytes]:
        while left > 0:
            data = self._stream.read(min(piece, left))
            if not data:
                raise ConnectionAbortedError(errno.ECONNABORTED, "the body ended early")
            left -= len(data)
            yield data


class Reply:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._told = 0.0
        self._body_begun = False

    def progress(self, done: int, total: int) -> None:
        """Tells the client, at most ten times a second and at the end. Raises BrokenPipeError once the client is gone: work that nobody
        waits for any more ends here."""
        now = time.monotonic()
        if now - self._told >= _PROGRESS_EVERY or done == total:
            self._told = now
            self._line({"progress": [done, total]})

    def begin_body(self, length: int, value: Any = None) -> None:
        self._line({"ok": value, "body": length})
        self._body_begun = True

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def send_file(self, descriptor: int, offset: int, length: int) -> None:
        while length:
            count = os.sendfile(self._connection.fileno(), descriptor, offset, length)
            if count == 0:
                raise OSError(errno.EIO, "the file ends early")
            offset, length = offset + count, length - count

    def done(self, value: Any) -> None:
        if not self._body_begun:
            self._line({"ok": value})

    def failed(self, error: OSError) -> None:
        """After the start of a body there is no place for an error: the client sees the body end early."""
        if not self._body_begun:
            self._line({"errno": errno.errorcode.get(error.errno or errno.EIO, "EIO"), "error": error.strerror or str(error)})

    def _line(self, value: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(value).encode() + b"\n")
