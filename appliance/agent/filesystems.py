"""File systems on disks: made, grown, and mounted where only this request sees them."""

import contextlib
import errno
import os
import time
from collections.abc import Iterator

from . import ext, kernel, loops, partitions, raw
from .disks import BLOCK
from .partitions import Area
from .programs import run

_MENDED, _TRIED = (0, 1), (0, 1, 4)
"""What e2fsck says of a sound file system and of a mended one; and of one with damage left. What can be done with that is the kernel's to say."""
_PATIENCE = 10.0
"""The kernel lets go of a container's mounts a moment after the container."""
_MOMENT = 0.5
_SMALL, _HUGE = 128 << 20, 4 << 40
_REST = 4 << 20
"""What resize2fs may leave of a disk: too little for a group of blocks of its own."""


def make(path: str, folder: str | None = None) -> None:
    """An empty ext4, or one with the content of a folder. Blocks of 4096 also on small disks, for a loop device with direct
    I/O may have sectors of that size; a journal that still serves when the disk has grown to many gigabytes."""
    size = os.stat(path).st_size
    content = ("-d", folder) if folder else ()
    journal = () if size < _SMALL else ("-J", "size=16")
    bytes_per_inode = "16384" if size < _HUGE else "65536"
    options = "lazy_itable_init=1,lazy_journal_init=1,nodiscard"
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", str(BLOCK), "-m", "0", "-i", bytes_per_inode, *journal, "-E", options, *content, path)


def grow(descriptor: int, path: str, *, rest: int = 0) -> None:
    """Grows the file system on a disk that nobody uses to all of its disk, its partition first, unless no more than `rest` is missing. A disk
    without ext2, 3 or 4 is left as it is."""
    area, _ = _found(descriptor)
    if area and area.offset:
        partitions.grow_last(descriptor, rest=rest)
    area, superblock = _found(descriptor)
    if not area or not superblock or area.length - superblock.size <= rest:
        return
    with _for_programs(descriptor, path, area) as target:
        try:
            run("resize2fs", target)
        except OSError as error:
            # It wants a check first, unless the file system was never mounted: a new placeholder needs none.
            if error.errno != errno.EREMOTEIO:
                raise
            _check(target)
            run("resize2fs", target)


def _grow_if_possible(descriptor: int, path: str) -> None:
    """One that cannot be grown is used at the size that it has."""
    try:
        grow(descriptor, path, rest=_REST)
    except TimeoutError:
        raise
    except OSError:
        _mend(descriptor, path)  # a growth that broke off leaves a mark


def has_journal(descriptor: int) -> bool:
    _, superblock = _found(descriptor)
    return superblock is not None and superblock.has_journal


def replay_journal(path: str) -> None:
    """Makes a copy of a mounted disk a clean one."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        with mounted(descriptor, path):
            pass
    finally:
        os.close(descriptor)


def _mend(descriptor: int, path: str) -> None:
    """Checks a file system that the kernel marked as damaged."""
    area, superblock = _found(descriptor)
    if area and superblock and superblock.has_errors:
        with _for_programs(descriptor, path, area) as target:
            _check(target)


def _check(target: str) -> None:
    """Mends what is safe to mend, and where that is not enough, everything: nobody is there to be asked, and a disk that was refused for its damage
    could never be used again, nor be repaired from within."""
    try:
        run("e2fsck", "-fp", target, good=_MENDED)
    except OSError as error:
        if error.errno != errno.EREMOTEIO:
            raise
        run("e2fsck", "-fy", target, good=_TRIED)


def _found(descriptor: int) -> tuple[Area | None, ext.Superblock | None]:
    area = partitions.file_system_area(descriptor)
    return area, ext.superblock(descriptor, area.offset) if area else None


@contextlib.contextmanager
def _for_programs(descriptor: int, path: str, area: Area) -> Iterator[str]:
    """What a program takes for the file system: the disk's file, or a device over the partition."""
    if area.offset == 0:
        yield path
        return
    with loops.loop(descriptor, direct=True, area=(area.offset, area.length)) as device:
        yield device


