"""Data disks of running servers: mounted at /mnt/<name> (without a file system: a device, /dev/<name>), taken away again, and grown while they
are there."""

import contextlib
import errno
import os

from . import disks, filesystems, kernel, loops, partitions, placement, points, raw
from .mounts import seen_by_anyone
from .names import DataDisk, Disk, Server
from .namespaces import Namespace
from .pool import Pool
from .processes import in_child

FOLDER = "/mnt"
_SOON, _LATER = 0.05, 2.0
"""Seconds in which the kernel lets go of a disk after its last mount; and when it is busy."""


def attach(pool: Pool, server: Server, wanted: DataDisk) -> None:
    """Does nothing if the disk is there, wherever."""
    mount = detached_mount(pool, wanted)
    if mount is None:
        raw.attach(pool, server, wanted)
        return
    try:
        in_child(lambda: _place_once(server, mount, wanted))
    finally:
        os.close(mount)


def _place_once(server: Server, mount: int, wanted: DataDisk) -> None:
    namespace = Namespace(server)
    if not namespace.rows_of(os.fstat(mount).st_dev):
        namespace.place(mount, FOLDER, wanted.name)


def detached_mount(pool: Pool, wanted: DataDisk) -> int | None:
    """What the disk holds, mounted nowhere: one file system, however many servers it is in. First it is made to fill a disk that has grown
    meanwhile. None for a disk that holds no file system, or that a server has as a device and may make one on. Errors name the disk."""
    descriptor = pool.open(wanted.disk, os.O_RDWR)
    try:
        file = loops.identity(descriptor)
        raw.let_go_if_unseen(file)
        if raw.device_over(file) or not partitions.file_system_area(descriptor):
            return None
        with filesystems.device_for(descriptor, pool.path(wanted.disk), shared=True, grown=True) as device:
            return filesystems.mount_root(device, kernel.MOUNT_ATTR_RDONLY if wanted.read_only else 0)
    except OSError as error:
        raise OSError(error.errno, f"disk {wanted.disk.id}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def detach(pool: Pool, server: Server, disk: Disk, *, force: bool) -> None:
    """Flushed. EBUSY while the server uses it, unless forced. When this is done, the disk can be attached elsewhere. What a server that was forced
    still writes to it reaches those that share it, until the last of them has lost it: from then on nobody."""
    _take_away(pool, server, disk, lazily=force)
    _settle(pool, disk, force=force)


def _take_away(pool: Pool, server: Server, disk: Disk, *, lazily: bool) -> None:
    file = placement.file_of(pool, disk)
    if device := raw.device_over(file):
        raw.take_away(server, file, device, lazily=lazily)
        raw.let_go_if_unseen(file)
    elif device := loops.loop_over(file):
        number = os.stat(device).st_rdev
        in_child(lambda: Namespace(server).take_away_all(number, lazily=lazily))


def _settle(pool: Pool, disk: Disk, *, force: bool) -> None:
    if _is_free(pool, disk, _SOON):
        return
    number = placement.device_number(pool, disk)
    if number is not None and seen_by_anyone(number):  # other servers have it too
        return
    # This one was the last. Whoever still has files open on it lost it by force, now or before.
    if force or not _is_free(pool, disk, _LATER):
        _leave_behind(pool, disk)


def _leave_behind(pool: Pool, disk: Disk) -> None:
    """Gives the disk's name to a copy as of now. The old file has no name any more and goes with the last process that holds it; until then that
    process writes to it alone."""
    points.copy(pool, [(disk, disk)])


def _is_free(pool: Pool, disk: Disk, seconds: float) -> bool:
    try:
        disks.require_idle(pool, disk, seconds)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return False
    return True


def grow(pool: Pool, disk: Disk, size: int, servers: list[Server]) -> None:
    """Of a disk in use. It grows at once; the file system too if one server has it and does not use it at this moment, else at its next attach."""
    disks.grow(pool, disk, size)
    file = placement.file_of(pool, disk)
    if device := loops.loop_over(file):
        loops.grow_device(device)
    found = placement.places(pool, disk, servers)
    if len(found) != 1 or raw.device_over(file):
        return
    [place] = found
    with contextlib.suppress(OSError):  # busy: later, then
        _take_away(pool, place.server, disk, lazily=False)
        _is_free(pool, disk, _LATER)
    attach(pool, place.server, place.data)
