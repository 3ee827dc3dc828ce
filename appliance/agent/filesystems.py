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

_EXT_SUPERBLOCK, _EXT_MAGIC_AT, _EXT_STATE_AT, _EXT_COMPATIBLE_AT = 1024, 0x38, 0x3A, 0x5C
_EXT_INCOMPATIBLE_AT = 0x60
_EXT_MAGIC, _EXT_HAS_ERRORS, _EXT_HAS_JOURNAL, _EXT_64BIT = 0xEF53, 2, 4, 0x80
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
    superblock = _ext_superblock(path)
    if not superblock or ext_size(superblock) == os.stat(path).st_size:
        return
    try:
        run("resize2fs", path)
    except OSError as error:
        # It wants a check first, unless the file system was never mounted: a new placeholder needs none.
        if error.errno != errno.EREMOTEIO:
            raise
        run("e2fsck", "-fp", path, good=_E2FSCK_MENDED)
        run("resize2fs", path)


def has_journal(path: str) -> bool:
    superblock = _ext_superblock(path)
    return bool(superblock and struct.unpack_from("=I", superblock, _EXT_COMPATIBLE_AT)[0] & _EXT_HAS_JOURNAL)


def replay_journal(path: str) -> None:
    """Makes a copy of a mounted disk a clean one."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        with mounted(descriptor, path):
            pass
    finally:
        os.close(descriptor)


def mend(path: str) -> None:
    """Checks a file system that the kernel marked as damaged, as after an I/O error on a full pool."""
    superblock = _ext_superblock(path)
    if superblock and struct.unpack_from("=H", superblock, _EXT_STATE_AT)[0] & _EXT_HAS_ERRORS:
        run("e2fsck", "-fp", path, good=_E2FSCK_MENDED)


def ext_size(superblock: bytes) -> int:
    """In bytes. Counts blocks in two halves, the upper one where the file system is made for it."""
    low: int = struct.unpack_from("=I", superblock, 0x4)[0]
    exponent: int = struct.unpack_from("=I", superblock, 0x18)[0]
    wide = struct.unpack_from("=I", superblock, _EXT_INCOMPATIBLE_AT)[0] & _EXT_64BIT
    high: int = struct.unpack_from("=I", superblock, 0x150)[0] if wide else 0
    return (high << 32 | low) << (10 + exponent)


def _ext_superblock(path: str) -> bytes | None:
    """The first bytes of the superblock of ext2, 3 or 4."""
    with open(path, "rb") as disk:
        disk.seek(_EXT_SUPERBLOCK)
        superblock = disk.read(1024)
    known = len(superblock) == 1024 and struct.unpack_from("=H", superblock, _EXT_MAGIC_AT)[0] == _EXT_MAGIC
    return superblock if known else None


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
    """A system disk, mounted nowhere. `nodev`: a device node on a hostile disk must not open for this program.
    `noinit_itable`: what a thread of the kernel would fill with zeros is a hole already."""
    return kernel.mount_detached(device, "ext4", kernel.MOUNT_ATTR_NODEV, ("noinit_itable",))


@contextlib.contextmanager
def mounted(descriptor: int, path: str) -> Iterator[int]:
    """The root folder of a disk's file system, for the time of the block. Unmounted (and so written) when it ends."""
    with device_for(descriptor, path) as device:
        mount = mount_root(device)
        try:
            yield mount
            sync(mount)
        finally:
            os.close(mount)


def sync(root: int) -> None:
    """Of the file system of a root folder, whose descriptor may be one of a path only."""
    folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=root)
    try:
        kernel.syncfs(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def mounted_copy(descriptor: int, scratch: int) -> Iterator[int]:
    """The root folder of a disk as it is now: of a nameless clone, so that not even a journal is replayed on the disk."""
    kernel.clone_bytes(descriptor, scratch)
    with loops.loop(scratch, direct=True) as device:
        mount = mount_root(device)
    try:
        yield mount
    finally:
        os.close(mount)
