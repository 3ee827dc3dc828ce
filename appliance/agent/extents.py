"""Where a file's bytes lie, and in which ranges two files cannot be known to hold the same bytes.

Reads no data: the block maps are the file system's own metadata, which no crash can lose.
"""

import fcntl
import struct
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .kernel import FIEMAP

_HEAD, _EACH, _COUNT = "=QQLLLL", "=QQQQQLLLL", 2048
_SYNC = 1
_LAST, _UNWRITTEN, _SHARED = 0x1, 0x800, 0x2000


class Extent(NamedTuple):
    """A run of bytes: offset in the file, place on the device, length; whether another file shares it."""

    offset: int
    place: int
    length: int
    shared: bool


def extents_of(descriptor: int) -> list[Extent]:
    """What the file holds, in order. Ranges that were only reserved read as zeros and are left out."""
    found: list[Extent] = []
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
                found.append(Extent(offset, place, length, bool(flags & _SHARED)))
            if flags & _LAST:
                return found
        if mapped == 0:
            return found


def covered(pieces: Iterable[tuple[int, int]]) -> int:
    """Bytes on the device that are in at least one of the (place, length) pieces."""
    total = end = 0
    for place, length in sorted(pieces):
        total += max(0, place + length - max(place, end))
        end = max(end, place + length)
    return total


def differing(old: list[Extent], new: list[Extent]) -> list[tuple[int, int]]:
    """(offset, length) of the ranges in which the two do not share blocks; neighbours are joined."""
    edges = sorted({edge for e in (*old, *new) for edge in (e.offset, e.offset + e.length)})
    place_in_old, place_in_new = _place_lookup(old), _place_lookup(new)
    ranges: list[tuple[int, int]] = []
    for start, end in zip(edges, edges[1:]):
        if place_in_old(start) == place_in_new(start):
            continue
        if ranges and sum(ranges[-1]) == start:
            ranges[-1] = (ranges[-1][0], end - ranges[-1][0])
        else:
            ranges.append((start, end - start))
    return ranges


def _place_lookup(extents: list[Extent]) -> Callable[[int], int | None]:
    """A function from an offset to its place (None in a hole), for offsets that only grow."""
    index = 0

    def place(offset: int) -> int | None:
        nonlocal index
        while index < len(extents) and extents[index].offset + extents[index].length <= offset:
            index += 1
        if index == len(extents) or extents[index].offset > offset:
            return None
        return extents[index].place + offset - extents[index].offset

    return place
