"""Copies of disks as of one moment, also of disks that servers write to.

The kernel shares a file's blocks at an instant between two writes. So a copy of one disk in use, flushed before, is what a loss of power would
leave: its journal makes it whole, which is done before anybody sees the copy. Nothing has to stand still for that. Copies of several disks are
made one after another, and what a server wrote to one because of what it had written to another would be torn apart: their file systems are
frozen, all at the same time. A freeze takes the kernel some grace periods, whatever is written meanwhile.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator

from . import filesystems, kernel, loops
from .disks import Copying, share_bytes
from .pool import Pool


def share(pool: Pool, work: Copying, *, live: bool) -> float:
    """Makes the copies share their sources' bytes. With `live`, file systems in use are whole on the copies. Returns for how many milliseconds
    something could not write."""
    with contextlib.ExitStack() as stack:
        mounts = {}
        for source in work.sources if live else ():
            file = loops.identity(source)
            if file not in mounts and (mount := stack.enter_context(filesystems.seen_in_use(file))) is not None:
                mounts[file] = filesystems.opened(mount)
                stack.callback(os.close, mounts[file])
        handles = list(mounts.values())
        if len(mounts) == 1 and all(filesystems.has_journal(one) for one in work.sources if loops.identity(one) in mounts):
            kernel.syncfs(handles[0])
            began = time.monotonic()
            share_bytes(work)
            held = time.monotonic() - began
            for source, (part, _) in zip(work.sources, work.parts):
                if loops.identity(source) in mounts:
                    filesystems.replay_journal(part)
            return held * 1000
        if not handles:
            share_bytes(work)
            return 0.0
        with frozen(pool, handles) as began:
            share_bytes(work)
        return (time.monotonic() - began) * 1000


@contextlib.contextmanager
def frozen(pool: Pool, handles: list[int]) -> Iterator[float]:
    """Flushes, then blocks writes on all the file systems for the time of the block. Gives the time when that began. One such block at a time:
    a file system is not frozen twice."""
    with _one_at_a_time(pool):
        _side_by_side(kernel.syncfs, handles)  # the long part, while writes still go on
        began = time.monotonic()
        try:
            _side_by_side(kernel.freeze, handles)
            yield began
        finally:
            for handle in handles:
                kernel.thaw(handle)


@contextlib.contextmanager
def _one_at_a_time(pool: Pool) -> Iterator[None]:
    lock = os.open(pool.own, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _side_by_side(work: Callable[[int], None], handles: list[int]) -> None:
    failures: list[OSError] = []

    def one(handle: int) -> None:
        try:
            work(handle)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(handle,)) for handle in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def thaw_all(pool: Pool) -> int:
    """After a helper died in the middle of a freeze: every file system on a disk of this pool. Returns for how many that was needed."""
    thawed = 0
    ours = os.stat(pool.disks).st_dev
    for _, file in list(loops.loops_in_use()):
        if file[0] != ours:
            continue
        # One that ended just now, or that holds no file system, has nothing to thaw.
        with contextlib.suppress(OSError), filesystems.seen_in_use(file) as mount:
            if mount is not None:
                handle = filesystems.opened(mount)
                try:
                    thawed += kernel.thaw(handle)
                finally:
                    os.close(handle)
    return thawed
