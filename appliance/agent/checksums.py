"""The checksum of a disk: SHA-256 over the SHA-256 digests of its 1 MiB pieces, 32 zero bytes for a piece that is all zeros.

Two threads read and hash: both let go of the interpreter lock. The reads go past the page cache, which would only copy
every byte twice more (once for the disk's file, once for the pool's).
"""

import ctypes
import errno
import hashlib
import mmap
import os
import threading
from collections.abc import Callable, Iterator

from . import kernel

PIECE = 1 << 20
EMPTY = bytes(32)
WORKERS = 2


def of_file(descriptor: int, size: int, progress: Callable[[int, int], None]) -> str:
    digests = [EMPTY] * -(-size // PIECE)
    pieces = _stored_pieces(descriptor, size)
    length_of = {index: min(PIECE, size - index * PIECE) for index in pieces}
    total, done = sum(length_of.values()), 0
    work, gate = iter(pieces), threading.Lock()
    failure: list[OSError] = []

    def hash_some() -> None:
        nonlocal done
        try:
            with _Reader(descriptor) as reader:
                while not failure:
                    with gate:
                        index = next(work, None)
                    if index is None:
                        return
                    digests[index] = reader.digest(index * PIECE, length_of[index])
                    with gate:
                        done += length_of[index]
                        progress(done, total)
        except OSError as error:
            failure.append(error)

    threads = [threading.Thread(target=hash_some) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failure:
        raise failure[0]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _stored_pieces(descriptor: int, size: int) -> list[int]:
    """Numbers of the pieces that are not wholly in a hole."""
    found: list[int] = []
    for start, end in data_ranges(descriptor, size):
        first, last = start // PIECE, (end - 1) // PIECE
        found.extend(range(max(first, found[-1] + 1 if found else 0), last + 1))
    return found


def data_ranges(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """(start, end) of what is no hole."""
    at = 0
    while at < size:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # nothing but holes from here on
                return
            raise
        at = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, min(at, size)


class _Reader:
    """One thread's aligned buffer and its own view of the file, opened for direct reads where that is possible."""

    def __init__(self, descriptor: int) -> None:
        path = f"/proc/self/fd/{descriptor}"
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_DIRECT | os.O_CLOEXEC)
        except OSError:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._buffer = mmap.mmap(-1, PIECE)
        self._zeros = mmap.mmap(-1, PIECE)
        self._at = ctypes.addressof(ctypes.c_char.from_buffer(self._buffer))
        self._zeros_at = ctypes.addressof(ctypes.c_char.from_buffer(self._zeros))

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def digest(self, offset: int, length: int) -> bytes:
        read = 0
        while read < length:
            count = os.preadv(self._file, [memoryview(self._buffer)[read:length]], offset + read)
            if count == 0:
                raise OSError(errno.EIO, "the disk ends early")
            read += count
        if kernel.is_zero(self._at, length, self._zeros_at):
            return EMPTY
        return hashlib.sha256(memoryview(self._buffer)[:length]).digest()
