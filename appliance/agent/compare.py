"""What differs between the files of two disks, in the order in which a walk meets them: a folder, then what is in it, names by their bytes.

Keeps in memory the names of the folders on the way to where it is, and no more than so many of them: a hostile guest may have made any
number, in folders as deep as it likes.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import guestfiles, kernel
from .names import PATH_LIMIT, GuestPath

_NAMES_LIMIT = 1_000_000
"""Of one folder, and of all on the way together."""
_PIECE = 1 << 20
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""Where one side has a folder, the other may have a file or a link."""


@dataclass(frozen=True)
class Side:
    """One of the two disks, by its root folder."""

    root: int

    def stat(self, path: str) -> os.stat_result | None:
        try:
            handle = kernel.open_below(self.root, path, os.O_PATH | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise
        try:
            return os.fstat(handle)
        finally:
            os.close(handle)

    def names(self, path: str, seen: os.stat_result | None) -> set[str]:
        if not seen or not stat.S_ISDIR(seen.st_mode):
            return set()
        folder = kernel.open_below(self.root, path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return set(guestfiles.names_in(folder, _NAMES_LIMIT))
        finally:
            os.close(folder)

    def entry(self, path: str) -> dict[str, Any] | None:
        folder_path, _, name = path.rpartition("/")
        folder = kernel.open_below(self.root, folder_path or "/", os.O_PATH | os.O_DIRECTORY)
        try:
            return guestfiles.entry(folder, name or ".")
        finally:
            os.close(folder)

    def link(self, path: str) -> str:
        handle = kernel.open_below(self.root, path, os.O_PATH | os.O_NOFOLLOW)
        try:
            return os.readlink("", dir_fd=handle)
        finally:
            os.close(handle)

    def is_same_file_system(self, other: "Side") -> bool:
        """Whether one is a copy of the other: they have one UUID."""
        return os.statvfs(self.root).f_fsid == os.statvfs(other.root).f_fsid


def differences(before: Side, after: Side, path: GuestPath, behind: GuestPath | None, limit: int) -> list[dict[str, Any]]:
    """The first `limit` of those at a path and below, that come after the path `behind`. ENOENT where the path is on neither side."""
    top = _resolved(before, after, path)
    rest = _names_below(top, behind)
    found: list[dict[str, Any]] = []
    if limit == 0:
        return found
    kin = before.is_same_file_system(after)
    for at in _walk(before, after, top, rest):
        difference = _difference(before, after, at, kin)
        if difference:
            found.append(difference)
            if len(found) == limit:
                break
    return found


def _resolved(before: Side, after: Side, path: GuestPath) -> str:
    """The path without links and dots, as the first side that has it leads there."""
    for side in (before, after):
        try:
            handle = kernel.open_in_root(side.root, path.text, os.O_PATH)
        except FileNotFoundError:
            continue
        try:
            root = os.readlink(f"/proc/self/fd/{side.root}")
            seen = os.readlink(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)
        return "/" + seen.removeprefix(root).strip("/")
    raise FileNotFoundError(errno.ENOENT, f"there is no {path.text} on either disk")


def _names_below(top: str, behind: GuestPath | None) -> list[str] | None:
    if behind is None:
        return None
    wanted, given = _parts(top), _parts(behind.text)
    if given[: len(wanted)] != wanted:
        raise OSError(errno.EINVAL, f"{behind.text} is not below the path that is compared")
    return given[len(wanted) :]


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _walk(before: Side, after: Side, top: str, behind: list[str] | None) -> Iterator[str]:
    """Paths on either side. With `behind`, only those after that path below the top."""
    if behind is None:
        yield top
    stack: list[tuple[str, Iterator[str], list[str] | None, int]] = []
    held = 0

    def enter(folder: str, rest: list[str] | None) -> None:
        nonlocal held
        names = _names(before, after, folder, rest)
        held += len(names)
        if held > _NAMES_LIMIT:
            raise OSError(errno.EFBIG, f"{guestfiles.shown(folder)} and the folders above it have more than {_NAMES_LIMIT} entries")
        stack.append((folder, iter(names), rest, len(names)))

    enter(top, behind)
    while stack:
        folder, names, rest, count = stack[-1]
        name = next(names, None)
        if name is None:
            stack.pop()
            held -= count
            continue
        path = f"{folder.rstrip('/')}/{name}"
        # Nobody could ask for it, or go on behind it.
        if len(os.fsencode(path)) >= PATH_LIMIT:
            raise OSError(errno.EFBIG, f"there are paths of {PATH_LIMIT} bytes and more below {guestfiles.shown(folder)[:80]}…")
        on_the_way = bool(rest) and _key(name) == _key(rest[0])
        if not on_the_way:
            yield path
        enter(path, rest[1:] if rest and on_the_way else None)


def _names(before: Side, after: Side, path: str, behind: list[str] | None) -> list[str]:
    names = before.names(path, before.stat(path)) | after.names(path, after.stat(path))
    return sorted((name for name in names if not behind or _key(name) >= _key(behind[0])), key=_key)


def _key(name: str) -> bytes:
    """As the name is shown, for that is what a caller goes on from."""
    return guestfiles.shown(name).encode()


def _difference(before: Side, after: Side, path: str, kin: bool) -> dict[str, Any] | None:
    old, new = before.stat(path), after.stat(path)
    aspects = _aspects(before, after, path, old, new, kin) if old and new else []
    if (old and new and not aspects) or not (old or new):
        return None
    return {
        "path": guestfiles.shown(path),
        "change": "CHANGED" if old and new else "REMOVED" if old else "ADDED",
        "aspects": aspects,
        "before": before.entry(path) if old else None,
        "after": after.entry(path) if new else None,
    }


def _aspects(before: Side, after: Side, path: str, old: os.stat_result, new: os.stat_result, kin: bool) -> list[str]:
    same_type = stat.S_IFMT(old.st_mode) == stat.S_IFMT(new.st_mode)
    differs = {
        "type": not same_type,
        "content": same_type and stat.S_ISREG(old.st_mode) and not _is_same_content(before, after, path, old, new, kin),
        "mode": stat.S_IMODE(old.st_mode) != stat.S_IMODE(new.st_mode),
        "owner": (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid),
        "target": same_type and stat.S_ISLNK(old.st_mode) and before.link(path) != after.link(path),
    }
    return [aspect for aspect, is_different in differs.items() if is_different]


def _is_same_content(before: Side, after: Side, path: str, old: os.stat_result, new: os.stat_result, kin: bool) -> bool:
    if old.st_size != new.st_size:
        return False
    # Nobody can set the time of the last change of an inode, so on a copy of the same file system it tells.
    if kin and (old.st_ino, old.st_ctime_ns, old.st_mtime_ns) == (new.st_ino, new.st_ctime_ns, new.st_mtime_ns):
        return True
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    with open(kernel.open_below(before.root, path, flags), "rb", buffering=0) as one:
        with open(kernel.open_below(after.root, path, flags), "rb", buffering=0) as other:
            return _have_same_bytes(one.fileno(), other.fileno(), old.st_size)


def _have_same_bytes(one: int, other: int, size: int) -> bool:
    """Holes that both have are not read."""
    at = 0
    while (at := min(_next_data(one, at, size), _next_data(other, at, size))) < size:
        if os.pread(one, _PIECE, at) != os.pread(other, _PIECE, at):
            return False
        at += _PIECE
    return True


def _next_data(descriptor: int, at: int, size: int) -> int:
    if at >= size:
        return size
    try:
        return os.lseek(descriptor, at, os.SEEK_DATA)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return size
