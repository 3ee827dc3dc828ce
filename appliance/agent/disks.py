"""The disk store's operations. Each is atomic or can simply be made again."""

import contextlib
import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import checksums, extents, kernel, loops, raw
from .names import Disk
from .pool import Pool
from .wire import Reply, Request

BLOCK = 4096
_COPY = 1 << 20
_RANGE = struct.Struct("<QQ")
_PIECE = struct.Struct(">QQ")
"""Place and length of a run of blocks, so that they are in order as bytes are: a guest may have cut its disk into millions, and so they take
the least memory."""


def create(pool: Pool, disk: Disk, size: int) -> None:
    if size % BLOCK or size == 0:
        raise OSError(errno.ERANGE, f"the size of a disk is a multiple of {BLOCK}")
    try:
        present = os.stat(pool.path(disk)).st_size
    except FileNotFoundError:
        pool.require()
        with making(pool, disk, size):
            return
    if present != size:
        raise FileExistsError(errno.EEXIST, f"disk {disk.id} is there with {present} bytes")


def status(pool: Pool, disk: Disk) -> dict[str, int] | None:
    try:
        return {"size": os.stat(pool.path(disk)).st_size}
    except FileNotFoundError:
        return None


def names(pool: Pool) -> list[str]:
    # Others may be removed meanwhile: is_file() says no then, stat() would fail.
    return sorted(entry.name for entry in os.scandir(pool.disks) if entry.is_file(follow_symlinks=False))


@contextlib.contextmanager
def making(pool: Pool, disk: Disk, size: int) -> Iterator[str]:
    """The path of an empty file, which takes the disk's name when the block ends well, and goes when it does not."""
    part = pool.part(disk)
    try:
        with open(part, "wb") as made:
            made.truncate(size)
        yield part
        pool.publish(part, disk)
    finally:
        _unlink_if_there(part)


class Clone(NamedTuple):
    """A disk, and the file that is to share its bytes. Both are open."""

    source: int
    made: int


@dataclass(frozen=True)
class Copying:
    """A copy in three steps: everything is opened, all bytes are shared at one moment, the copies get their names."""

    clones: list[Clone]
    parts: list[tuple[str, Disk]]
    """Of each clone, where it is made and whose name it gets."""


@contextlib.contextmanager
def copying(pool: Pool, copies: list[tuple[Disk, Disk]]) -> Iterator[Copying]:
    """What was not published when the block ends is removed."""
    with contextlib.ExitStack() as stack:
        work = Copying([], [])
        for disk, target in copies:
            source = pool.open(disk)
            stack.callback(os.close, source)
            part = pool.part(target)
            made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, made)
            stack.callback(_unlink_if_there, part)
            work.clones.append(Clone(source, made))
            work.parts.append((part, target))
        yield work


def share_bytes(clones: list[Clone]) -> None:
    for source, made in clones:
        kernel.clone_bytes(source, made)


def publish_all(pool: Pool, work: Copying) -> None:
    for part, target in work.parts:
        pool.publish(part, target)


