"""Partition tables: where the Linux system on a whole disk lies; a table around a file system; a table on a disk that grew.

GPT as in the UEFI specification, 5.3; MBR with its four primary partitions. Sectors are of 512 bytes, as on every disk of the service.
"""

import os
import struct
import uuid
import zlib
from dataclasses import dataclass, replace

from . import ext

SECTOR = 512
MARGIN = 1 << 20
"""Before the first partition, where boot loaders live, and after the last, where a GPT has its second copy."""
LINUX = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")
_SIGNATURE, _HEADER_SIZE, _ENTRY_SIZE, _ENTRIES = b"EFI PART", 92, 128, 128
_HEADER = "<8sIIIIQQQQ16sQIII"
_MBR_MAGIC, _MBR_TABLE_AT, _PROTECTIVE = b"\x55\xaa", 446, 0xEE
_LARGEST_MBR = 0xFFFF_FFFF
_STEP = 4096
_LARGEST_TABLE = 1 << 20
"""In bytes: a table on a hostile disk may claim any size."""


@dataclass(frozen=True)
class Area:
    """Where something lies on a disk, in bytes."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class Gpt:
    header: bytes
    entries: bytes
    entry_size: int

    def areas(self) -> list[Area | None]:
        """Of each entry; None for those not in use."""
        found: list[Area | None] = []
        for at in range(0, len(self.entries) - self.entry_size + 1, self.entry_size):
            kind, first, last = struct.unpack_from("<16s16xQQ", self.entries, at)
            found.append(Area(first * SECTOR, (last - first + 1) * SECTOR) if kind != bytes(16) and last >= first else None)
        return found


def read_gpt(descriptor: int) -> Gpt | None:
    """The first copy of the table, if it is whole; else the second, at the end of the disk."""
    size = os.fstat(descriptor).st_size
    return _gpt_at(descriptor, SECTOR) or _gpt_at(descriptor, size // SECTOR * SECTOR - SECTOR)


def _gpt_at(descriptor: int, offset: int) -> Gpt | None:
    raw = os.pread(descriptor, SECTOR, max(offset, 0))
    if len(raw) < SECTOR or not raw.startswith(_SIGNATURE):
        return None
    header_size, checksum = struct.unpack_from("<II", raw, 12)
    if not _HEADER_SIZE <= header_size <= SECTOR:
        return None
    header = raw[:header_size]
    if zlib.crc32(header[:16] + bytes(4) + header[20:]) != checksum:
        return None
    table_sector, count, entry_size, table_checksum = struct.unpack_from("<QIII", header, 72)
    if entry_size < _ENTRY_SIZE or not 0 < count * entry_size <= _LARGEST_TABLE:
        return None
    if table_sector * SECTOR + count * entry_size > os.fstat(descriptor).st_size:
        return None
    entries = os.pread(descriptor, count * entry_size, table_sector * SECTOR)
    return Gpt(header, entries, entry_size) if zlib.crc32(entries) == table_checksum else None


def read_mbr(descriptor: int) -> list[Area | None] | None:
    """The four primary partitions; None where there is no such table."""
    raw = os.pread(descriptor, SECTOR, 0)
    if len(raw) < SECTOR or raw[510:] != _MBR_MAGIC:
        return None
    rows = [struct.unpack_from("<B3xB3xII", raw, _MBR_TABLE_AT + 16 * index) for index in range(4)]
    if any(status not in (0, 0x80) for status, *_ in rows):  # the boot sector of something else
        return None
    return [Area(first * SECTOR, sectors * SECTOR) if kind not in (0, _PROTECTIVE) and sectors else None for _, kind, first, sectors in rows]


def areas(descriptor: int) -> list[Area]:
    """Every partition that lies on the disk."""
    size = os.fstat(descriptor).st_size
    gpt = read_gpt(descriptor)
    found = gpt.areas() if gpt else read_mbr(descriptor) or []
    return [area for area in found if area and 0 < area.offset and area.end <= size]


def file_system_area(descriptor: int) -> Area | None:
    """Where the ext2, 3 or 4 on a disk lies: all of it, or the largest partition that holds one (others are for booting)."""
    if ext.superblock(descriptor):
        return Area(0, os.fstat(descriptor).st_size)
    holding = [area for area in areas(descriptor) if ext.superblock(descriptor, area.offset)]
    return max(holding, key=lambda area: area.length, default=None)


def around(length: int) -> Area:
    """Where a file system of that length lies on a disk with a table, which is two margins larger."""
    return Area(MARGIN, length)


def write_new(descriptor: int, area: Area) -> None:
    """A GPT with one Linux partition."""
    entry = LINUX.bytes_le + uuid.uuid4().bytes_le + struct.pack("<QQQ", area.offset // SECTOR, area.end // SECTOR - 1, 0)
    name = "system".encode("utf-16-le")
    entries = (entry + name).ljust(_ENTRIES * _ENTRY_SIZE, b"\0")
    header = struct.pack(
        _HEADER, _SIGNATURE, 0x1_0000, _HEADER_SIZE, 0, 0, 0, 0, MARGIN // SECTOR, 0, uuid.uuid4().bytes_le, 0, _ENTRIES, _ENTRY_SIZE, 0
    )
    _write(descriptor, Gpt(header, entries, _ENTRY_SIZE))


def grow_last(descriptor: int, *, rest: int = 0) -> None:
    """Makes the last partition reach to the end of the disk, unless no more than `rest` is missing. At each moment one copy of the table is whole."""
    size = os.fstat(descriptor).st_size
    gpt = read_gpt(descriptor)
    if gpt:
        _grow_gpt(descriptor, gpt, size, rest)
        return
    rows = read_mbr(descriptor)
    index = _last(rows or [])
    if index is None or rows is None or (area := rows[index]) is None:
        return
    sectors = min((size - area.offset) // SECTOR, _LARGEST_MBR)
    if sectors * SECTOR > area.length + rest:
        os.pwrite(descriptor, struct.pack("<I", sectors), _MBR_TABLE_AT + 16 * index + 12)


def _grow_gpt(descriptor: int, gpt: Gpt, size: int, rest: int) -> None:
    index = _last(gpt.areas())
    # The table's second copy has room after it, and a file system of 4096-byte blocks fills it.
    end = (size - MARGIN) // _STEP * _STEP
    if index is None or (area := gpt.areas()[index]) is None or end <= area.end + rest:
        return
    entries = bytearray(gpt.entries)
    struct.pack_into("<Q", entries, index * gpt.entry_size + 40, end // SECTOR - 1)
    _write(descriptor, replace(gpt, entries=bytes(entries)))


def _last(found: list[Area | None]) -> int | None:
    """Of those in use, which lies furthest back."""
    used = [(area.end, index) for index, area in enumerate(found) if area]
    return max(used)[1] if used else None


def _write(descriptor: int, gpt: Gpt) -> None:
    """Both copies of the table, for the disk's present size, the second first; and the MBR that tells older programs that the disk is taken."""
    sectors = os.fstat(descriptor).st_size // SECTOR
    table_sectors = -(-len(gpt.entries) // SECTOR)
    for here, other, table in ((sectors - 1, 1, sectors - 1 - table_sectors), (1, sectors - 1, 2)):
        os.pwrite(descriptor, gpt.entries, table * SECTOR)
        os.pwrite(descriptor, _header(gpt, here, other, table, sectors - 2 - table_sectors), here * SECTOR)
        os.fsync(descriptor)
    protective = struct.pack("<B3sB3sII", 0, b"\0\2\0", _PROTECTIVE, b"\xff\xff\xff", 1, min(sectors - 1, _LARGEST_MBR))
    os.pwrite(descriptor, protective.ljust(64, b"\0") + _MBR_MAGIC, _MBR_TABLE_AT)


def _header(gpt: Gpt, here: int, other: int, table: int, last_usable: int) -> bytes:
    header = bytearray(gpt.header)
    struct.pack_into("<II", header, 16, 0, 0)
    struct.pack_into("<QQ", header, 24, here, other)
    struct.pack_into("<Q", header, 48, last_usable)
    struct.pack_into("<Q", header, 72, table)
    struct.pack_into("<I", header, 88, zlib.crc32(gpt.entries))
    struct.pack_into("<I", header, 16, zlib.crc32(header))
    return bytes(header)
