"""Copies of disks as of one moment, also of disks that servers write to.

The kernel shares a file's blocks at an instant between two writes. So a copy of one disk in use, flushed before, is what a loss of power would
leave: its journal makes it whole, which is done before anybody sees the copy. Nothing has to stand still for that.

Copies of several disks are made one after another. What a server wrote to one disk because of what it had written to another would be torn
apart, so its processes are held still meanwhile: then all that any of them knew to be written is in every copy. A freeze of the file systems
would do too, but takes the kernel tens of milliseconds (several grace periods, and the writes of a last flush); it is left to disks without a
journal and to machines whose control groups cannot be used.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from . import filesystems, freezer, kernel, loops
from .disks import Copying, share_bytes
from .pool import Pool

_Handle = TypeVar("_Handle")


def share(pool: Pool, work: Copying, *, live: bool) -> float:
    """Makes the copies share their sources' bytes. With `live`, file systems in use are whole on the copies. Returns for how many milliseconds
    something could not write."""
    with contextlib.ExitStack() as stack:
        handles = _in_use(work, stack) if live else {}
        bare = _without_file_system(work, handles) if live else []
        if not handles and len(bare) < 2:
            _side_by_side(loops.flush, bare)
            share_bytes(work)
            return 0.0
        stack.enter_context(_one_at_a_time(pool))
        in_use = [source for source in work.sources if loops.identity(source) in handles]
        numbers = {os.fstat(handle).st_dev for handle in handles.values()} | {os.stat(device).st_rdev for device in bare}
        groups = freezer.groups_seeing(numbers) if len(numbers) > 1 else []
        if all(map(filesystems.has_journal, in_use)) and (groups or len(numbers) == 1):
            _side_by_side(loops.flush, bare)
            _side_by_side(kernel.syncfs, list(handles.values()))
            began = time.monotonic()
            with freezer.held(groups):
                share_bytes(work)
            held = time.monotonic() - began
            for source, (part, _) in zip(work.sources, work.parts):
                if loops.identity(source) in handles:
                    filesystems.replay_journal(part)
        else:
            _side_by_side(loops.flush, bare)
            with frozen(list(handles.values())) as began:
                share_bytes(work)
            held = time.monotonic() - began
        return held * 1000


def _in_use(work: Copying, stack: contextlib.ExitStack) -> dict[loops.FileIdentity, int]:
    """The root folders of those sources that are in use, each once, for as long as the stack."""
    handles: dict[loops.FileIdentity, int] = {}
    for file in dict.fromkeys(map(loops.identity, work.sources)):
        mount = stack.enter_context(filesystems.seen_in_use(file))
        if mount is not None:
            handles[file] = filesystems.opened(mount)
            stack.callback(os.close, handles[file])
    return handles


def _without_file_system(work: Copying, mounted: dict[loops.FileIdentity, int]) -> list[str]:
    """The devices of those sources that are in use, but not by a mount."""
    others = dict.fromkeys(file for file in map(loops.identity, work.sources) if file not in mounted)
    return [device for file in others if (device := loops.loop_over(file))]


@contextlib.contextmanager
def frozen(handles: list[int]) -> Iterator[float]:
    """Flushes, then blocks writes on all the file systems for the time of the block. Gives the time when that began."""
    _side_by_side(kernel.syncfs, handles)  # the long part, while writes still go on
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        for handle in handles:
            stack.callback(kernel.thaw, handle)
        _side_by_side(kernel.freeze, handles)
        yield began


@contextlib.contextmanager
def _one_at_a_time(pool: Pool) -> Iterator[None]:
    """One copy must not let go of what another still holds."""
    lock = os.open(pool.own, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _side_by_side(work: Callable[[_Handle], None], handles: list[_Handle]) -> None:
    failures: list[OSError] = []

    def one(handle: _Handle) -> None:
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
    """After a helper died in the middle of a copy: lets go of every server that has a disk of this pool, and of every file system on one. Returns
    how many were held."""
    ours = os.stat(pool.disks).st_dev
    found = [(path, file) for path, file in loops.loops_in_use() if file[0] == ours]
    held = sum(freezer.let_go(group) for group in freezer.groups_seeing({os.stat(path).st_rdev for path, _ in found}))
    return held + sum(_thaw(file) for _, file in found)


def _thaw(file: loops.FileIdentity) -> bool:
    # One that ended just now, or that holds no file system, has nothing to thaw.
    with contextlib.suppress(OSError), filesystems.seen_in_use(file) as mount:
        if mount is not None:
            handle = filesystems.opened(mount)
            try:
                return kernel.thaw(handle)
            finally:
                os.close(handle)
    return False