def _unlink_if_there(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def read(pool: Pool, disk: Disk, offset: int, length: int, reply: Reply) -> None:
    descriptor = pool.open(disk)
    try:
        _within(descriptor, offset, length)
        reply.begin_body(length)
        reply.send_file(descriptor, offset, length)
    finally:
        os.close(descriptor)


def write(pool: Pool, disk: Disk, offset: int, request: Request) -> None:
    """Takes the request's body; durable on return."""
    descriptor = pool.open(disk, os.O_WRONLY)
    try:
        _within(descriptor, offset, request.body_length)
        pool.require(request.body_length)
        for piece in request.body(_COPY):
            _write_all(descriptor, piece, offset)
            offset += len(piece)
        pool.settle(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(descriptor, view, offset)
        view, offset = view[done:], offset + done


def grow(pool: Pool, disk: Disk, size: int) -> None:
    """The bytes only; see `filesystems.grow` for what is on them."""
    descriptor = pool.open(disk, os.O_WRONLY)
    try:
        if size < os.fstat(descriptor).st_size or size % BLOCK:
            raise OSError(errno.ERANGE, f"a disk only grows, by multiples of {BLOCK}")
        os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)


def discard(pool: Pool, disk: Disk, offset: int, length: int) -> None:
    descriptor = pool.open(disk, os.O_WRONLY)
    try:
        _within(descriptor, offset, length)
        if length:
            kernel.punch_hole(descriptor, offset, length)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def changed(pool: Pool, old: Disk, new: Disk, reply: Reply) -> None:
    """Where two disks may differ. What one has beyond the other's end counts as a hole there. The reply's body has the offset and the length of
    each range, in eight bytes each, the lowest first."""
    first, second = pool.open(old), pool.open(new)
    try:
        end = max(os.fstat(first).st_size, os.fstat(second).st_size)
        found = bytearray()
        for at, length in extents.differing(extents.extents_of(first), extents.extents_of(second)):
            if at < end:
                found += _RANGE.pack(at, min(length, end - at))  # a file's last block may reach beyond its end
    finally:
        os.close(first)
        os.close(second)
    reply.begin_body(len(found))
    reply.send(found)


def checksum(pool: Pool, disk: Disk, reply: Reply) -> str:
    descriptor = pool.open(disk)
    try:
        pool.settle(descriptor)
        return checksums.of_file(descriptor, os.fstat(descriptor).st_size, reply.progress)
    finally:
        os.close(descriptor)


def usage(pool: Pool, disk: Disk) -> dict[str, int]:
    descriptor = pool.open(disk)
    try:
        size = os.fstat(descriptor).st_size
        stored = shared = 0
        for extent in _extents_within(descriptor, size):
            stored += extent.length
            shared += extent.length if extent.shared else 0
        return {"logical": size, "stored": stored, "shared": shared}
    finally:
        os.close(descriptor)


def usage_of(pool: Pool, groups: list[list[Disk]]) -> dict[str, Any]:
    """Of several groups of disks, and of all of them: blocks that more than one disk has count once. A disk that is not there counts nothing."""
    members: dict[Disk, int] = {}
    for index, group in enumerate(groups):
        for disk in group:
            members[disk] = members.get(disk, 0) | 1 << index
    # By the groups that have them, a bit for each: bytes of disks, bytes of blocks that one disk alone has, and each run of other blocks.
    logical: dict[int, int] = {}
    alone: dict[int, int] = {}
    pieces: dict[bytes, int] = {}
    for disk, bits in members.items():
        try:
            descriptor = pool.open(disk)
        except FileNotFoundError:
            continue
        try:
            size = os.fstat(descriptor).st_size
            logical[bits] = logical.get(bits, 0) + size
            for extent in _extents_within(descriptor, size):
                if extent.shared:
                    piece = _PIECE.pack(extent.place, extent.length)
                    pieces[piece] = pieces.get(piece, 0) | bits
                else:
                    alone[bits] = alone.get(bits, 0) + extent.length
        finally:
            os.close(descriptor)
    ordered = sorted(pieces)

    def total(wanted: int) -> dict[str, int]:
        shared = extents.covered(_PIECE.unpack(piece) for piece in ordered if pieces[piece] & wanted)
        return {"logical": _sum(logical, wanted), "stored": _sum(alone, wanted) + shared, "shared": shared}

    return {"groups": [total(1 << index) for index in range(len(groups))], "total": total(-1)}


def _sum(amounts: dict[int, int], wanted: int) -> int:
    return sum(amount for bits, amount in amounts.items() if bits & wanted)


def _extents_within(descriptor: int, size: int) -> Iterator[extents.Extent]:
    """Without what a file's last block has beyond its end."""
    for extent in extents.extents_of(descriptor):
        if extent.offset < size:
            yield extent._replace(length=min(extent.length, size - extent.offset))


def require_idle(pool: Pool, disk: Disk, seconds: float = 1) -> None:
    descriptor = pool.open(disk)
    try:
        raw.let_go_if_unseen(loops.identity(descriptor))
        loops.wait_until_free(loops.identity(descriptor), seconds)
    finally:
        os.close(descriptor)


def _within(descriptor: int, offset: int, length: int) -> None:
    size = os.fstat(descriptor).st_size
    if offset + length > size:
        raise OSError(errno.ERANGE, f"bytes {offset} to {offset + length} of a disk of {size}")
