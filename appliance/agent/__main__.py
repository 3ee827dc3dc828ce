"""The agent's main loop: one forked child a request.

So a namespace that a request enters never leaks into the agent, a stuck request stops nobody else, and nothing is kept in
memory: kill the agent at any instruction and start another. See `wire.py` for the wire form, `operations.py` for the table.
"""

import errno
import os
import resource
import signal
import socket
import socketserver
import sys
import threading
from typing import Any, BinaryIO

from .operations import OPERATIONS, Context, perform
from .pool import Pool
from .settings import Settings, from_arguments
from .wire import Reply, Request

MEMORY = 512 << 20
"""Bytes that one request may take, of the 1 GiB that the helper has: a hostile disk makes its own request fail, and not everybody's helper end."""


def answer(connection: socket.socket, pool: Pool) -> None:
    reply = Reply(connection)
    with connection.makefile("rb") as stream:
        try:
            try:
                request = Request(stream)
                operation = OPERATIONS.get(str(request.fields.pop("op", None)))
                if operation is None:
                    raise OSError(errno.ENOSYS, "no such operation")
                signal.alarm(operation.seconds)
                reply.done(perform(Context(pool, request, reply), operation))
            except ConnectionError:
                raise
            except OSError as error:
                reply.failed(error)
            except MemoryError:
                limit_memory(resource.RLIM_INFINITY)  # for the answer
                reply.failed(OSError(errno.ENOMEM, f"this takes more than {MEMORY >> 20} MiB of memory"))
            except (TypeError, ValueError, KeyError, OverflowError) as error:
                reply.failed(OSError(errno.EINVAL, f"bad request: {error}"))
            except Exception as error:  # a defect; the client must not take it for the end of the helper, and start another
                reply.failed(OSError(errno.EPROTO, f"unexpected {error!r}"))
            connection.shutdown(socket.SHUT_WR)
            drain(stream)
        except ConnectionError:  # nobody waits for the answer any more
            pass


def limit_memory(size: int) -> None:
    """Of this process, and of each program that it starts."""
    threading.stack_size(1 << 20)  # they count, and there may be a thread for each of sixty disks
    resource.setrlimit(resource.RLIMIT_DATA, (size, resource.RLIM_INFINITY))


def drain(stream: BinaryIO) -> None:
    """Takes what the client still sends: a connection that is closed over unread bytes would lose it the answer."""
    while stream.read(1 << 20):
        pass


def out_of_time(*_: object) -> None:
    raise TimeoutError(errno.ETIMEDOUT, "the operation took too long")


class Agent(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 128
    max_children = 64

    def __init__(self, settings: Settings) -> None:
        self.pool = Pool(settings)
        if os.path.lexists(settings.socket):
            os.unlink(settings.socket)
        super().__init__(settings.socket, socketserver.BaseRequestHandler)
        os.chown(settings.socket, settings.uid, settings.gid)

    def finish_request(self, request: Any, client_address: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, out_of_time)
        limit_memory(MEMORY)
        answer(request, self.pool)


if __name__ == "__main__":
    os.umask(0o077)
    # At once, and without a word: a request that is cut off is made again.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with Agent(from_arguments(sys.argv[1:])) as agent:
        agent.serve_forever()
