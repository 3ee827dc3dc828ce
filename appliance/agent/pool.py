"""The pool: one xfs with reflink in one sparse file, and in it a raw file for each disk.

Mounted in the helper only. It outlives the helper: the loop devices of running servers hold the file system, and the next
helper finds the pool's own device and mounts the same file system again.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator

from . import kernel, loops
from .names import Disk
from .programs import run
from .settings import Settings

SMALLEST = 300 << 20
"""mkfs.xfs makes none smaller."""
_MOUNT_PATIENCE = 10.0


class Pool:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.disks = f"{settings.pool}/disks"
        self.own = f"{settings.pool}/own"
        self.parts = f"{settings.pool}/parts"

    # ---- the pool itself

    def mount(self) -> None:
        """Makes the pool where there is none, mounts it, grows it to the size asked for, and sweeps the half-made files of requests that are no more."""
        lock = os.open(self.settings.state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX)  # one request at a time; the process's end lets go of it
        if not os.path.ismount(self.settings.pool):
            if not os.path.exists(self.settings.pool_file):
                self._make()
            self._attach()
            shutil.rmtree(self.parts, ignore_errors=True)
        self._grow()
        for folder in (self.disks, self.own, self.parts):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        self._sweep()
        if not os.path.exists(f"{self.settings.pool}/overhead"):
            self._note_overhead(self._used())
        os.close(lock)

    def _sweep(self) -> None:
        """Removes the half-made files of requests that died. Others may be at work."""
        for name in os.listdir(self.parts):
            if not os.path.exists(f"/proc/{name.rpartition('.')[2]}"):
                os.unlink(f"{self.parts}/{name}")

    def _make(self) -> None:
        file, part = self.settings.pool_file, f"{self.settings.pool_file}.part"
        with open(part, "wb") as made:
            made.truncate(max(self.settings.pool_bytes, SMALLEST))
            os.fchown(made.fileno(), self.settings.uid, self.settings.gid)
            os.fchmod(made.fileno(), 0o600)
        run("mkfs.xfs", "-q", "-f", "-m", "reflink=1", part)
        os.rename(part, file)

    def _attach(self) -> None:
        """Tries again for a while: just after a helper's death the kernel may not have let go of the old mount yet, and
        xfs refuses a second one with the same identity (which also guards against two helpers on one pool)."""
        deadline = time.monotonic() + _MOUNT_PATIENCE
        while True:
            try:
                return self._attach_once()
            except OSError as error:
                if error.errno not in (errno.EBUSY, errno.EINVAL, errno.ENXIO, errno.EIO) or time.monotonic() > deadline:
                    raise OSError(error.errno, f"the pool cannot be mounted ({error.strerror}); is a copy of it in use?") from error
                time.sleep(0.05)

    def _attach_once(self) -> None:
        descriptor = os.open(self.settings.pool_file, os.O_RDWR | os.O_CLOEXEC)
        try:
            device = loops.loop_over(loops.identity(descriptor))
            if device:
                self._move(device)
            else:
                with loops.loop(descriptor, direct=False) as device:
                    self._move(device)
        finally:
            os.close(descriptor)

    def _move(self, device: str) -> None:
        try:
            mount = kernel.mount_detached(device, "xfs", kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NODEV, {"discard": None})
        except OSError as error:
            if error.errno == errno.ENODEV:
                raise OSError(errno.ENODEV, "the kernel of the container engine has no xfs, which holds the disks") from None
            raise
        try:
            kernel.move_mount(mount, self.settings.pool)
        finally:
            os.close(mount)

    def _grow(self) -> None:
        wanted = self.settings.pool_bytes
        with open(self.settings.pool_file, "r+b") as file:
            if os.fstat(file.fileno()).st_size >= wanted:
                return
            file.truncate(wanted)
            device = loops.loop_over(loops.identity(file.fileno()))
        if device:
            loops.grow_device(device)
        before = self._used()
        run("xfs_growfs", "-d", self.settings.pool)
        if os.path.exists(f"{self.settings.pool}/overhead"):
            self._note_overhead(self._overhead() + self._used() - before)

    def free(self) -> int:
        """Bytes for new work, above both floors and within what is asked for: a pool may be larger, for it never shrinks, and xfs is not made
        as small as one may ask."""
        inside, below = os.statvfs(self.settings.pool), os.statvfs(self.settings.state)
        room = min(inside.f_bavail * inside.f_frsize, self.settings.pool_bytes - (self._used() - self._overhead()))
        return max(0, min(room - self.settings.pool_floor, below.f_bavail * below.f_frsize - self.settings.state_floor))

    def _used(self) -> int:
        inside = os.statvfs(self.settings.pool)
        return (inside.f_blocks - inside.f_bfree) * inside.f_frsize

    def _overhead(self) -> int:
        """What an empty pool uses. Noted when it was made and when it grew."""
        with open(f"{self.settings.pool}/overhead", encoding="ascii") as file:
            return int(file.read())

    def _note_overhead(self, used: int) -> None:
        part = f"{self.settings.pool}/overhead.part"
        with open(part, "w", encoding="ascii") as file:
            file.write(str(used))
        os.rename(part, f"{self.settings.pool}/overhead")

    def require(self, needed: int = 1) -> None:
        free = self.free()
        if free < needed:
            raise OSError(errno.ENOSPC, f"the disk store is full: {needed} bytes needed, {free} free above the floor")

    # ---- its files

    def path(self, disk: Disk) -> str:
        return f"{self.own}/{disk.id[1:]}" if disk.id.startswith("@") else f"{self.disks}/{disk.id}"

    def open(self, disk: Disk, flags: int = os.O_RDONLY) -> int:
        """Holds a shared lock, as does the loop device that is made over it: see `_replaced`."""
        try:
            descriptor = os.open(self.path(disk), flags | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise _no_disk(disk) from None
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if os.fstat(descriptor).st_nlink == 0:  # removed meanwhile
            os.close(descriptor)
            raise _no_disk(disk)
        return descriptor

    def part(self, disk: Disk) -> str:
        """Where a disk is made before it takes its name."""
        return f"{self.parts}/{disk.id}.{os.getpid()}"

    def scratch(self) -> int:
        """A file without a name, gone with its last user."""
        return os.open(self.settings.pool, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)

    def publish(self, part: str, disk: Disk) -> None:
        """Gives a finished disk its name, in place of what bore it. Safe from the death of any process; see `settle`."""
        with self._replaced(disk):
            os.rename(part, self.path(disk))

    def unlink(self, disk: Disk) -> None:
        with self._replaced(disk) as present:
            if present:
                os.unlink(self.path(disk))

    def settle(self, descriptor: int) -> None:
        """Makes a disk and its name safe from a loss of power too. Not at every copy, for a flush takes tens of
        milliseconds: an image is settled when it is checksummed, and a server's disk whenever its server syncs."""
        os.fsync(descriptor)
        folder = os.open(self.disks, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def _replaced(self, disk: Disk) -> Iterator[bool]:
        """Frees the blocks of the file that loses its name in this block at once, and not when the kernel gets round to it.
        Not while others still read it, or a server runs from it: then it is freed when they are done."""
        try:
            old = os.open(self.path(disk), os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            yield False
            return
        try:
            yield True
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(old, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(old).st_nlink == 0:
                    os.ftruncate(old, 0)
        finally:
            os.close(old)


def _no_disk(disk: Disk) -> OSError:
    return FileNotFoundError(errno.ENOENT, f"no disk {disk.id}")
