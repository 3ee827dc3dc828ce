"""File systems on disks: made, grown, and mounted where only this request sees them."""

import contextlib
import errno
import fcntl
import os
import struct
import time
from collections.abc import Iterator

from . import kernel, loops
from .disks import BLOCK
from .programs import run

_EXT_SUPERBLOCK, _EXT_MAGIC_AT, _EXT_STATE_AT = 1024, 0x38, 0x3A
_EXT_MAGIC, _EXT_HAS_ERRORS = 0xEF53, 2
_E2FSCK_MENDED = (0, 1)
_PATIENCE = 10.0
"""The kernel lets go of a container's mounts a moment after the container."""


def make(path: str, folder: str | None = None) -> None:
    """An empty ext4, or one with the content of a folder. Blocks of 4096 also on small disks, for a loop device with direct
    I/O may have sectors of that size; a journal that still serves when the disk has grown to many gigabytes."""
    content = ("-d", folder) if folder else ()
    options = "lazy_itable_init=1,lazy_journal_init=1,nodiscard"
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", str(BLOCK), "-m", "0", "-i", "16384", "-J", "size=16", "-E", options, *content, path)


def grow(path: str) -> None:
    """Grows the file system on a disk that nobody uses to the disk's size. A disk without ext2, 3 or 4 is left as it is."""
    if not _ext_state(path):
        return
    try:
        run("resize2fs", path)
    except OSError as error:
        # It wants a check first, unless the file system was never mounted: a new placeholder needs none.
        if error.errno != errno.EREMOTEIO:
            raise
        run("e2fsck", "-fp", path, good=_E2FSCK_MENDED)
        run("resize2fs", path)


def mend(path: str) -> None:
    """Checks a file system that the kernel marked as damaged, as after an I/O error on a full pool."""
    state = _ext_state(path)
    if state and state[0] & _EXT_HAS_ERRORS:
        run("e2fsck", "-fp", path, good=_E2FSCK_MENDED)


def _ext_state(path: str) -> tuple[int] | None:
    with open(path, "rb") as disk:
        disk.seek(_EXT_SUPERBLOCK)
        superblock = disk.read(64)
    if len(superblock) < 64 or struct.unpack_from("=H", superblock, _EXT_MAGIC_AT)[0] != _EXT_MAGIC:
        return None
    return struct.unpack_from("=H", superblock, _EXT_STATE_AT)


@contextlib.contextmanager
def device_for(descriptor: int, path: str) -> Iterator[str]:
    """The only writable loop device over a disk."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        # Two requests must not both see the disk free: one at a time looks and takes.
        with _one_at_a_time(), contextlib.ExitStack() as stack:
            if not loops.loop_over(loops.identity(descriptor)):
                mend(path)
                device = stack.enter_context(loops.loop(descriptor, direct=True))
                stack = stack.pop_all()
                break
        if time.monotonic() > deadline:
            raise OSError(errno.EBUSY, "the disk is in use")
        time.sleep(0.005)
    with stack:
        yield device


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    lock = os.open("/pool", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def mount_root(device: str) -> int:
    """A system disk, mounted nowhere. `nodev`: a device node on a hostile disk must not open for this program."""
    return kernel.mount_detached(device, "ext4", kernel.MOUNT_ATTR_NODEV)


@contextlib.contextmanager
def mounted(descriptor: int, path: str) -> Iterator[int]:
    """The root folder of a disk's file system, for the time of the block. Unmounted (and so written) when it ends."""
    with device_for(descriptor, path) as device:
        mount = mount_root(device)
        try:
            yield mount
            # The mount's own descriptor is a path only.
            folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=mount)
            try:
                kernel.syncfs(folder)
            finally:
                os.close(folder)
        finally:
            os.close(mount)


@contextlib.contextmanager
def mounted_copy(descriptor: int, scratch: int) -> Iterator[int]:
    """The root folder of a disk as it is now: of a nameless clone, so that not even a journal is replayed on the disk."""
    kernel.clone_bytes(descriptor, scratch)
    with loops.loop(scratch, direct=True) as device:
        mount = kernel.mount_detached(device, "ext4", kernel.MOUNT_ATTR_NODEV)
    try:
        yield mount
    finally:
        os.close(mount)
