"""Disks without a file system in running servers: the node of one loop device, and leave for it alone.

The kernel lets whoever opened a loop device detach it from its file, without any right (LOOP_CLR_FD). Its number would then be the next disk's,
whoever's that is, and the server that knows it would read that one. So no number is free before no server can open it:

- A second loop device, its keeper, holds it open. No server sees the keeper, it needs no process, and what a guest does to the flags of its own
  device counts only when the last that has it open closes it.
- It is let go of when no server has its node any more, and after every control group forgot it.
- A process that kept it open over a detach by force keeps it busy, and so its number, as long as it has it.

A device that a server writes to by itself is never mounted: a kernel does not expect a file system to change below it.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from . import devices, kernel, loops
from .mounts import mount_rows, seen_by_anyone
from .names import DataDisk, Disk, Server
from .namespaces import Namespace
from .pool import Pool
from .processes import in_child
from .settings import POOL

_PATIENCE = 10.0
_FIRST_RELEASE = (5, 12)
_ATTRIBUTES = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NOEXEC
"""Read-only is the node (its owner and mode are the machine's), not the device."""


def device_over(file: loops.FileIdentity) -> str | None:
    """The device by which servers have a disk itself; None where nobody has, or has the file system on it."""
    device = loops.loop_over(file)
    return device if device and loops.keeper_of(device) else None


def attach(pool: Pool, server: Server, wanted: DataDisk) -> None:
    """Does nothing if the disk is there, nor where the kernel cannot do it: the server does not see it then."""
    try:
        with nodes(pool, server, [wanted]) as found:
            for node, name in found:
                in_child(lambda: Namespace(server).place_node(node, name))
    except OSError:
        let_go_of_all_unseen(pool)
        raise


@contextlib.contextmanager
def nodes(pool: Pool, server: Server, wanted: list[DataDisk]) -> Iterator[list[tuple[int, str]]]:
    """The nodes of disks that the server does not have yet, mounted nowhere, and their names there. It may open them. What is not placed in this
    block is let go of later."""
    if not wanted or not devices.may_be_told(server) or kernel.release() < _FIRST_RELEASE:
        yield []
        return
    with contextlib.ExitStack() as stack:
        # In one order, or two servers with the same disks would wait for each other.
        in_order = sorted({one.disk for one in wanted}, key=lambda disk: disk.id)
        open_disks = {disk: stack.enter_context(_open_alone(pool, disk)) for disk in in_order}
        stack.enter_context(_one_at_a_time())
        found = []
        for one in wanted:
            device = _device_for(open_disks[one.disk])
            number = os.stat(device).st_rdev
            if any(row.device == number for row in mount_rows(server.read("mountinfo"))):
                continue
            devices.allow(server, number, read_only=one.read_only)
            found.append((kernel.detached_file(device, _ATTRIBUTES), one.name))
            stack.callback(os.close, found[-1][0])
        yield found


@contextlib.contextmanager
def _open_alone(pool: Pool, disk: Disk) -> Iterator[int]:
    descriptor = pool.open(disk, os.O_RDWR)
    try:
        with loops.alone_with(descriptor):
            if not device_over(loops.identity(descriptor)):
                loops.wait_until_free(loops.identity(descriptor), _PATIENCE)
            yield descriptor
    finally:
        os.close(descriptor)


def _device_for(descriptor: int) -> str:
    file = loops.identity(descriptor)
    if device := device_over(file):
        return device
    loops.wait_until_free(file, _PATIENCE)
    with loops.loop(descriptor, direct=True) as device:
        loops.keep(device)
        return device


def take_away(server: Server, file: loops.FileIdentity, device: str, *, lazily: bool) -> None:
    """Flushed. EBUSY while a process of the server has it open, unless done lazily: then what has it open keeps it."""
    number = os.stat(device).st_rdev
    loops.flush(file)
    with _one_at_a_time():
        if lazily and devices.may_be_told(server):
            devices.deny(server, number)
        in_child(lambda: Namespace(server).take_away_all(number, lazily=lazily))
        if devices.may_be_told(server):
            devices.deny(server, number)


def let_go_if_unseen(file: loops.FileIdentity) -> None:
    """Of the device over a disk, if no server has its node any more."""
    if _unseen_device(file):
        loops.flush(file)  # what takes long, while others are not kept waiting
        with _one_at_a_time():
            _let_go_if_unseen(file)


def _let_go_if_unseen(file: loops.FileIdentity) -> None:
    device = _unseen_device(file)
    keeper = device and loops.keeper_of(device)
    if not device or not keeper:
        return
    loops.flush(file)
    node = os.stat(device)
    devices.deny_to_all(node.st_rdev)
    loops.clear(keeper, (node.st_dev, node.st_ino))
    loops.clear(device, file)


def _unseen_device(file: loops.FileIdentity) -> str | None:
    device = device_over(file)
    return device if device and not seen_by_anyone(os.stat(device).st_rdev) else None


def let_go_of_all_unseen(pool: Pool) -> None:
    """After servers ended: theirs; and whatever a guest told to stay when its last user is gone."""
    ours = os.stat(pool.disks).st_dev
    for device, file in list(loops.loops_in_use()):
        if file[0] != ours:
            continue
        let_go_if_unseen(file)
        if not device_over(file):
            loops.clear(device, file)  # has auto-clear anyway, if nobody changed that


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of the requests that give servers devices, or take them away."""
    lock = os.open(POOL, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
