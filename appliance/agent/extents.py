"""Where a file's bytes lie, and in which ranges two files cannot be known to hold the same bytes.

Reads no data: the block maps are the file system's own metadata, which no crash can lose.
"""

import fcntl
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .kernel import FIEMAP

_HEAD, _EACH, _COUNT = "=QQLLLL", "=QQQQQLLLL", 2048
_SYNC = 1
_LAST, _UNWRITTEN, _SHARED = 0x1, 0x800, 0x2000
_NOWHERE = 2**64
"""Behind all extents."""


class Extent(NamedTuple):
    """A run of bytes: offset in the file, place on the device, length; whether another file shares it."""

    offset: int
    place: int
    length: int
    shared: bool


def extents_of(descriptor: int) -> Iterator[Extent]:
    """What the file holds, in order. Ranges that were only reserved read as zeros and are left out. None is kept: there may be millions."""
    at = 0
    while True:
        buffer = bytearray(struct.calcsize(_HEAD) + _COUNT * struct.calcsize(_EACH))
        struct.pack_into(_HEAD, buffer, 0, at, 2**64 - 1 - at, _SYNC, 0, _COUNT, 0)
        fcntl.ioctl(descriptor, FIEMAP, buffer)
        mapped = struct.unpack_from(_HEAD, buffer)[3]
        for index in range(mapped):
            row = struct.unpack_from(_EACH, buffer, struct.calcsize(_HEAD) + index * struct.calcsize(_EACH))
            offset, place, length, flags = row[0], row[1], row[2], row[5]
            at = offset + length
            if not flags & _UNWRITTEN:
                yield Extent(offset, place, length, bool(flags & _SHARED))
            if flags & _LAST:
                return
        if mapped == 0:
            return


def covered(pieces: Iterable[tuple[int, int]]) -> int:
    """Bytes on the device that are in at least one of the (place, length) pieces, which come in order."""
    total = end = 0
    for place, length in pieces:
        total += max(0, place + length - max(place, end))
        end = max(end, place + length)
    return total


def differing(old: Iterable[Extent], new: Iterable[Extent]) -> Iterator[tuple[int, int]]:
    """(offset, length) of the ranges in which the two do not share blocks, in order; neighbours are joined."""
    one, other = _Map(old), _Map(new)
    at, start = 0, None
    while at < _NOWHERE:
        if one.place(at) == other.place(at):
            if start is not None:
                yield start, at - start
            start = None
        elif start is None:
            start = at
        at = min(one.edge(at), other.edge(at))


class _Map:
    """Where the bytes of a file lie, for offsets that only grow."""

    def __init__(self, extents: Iterable[Extent]) -> None:
        self._extents = iter(extents)
        self._extent = next(self._extents, None)

    def place(self, offset: int) -> int | None:
        """None in a hole."""
        while (extent := self._extent) and extent.offset + extent.length <= offset:
            self._extent = next(self._extents, None)
        return extent.place + offset - extent.offset if extent and extent.offset <= offset else None

    def edge(self, offset: int) -> int:
        """Where the extent or hole ends that was found at this offset."""
        extent = self._extent
        if not extent:
            return _NOWHERE
        return extent.offset if offset < extent.offset else extent.offset + extent.length
