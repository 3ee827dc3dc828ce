"""Files on a disk, below its root folder. The disk is hostile: every step is resolved by the kernel inside that root
(openat2), names are opened as paths first, and only regular files are read. What is mounted on a running server (/proc, /sys, /dev) is not
on its disk, and would be reached with the helper's rights: it is refused."""

import base64
import errno
import itertools
import os
import secrets
import shutil
import stat
from typing import Any

from . import kernel
from .names import GuestPath

READ_LIMIT = 8 << 20
LIST_LIMIT = 10_000

ENGINE_FILES = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf")
"""What the engine mounts over single files of a running server. A server reads them as its own."""

_KINDS = {stat.S_IFREG: "FILE", stat.S_IFDIR: "DIRECTORY", stat.S_IFLNK: "LINK"}


def _open(root: int, path: str, flags: int, mode: int = 0) -> int:
    try:
        return kernel.open_in_root(root, path, flags, mode)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        raise OSError(errno.EXDEV, f"{path} leads away from the server's disk") from None


def listing(root: int, path: GuestPath) -> list[dict[str, Any]]:
    folder = _open(root, path.text, os.O_RDONLY | os.O_DIRECTORY)
    try:
        names = names_in(folder, LIST_LIMIT)
        return [seen for name in sorted(names) if (seen := entry(folder, name))]
    finally:
        os.close(folder)


def names_in(folder: int, limit: int) -> list[str]:
    """The names in an open folder. EFBIG for more than the limit, and then not all of them were read: a hostile folder may have more than memory."""
    with os.scandir(folder) as entries:
        names = [found.name for found in itertools.islice(entries, limit + 1)]
    if len(names) > limit:
        raise OSError(errno.EFBIG, f"the folder has more than {limit} entries")
    return names


def entry(folder: int, name: str) -> dict[str, Any] | None:
    """What a listing says of one name in an open folder; None if it is not there (any more)."""
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        link = os.readlink(name, dir_fd=folder) if stat.S_ISLNK(seen.st_mode) else None
    except FileNotFoundError:  # removed meanwhile
        return None
    return {
        "name": shown(name),
        "type": _KINDS.get(stat.S_IFMT(seen.st_mode), "OTHER"),
        "size": seen.st_size,
        "mode": stat.S_IMODE(seen.st_mode),
        "uid": seen.st_uid,
        "gid": seen.st_gid,
        "mtime": int(seen.st_mtime),
        "linkTarget": shown(link) if link is not None else None,
    }


def shown(name: str) -> str:
    """Names are bytes; what is no UTF-8 is shown with replacement characters."""
    return os.fsencode(name).decode("utf-8", "replace")


def read(root: int, path: GuestPath, offset: int, length: int) -> bytes:
    with open(_open_regular(root, path), "rb", buffering=0) as file:
        parts = []
        while length > 0 and (part := os.pread(file.fileno(), min(length, 1 << 20), offset)):
            parts.append(part)
            offset, length = offset + len(part), length - len(part)
        return b"".join(parts)


