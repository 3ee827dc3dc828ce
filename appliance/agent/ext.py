"""The superblock of ext2, 3 and 4, as far as it is needed before the kernel mounts it.

Source: the kernel's Documentation/filesystems/ext4/super.rst.
"""

import os
import struct
from dataclasses import dataclass

AT, _LENGTH = 1024, 1024
_MAGIC = 0xEF53
_OWN_INODES = 11
"""Ten that are reserved, and lost+found."""
_LARGEST_BLOCK = 6
"""64 KiB, as a power of two times 1 KiB. The field of a hostile disk may claim a size that no memory holds."""
_HAS_ERRORS, _HAS_JOURNAL, _64BIT = 2, 4, 0x80


@dataclass(frozen=True)
class Superblock:
    raw: bytes

    def _field(self, form: str, at: int) -> int:
        [value] = struct.unpack_from(f"<{form}", self.raw, at)
        return int(value)

    @property
    def size(self) -> int:
        """In bytes. Counts blocks in two halves, the upper one where the file system is made for it."""
        high = self._field("I", 0x150) if self._field("I", 0x60) & _64BIT else 0
        return (high << 32 | self._field("I", 0x4)) << (10 + self._field("I", 0x18))

    @property
    def has_journal(self) -> bool:
        return bool(self._field("I", 0x5C) & _HAS_JOURNAL)

    @property
    def has_errors(self) -> bool:
        """The kernel marked it as damaged, as after an I/O error on a full pool."""
        return bool(self._field("H", 0x3A) & _HAS_ERRORS)

    @property
    def is_untouched(self) -> bool:
        """Never mounted, and with no more in it than mke2fs makes."""
        return self._field("I", 0x2C) == 0 and self._field("I", 0x0) - self._field("I", 0x10) <= _OWN_INODES


def superblock(descriptor: int, offset: int = 0) -> Superblock | None:
    """Of the file system that begins at an offset of an open disk; None where there is none of these kinds, or none that the kernel would mount."""
    raw = os.pread(descriptor, _LENGTH, offset + AT)
    if len(raw) < _LENGTH or struct.unpack_from("<H", raw, 0x38)[0] != _MAGIC:
        return None
    [block_size] = struct.unpack_from("<I", raw, 0x18)
    return Superblock(raw) if block_size <= _LARGEST_BLOCK else None
