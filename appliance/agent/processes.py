"""Work in a process of its own, and the end of processes of a container."""

import contextlib
import errno
import os
import signal
from collections.abc import Callable

from . import kernel
from .names import Server


def in_child(work: Callable[[], None]) -> None:
    """Runs in a process of its own, so that a namespace entered there is left with it. What it raises is raised here. It ends with this process, and
    with its patience: nothing is done any more when a client has been told that its time was over."""
    reader, writer = os.pipe2(os.O_CLOEXEC)
    parent = os.getpid()
    # The time may be over at any instruction, but for these: the child would be unknown.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    child = os.fork()
    if child == 0:
        os._exit(_outcome(work, writer, parent))
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writer)
        with open(reader, encoding="utf-8", errors="replace") as pipe:
            said = pipe.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code if code > 0 else errno.EINTR, said or "ended early")


def _outcome(work: Callable[[], None], writer: int, parent: int) -> int:
    """Zero, or an errno; then the pipe has the words. Raises nothing: the child must not run on into the parent's code."""
    try:
        kernel.end_with(parent)
        work()
    except OSError as error:
        os.write(writer, (error.strerror or str(error)).encode()[:4096])
        return error.errno or errno.EIO
    except BaseException as error:
        os.write(writer, repr(error).encode()[:4096])
        return errno.EINVAL
    return 0


def end(server: Server) -> None:
    """Kills a process of a container and what it started."""
    for pid in [*_descendants(server.pid), server.pid]:
        with contextlib.suppress(OSError):
            _kill(pid, server.container)


def _kill(pid: int, container: str) -> None:
    """By a descriptor that was opened before the look at its container: a process id that is used again meanwhile is nobody else's death."""
    handle = os.pidfd_open(pid)
    try:
        Server(pid, container)
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    finally:
        os.close(handle)


def _descendants(pid: int) -> list[int]:
    """The youngest generation first. A guest may have started more generations than a call stack has room for."""
    generations = [[pid]]
    while children := [child for parent in generations[-1] for child in _children(parent)]:
        generations.append(children)
    return [one for generation in reversed(generations[1:]) for one in generation]


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(text) for text in file.read().split()]
    except OSError:  # it ended just now
        return []