def _open_regular(root: int, path: GuestPath) -> int:
    """Opening a device or a FIFO would already do something, so look before."""
    handle = _open_engine_file(root, path.text) if path.text in ENGINE_FILES else _open(root, path.text, os.O_PATH)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, f"{path.text} is a folder")
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, f"{path.text} is not a regular file")
        return os.open(f"/proc/self/fd/{handle}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(handle)


def _open_engine_file(root: int, path: str) -> int:
    try:
        return _open(root, path, os.O_PATH)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    folder_path, _, name = path.rpartition("/")
    folder = _open(root, folder_path, os.O_PATH | os.O_DIRECTORY)
    try:
        return kernel.open_mounted_file(folder, name, os.O_PATH)
    finally:
        os.close(folder)


def write(root: int, path: GuestPath, data: bytes, mode: int | None, owner: tuple[int, int] | None = None) -> None:
    """Creates or replaces a file in one step; to be durable it takes a syncfs. An existing file keeps its mode and owner unless told otherwise; a link is
    followed inside the disk, as `>` in a shell on the server would."""
    folder_path, _, name = path.text.rstrip("/").rpartition("/")
    if name in ("", ".", ".."):
        raise OSError(errno.EISDIR, f"{path.text} names no file")
    folder = folder_at(root, folder_path)
    try:
        _replace(root, folder, folder_path, name, data, mode, owner)
    finally:
        os.close(folder)


def _replace(
    root: int, folder: int, folder_path: str, name: str, data: bytes, mode: int | None, owner: tuple[int, int] | None
) -> None:
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        seen = None
    if seen and stat.S_ISLNK(seen.st_mode):
        return _overwrite(root, f"{folder_path}/{name}", data, mode)
    if seen and not stat.S_ISREG(seen.st_mode):
        raise OSError(errno.EISDIR if stat.S_ISDIR(seen.st_mode) else errno.EINVAL, f"{name} is not a regular file")
    # A guest that knew the name could have put a FIFO there, which nobody ever reads.
    part = f".cloudyard-part-{secrets.token_hex(8)}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        with open(descriptor, "wb") as made:
            made.write(data)
            uid, gid = owner or ((seen.st_uid, seen.st_gid) if seen else (0, 0))
            os.fchown(made.fileno(), uid, gid)
            os.fchmod(made.fileno(), mode if mode is not None else stat.S_IMODE(seen.st_mode) if seen else 0o644)
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        try:
            os.unlink(part, dir_fd=folder)
        except OSError:
            pass
        raise


def _overwrite(root: int, path: str, data: bytes, mode: int | None) -> None:
    """Through a link: the file that it leads to is written in place."""
    handle = _open(root, path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o644)
    with open(handle, "wb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, f"{path} leads to something that is not a regular file")
        file.truncate(0)
        file.write(data)
        if mode is not None:
            os.fchmod(handle, mode)


def folder_at(root: int, path: str) -> int:
    """Opens a folder, making what is missing (mode 0755)."""
    at = _open(root, "/", os.O_PATH | os.O_DIRECTORY)
    done = ""
    for name in (part for part in path.split("/") if part):
        done += f"/{name}"
        try:
            following = _open(root, done, os.O_PATH | os.O_DIRECTORY)
        except FileNotFoundError:
            make_folder(at, name)
            following = _open(root, done, os.O_PATH | os.O_DIRECTORY)
        os.close(at)
        at = following
    return at


def make_folder(parent: int, name: str) -> None:
    """Of mode 0755, whatever this process's umask is. It is made so: a mode that was set afterwards would follow a link that a guest puts in its place."""
    before = os.umask(0o022)
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    finally:
        os.umask(before)


def link_where_free(root: int, path: str, target: str) -> None:
    folder_path, _, name = path.rpartition("/")
    folder = folder_at(root, folder_path)
    try:
        os.symlink(target, name, dir_fd=folder)
    except FileExistsError:
        pass
    finally:
        os.close(folder)


def remove_folder(root: int, path: GuestPath) -> None:
    """A folder of a service container of ours, with all that is in it; nothing where there is none."""
    folder_path, _, name = path.text.rstrip("/").rpartition("/")
    try:
        folder = _open(root, folder_path or "/", os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        shutil.rmtree(name, dir_fd=folder)
    except FileNotFoundError:
        pass
    finally:
        os.close(folder)


def write_all(root: int, files: list[dict[str, Any]]) -> None:
    """[{"path", "data" (base64), "mode", "uid", "gid"}, ...]"""
    for file in files:
        owner = (int(file.get("uid", 0)), int(file.get("gid", 0)))
        write(root, GuestPath.parse(file["path"]), base64.b64decode(file["data"]), int(file.get("mode", 0o644)), owner)


def set_password(root: int, user: str, crypted: str) -> None:
    """Puts a crypt(3) form in the user's line of /etc/shadow, adding the line where there is none."""
    if any(c in crypted + user for c in ":\n\0"):
        raise OSError(errno.EINVAL, "not a crypt(3) form")
    path = GuestPath("/etc/shadow")
    try:
        lines = read(root, path, 0, READ_LIMIT).decode("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        lines = []
    write(root, path, "\n".join(with_password(lines, user, crypted)).encode("utf-8", "surrogateescape") + b"\n", 0o640)


def with_password(lines: list[str], user: str, crypted: str) -> list[str]:
    rows = [line.split(":") for line in lines if line]
    if not any(row[0] == user for row in rows):
        rows.append([user, "", "19000", "0", "99999", "7", "", "", ""])
    return [":".join([user, crypted, *row[2:]] if row[0] == user else row) for row in rows]
