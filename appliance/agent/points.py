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
from typing import NamedTuple, TypeVar

from . import disks, filesystems, freezer, kernel, loops
from .disks import Clone
from .names import Disk
from .pool import Pool

_Handle = TypeVar("_Handle")


class Point(NamedTuple):
    """The moment of a copy."""

    held: float
    """For how many milliseconds something could not write."""
    mounted: set[loops.FileIdentity]
    """Those of the sources whose file system was in use: on their clones it is whole once its journal has been replayed."""


def copy(pool: Pool, copies: list[tuple[Disk, Disk]]) -> float:
    """Copies disks at one moment: all or none. What anyone has written to them is in the copies, whole. Returns for how many milliseconds something
    could not write."""
    with disks.copying(pool, copies) as work:
        point = share(pool, work.clones)
        for clone, (part, _) in zip(work.clones, work.parts):
            if loops.identity(clone.source) in point.mounted:
                filesystems.replay_journal(part)
        disks.publish_all(pool, work)
    return point.held


def share(pool: Pool, clones: list[Clone]) -> Point:
    """Makes the clones share their sources' bytes, after what is in memory of those that are in use has been written."""
    with contextlib.ExitStack() as stack:
        handles, bare = _in_use([clone.source for clone in clones], stack)
        numbers = {os.fstat(handle).st_dev for handle in handles.values()} | {os.stat(device).st_rdev for device in bare.values()}
        if not numbers:
            disks.share_bytes(clones)
            return Point(0.0, set())
        journals = all(filesystems.has_journal(clone.source) for clone in clones if loops.identity(clone.source) in handles)
        groups, are_all = freezer.groups_seeing(numbers) if journals and len(numbers) > 1 else ([], False)
        # The long part, while writes still go on and others copy.
        _side_by_side(loops.flush, list(bare))
        _side_by_side(kernel.syncfs, list(handles.values()))
        if journals and len(numbers) == 1:
            standstill: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        else:
            stack.enter_context(one_stands_still(pool))
            standstill = freezer.held(groups) if groups and are_all else _frozen(list(handles.values()))
        began = time.monotonic()
        with standstill:
            disks.share_bytes(clones)
        return Point((time.monotonic() - began) * 1000, set(handles))


def _in_use(sources: list[int], stack: contextlib.ExitStack) -> tuple[dict[loops.FileIdentity, int], dict[loops.FileIdentity, str]]:
    """Of those that are in use, whoever uses them: the root folders of the mounted ones, for as long as the stack, and the devices of the others."""
    devices = {file: device for device, file in loops.loops_in_use()}
    handles: dict[loops.FileIdentity, int] = {}
    bare: dict[loops.FileIdentity, str] = {}
    for file in dict.fromkeys(map(loops.identity, sources)):
        if file not in devices:
            continue
        mount = stack.enter_context(filesystems.seen_in_use(file))
        if mount is None:
            bare[file] = devices[file]
        else:
            handles[file] = filesystems.opened(mount)
            stack.callback(os.close, handles[file])
    return handles, bare


@contextlib.contextmanager
def _frozen(handles: list[int]) -> Iterator[None]:
    """Blocks writes on all the file systems for the time of the block."""
    with contextlib.ExitStack() as stack:
        for handle in handles:
            stack.callback(kernel.thaw, handle)
        _side_by_side(kernel.freeze, handles)
        yield


@contextlib.contextmanager
def one_stands_still(pool: Pool) -> Iterator[None]:
    """Nobody lets go of what another still holds. The end of a process lets go of the lock, and so of what it held (`thaw_all`)."""
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
    """After a request died in the middle of a copy: lets go of every server that has a disk of this pool, and of every file system on one, but not
    before a living request is done with what it holds. Returns how many were held."""
    ours = os.stat(pool.disks).st_dev
    with one_stands_still(pool):
        found = [(path, file) for path, file in loops.loops_in_use() if file[0] == ours]
        groups, _ = freezer.groups_seeing({os.stat(path).st_rdev for path, _ in found})
        held = sum(freezer.let_go(group) for group in groups)
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
