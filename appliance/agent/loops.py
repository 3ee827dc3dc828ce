"""Loop devices: a block device over an open file, gone with its last user.

The auto-clear flag makes the kernel free the device when the mount on it ends, so none leaks, whoever is killed when.
"""

import contextlib
import errno
import fcntl
import glob
import os
import struct
import time
from collections.abc import Iterator

GET_FREE, CONFIGURE, GET_STATUS64, SET_CAPACITY, CLR_FD = 0x4C82, 0x4C0A, 0x4C05, 0x4C07, 0x4C01
READ_ONLY, AUTOCLEAR, DIRECT_IO = 1, 4, 16
_INFO_AT, _INFO_SIZE, _CONFIG_SIZE = 8, 232, 304
_OFFSET_AT, _FLAGS_AT = 24, 52
MAJOR = 7
_LOCK_FORM = "hhqqi4x"
"""struct flock: the kind, and a range from the start; of no length, it is the whole file."""

FileIdentity = tuple[int, int]
"""Device and inode."""


def identity(descriptor: int) -> FileIdentity:
    seen = os.fstat(descriptor)
    return seen.st_dev, seen.st_ino


def backing_of(device: int) -> FileIdentity | None:
    """The file behind an open loop device; None if it has none (any more)."""
    found = _backing(device)
    return found and found[:2]


def _backing(device: int) -> tuple[int, int, int] | None:
    """Device and inode of the file, and, where that is a block device itself, its number."""
    info = bytearray(_INFO_SIZE)
    try:
        fcntl.ioctl(device, GET_STATUS64, info)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENODEV):
            return None
        raise
    return struct.unpack_from("=QQQ", info)


def loops_in_use() -> Iterator[tuple[str, FileIdentity]]:
    """(path, file behind it) of every loop device that has one."""
    for path, (backing_device, inode, _) in _backings():
        yield path, (backing_device, inode)


def _backings() -> Iterator[tuple[str, tuple[int, int, int]]]:
    for folder in glob.glob("/sys/block/loop*/loop"):
        path = f"/dev/{folder.split('/')[3]}"
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:  # it went away just now
            continue
        try:
            backing = _backing(descriptor)
        finally:
            os.close(descriptor)
        if backing:
            yield path, backing


def loop_over(file: FileIdentity) -> str | None:
    return next((path for path, backing in loops_in_use() if backing == file), None)


@contextlib.contextmanager
def alone_with(descriptor: int) -> Iterator[None]:
    """Two requests must not both see a disk free: one at a time looks and takes. Of one disk, which is open for writing: to make it fit for use may
    take long, and is no matter of others. Whoever needs the lock of `raw` too takes this one first."""
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLKW, struct.pack(_LOCK_FORM, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    try:
        yield
    finally:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack(_LOCK_FORM, fcntl.F_UNLCK, os.SEEK_SET, 0, 0, 0))


@contextlib.contextmanager
def held(file: FileIdentity) -> Iterator[str | None]:
    """The device over a file, kept for the time of the block although its last mount may end meanwhile; None where there is none."""
    while path := loop_over(file):
        try:
            device = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:  # it is being freed
                raise
            continue
        try:
            if backing_of(device) == file:  # else it went away, and perhaps to another file, just before it was opened
                yield path
                return
        finally:
            os.close(device)
    yield None


def wait_until_free(file: FileIdentity, seconds: float) -> None:
    """The kernel lets go of a container's mounts a moment after the container. Two loop devices over one file would be two
    file systems writing the same blocks, so wait, and refuse in the end."""
    deadline = time.monotonic() + seconds
    pause = 0.001
    while loop_over(file):
        if time.monotonic() > deadline:
            raise OSError(errno.EBUSY, "the disk is in use")
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


@contextlib.contextmanager
def loop(backing: int, *, direct: bool, area: tuple[int, int] = (0, 0), read_only: bool = False) -> Iterator[str]:
    """A loop device over an open file, or over an area of it (offset and length; no length is all the rest). It lives on after this block only
    if something was mounted from it."""
    flags = AUTOCLEAR | (DIRECT_IO if direct else 0) | (READ_ONLY if read_only else 0)
    device, path = _made(backing, flags, area)
    try:
        yield path
    finally:
        os.close(device)


def keep(path: str) -> None:
    """Puts a second loop device over one, its keeper: without auto-clear, it keeps the one below from ever being freed, until it is cleared itself."""
    below = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        device, _ = _made(below, 0, (0, 0))
        os.close(device)
    finally:
        os.close(below)


def keeper_of(path: str) -> str | None:
    number = os.stat(path).st_rdev
    return next((keeper for keeper, backing in _backings() if backing[2] == number), None)


def clear(path: str, file: FileIdentity) -> None:
    """Frees the device over a file: at once, or with the last that has it open. Does nothing if it is free, or another file's by now."""
    device = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if backing_of(device) == file:
            fcntl.ioctl(device, CLR_FD, 0)
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.ENODEV):
            raise
    finally:
        os.close(device)


def flush(file: FileIdentity) -> None:
    """Writes what the kernel still has in memory of the device over a file to it."""
    with held(file) as path:
        if path:
            device = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                os.fsync(device)
            finally:
                os.close(device)


def _made(backing: int, flags: int, area: tuple[int, int]) -> tuple[int, str]:
    config = bytearray(_CONFIG_SIZE)
    struct.pack_into("=I", config, 0, backing)
    struct.pack_into("=QQ", config, _INFO_AT + _OFFSET_AT, *area)
    struct.pack_into("=I", config, _INFO_AT + _FLAGS_AT, flags)
    with open("/dev/loop-control", "rb", buffering=0) as control:
        return _configured(control.fileno(), config)


def _configured(control: int, config: bytearray) -> tuple[int, str]:
    while True:
        path = f"/dev/loop{fcntl.ioctl(control, GET_FREE)}"
        device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.ioctl(device, CONFIGURE, config)
            return device, path
        except OSError as error:
            os.close(device)
            if error.errno != errno.EBUSY:  # EBUSY: somebody else took this one
                raise


def grow_device(path: str) -> None:
    """Makes a device see that its file became larger."""
    device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(device, SET_CAPACITY, 0)
    finally:
        os.close(device)