@contextlib.contextmanager
def device_for(descriptor: int, path: str, *, shared: bool = False, grown: bool = False) -> Iterator[str]:
    """The only writable loop device over the file system of a disk. With `shared`, one that is there already serves too: what is mounted from it
    once more is the same file system, seen twice. With `grown`, the file system is made to fill the disk first, if nobody uses it and it can be.
    The descriptor is open for writing."""
    deadline = time.monotonic() + _PATIENCE
    file = loops.identity(descriptor)
    while True:
        raw.let_go_if_unseen(file)
        with loops.alone_with(descriptor), contextlib.ExitStack() as stack:
            device = stack.enter_context(loops.held(file))
            if device is None:
                _mend(descriptor, path)
                if grown:
                    _grow_if_possible(descriptor, path)
                device = stack.enter_context(_new_device(descriptor))
            elif not shared or not _is_mounted(device):
                device = None
            if device:
                stack = stack.pop_all()
                break
        if time.monotonic() > deadline:
            raise OSError(errno.EBUSY, "the disk is in use")
        time.sleep(0.005)
    with stack:
        yield device


def _new_device(descriptor: int) -> contextlib.AbstractContextManager[str]:
    area = partitions.file_system_area(descriptor)
    return loops.loop(descriptor, direct=True, area=(area.offset, area.length) if area and area.offset else (0, 0))


def _is_mounted(device: str) -> bool:
    """Whether the kernel has a file system on it. A device that a server writes to by itself must never be mounted."""
    return os.path.exists(f"/sys/fs/ext4/{os.path.basename(device)}")


def mount_root(device: str, attributes: int = 0) -> int:
    """A disk, mounted nowhere. `nodev`: a device node on a hostile disk must not open, neither for this program nor in a server.
    `noinit_itable`: what a thread of the kernel would fill with zeros is a hole already. `errors`: a hostile disk may ask the kernel to panic at
    the first damage that it finds there; the option goes before what the disk says. EUCLEAN where there is none, or none that can be read:
    the kernel's EINVAL would be taken for a word about the request."""
    options = {"noinit_itable": None, "errors": "continue"}
    try:
        return kernel.mount_detached(device, "ext4", kernel.MOUNT_ATTR_NODEV | attributes, options)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise OSError(errno.EUCLEAN, f"the disk holds no file system that can be read: {error.strerror}") from error


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


@contextlib.contextmanager
def seen_in_use(file: loops.FileIdentity) -> Iterator[int | None]:
    """The root folder of a disk whose file system is in use, mounted once more for the time of the block; None if it is not in use."""
    _await_mount_or_end(file)
    with loops.held(file) as device:
        mount = mount_root(device) if device and _is_mounted(device) else None
    try:
        yield mount
    finally:
        if mount is not None:
            os.close(mount)


def _await_mount_or_end(file: loops.FileIdentity) -> None:
    """A device that is neither mounted nor a server's own will be mounted in a moment, or is just let go of; or a server still has it open that lost
    it by force."""
    deadline = time.monotonic() + _MOMENT
    while (device := loops.loop_over(file)) and not _is_mounted(device) and not loops.keeper_of(device):
        if time.monotonic() > deadline:
            return
        time.sleep(0.005)


def sync(root: int) -> None:
    """Of the file system of a root folder, whose descriptor may be one of a path only."""
    folder = opened(root)
    try:
        kernel.syncfs(folder)
    finally:
        os.close(folder)


def opened(root: int) -> int:
    """A descriptor that takes ioctls, of a folder whose descriptor may be one of a path only."""
    return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=root)


@contextlib.contextmanager
def mounted_copy(descriptor: int, scratch: int) -> Iterator[int]:
    """The root folder of a disk as it is now: of a nameless clone, so that not even a journal is replayed on the disk."""
    kernel.clone_bytes(descriptor, scratch)
    with mounted_scratch(scratch) as mount:
        yield mount


@contextlib.contextmanager
def mounted_scratch(scratch: int) -> Iterator[int]:
    with _new_device(scratch) as device:
        mount = mount_root(device)
    try:
        yield mount
    finally:
        os.close(mount)
