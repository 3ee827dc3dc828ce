"""An empty file system on an empty disk."""

import errno
import os

from . import checksums, disks, ext, filesystems
from .names import Disk
from .pool import Pool

_PIECE = 1 << 20


def format_empty(pool: Pool, disk: Disk) -> None:
    """An ext4 that fills the disk, made beside it, so that a half-made one is never seen. Does nothing if that was done before, and refuses a disk
    that holds anything else."""
    disks.require_idle(pool, disk)
    pool.require()
    descriptor = pool.open(disk)
    try:
        if not _is_blank(descriptor):
            superblock = ext.superblock(descriptor)
            if superblock and superblock.is_untouched:
                return
            raise FileExistsError(errno.EEXIST, f"disk {disk.id} is not empty")
        with disks.making(pool, disk, os.fstat(descriptor).st_size) as part:
            filesystems.make(part)
    finally:
        os.close(descriptor)


def _is_blank(descriptor: int) -> bool:
    """Whether every byte is zero."""
    for start, end in checksums.data_ranges(descriptor, os.fstat(descriptor).st_size):
        for at in range(start, end, _PIECE):
            if any(os.pread(descriptor, min(_PIECE, end - at), at)):
                return False
    return True
