"""What a process has mounted, and where; a server's mounts changed from inside its own mount namespace.

A guest is root of its own files, so whatever a path leads to may be another thing a moment later. It has no right to mount: an entry that
something is mounted on stays where it is, and that is what the checks here rest on.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass

from . import guestfiles, kernel
from .names import Server


@dataclass(frozen=True)
class MountRow:
    """A line of /proc/PID/mountinfo."""

    id: int
    parent: int
    device: int
    at: str
    read_only: bool


def mount_rows(text: str) -> list[MountRow]:
    rows = []
    # The kernel escapes blanks, tabs and line feeds alone. A guest may name its folders with all that Python takes for a blank or the end of a line.
    for line in filter(None, text.split("\n")):
        number, parent, device, _, at, options, *_ = line.split(" ")
        major, minor = device.split(":")
        row = MountRow(int(number), int(parent), os.makedev(int(major), int(minor)), _unescaped(at), "ro" in options.split(","))
        rows.append(row)
    return rows


def _unescaped(path: str) -> str:
    """Blank, tab, newline and backslash are written in octal."""
    for code in ("040", "011", "012", "134"):
        path = path.replace(f"\\{code}", chr(int(code, 8)))
    return path


def root_row(rows: list[MountRow]) -> MountRow:
    """The topmost of the mounts at /. ESTALE for a process that has put itself into a folder (chroot), from where it sees no such mount."""
    found = [row for row in rows if row.at == "/"]
    if not found:
        raise OSError(errno.ESTALE, "the process has another root than its disk")
    return found[-1]


def seen_by_anyone(device: int) -> bool:
    """Whether any process has a file system of this device in its sight. What was taken away from one that still uses it is in nobody's."""
    return any(True for _ in control_groups_seeing({device}))


def control_groups_seeing(devices: set[int]) -> Iterator[str]:
    """The texts of /proc/PID/cgroup of processes, one for each mount namespace in which a file system of one of these devices is mounted. Not of the
    helper's own: a request of its may be visiting a server."""
    looked_at: set[int] = set()
    own = _text("/proc/self/cgroup")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            group = _text(f"/proc/{pid}/cgroup")
            if group == own:
                continue
            namespace = os.stat(f"/proc/{pid}/ns/mnt").st_ino
            if namespace in looked_at:
                continue
            looked_at.add(namespace)
            seen = any(row.device in devices for row in mount_rows(_text(f"/proc/{pid}/mountinfo")))
        except OSError:  # it ended just now, or is the kernel's
            continue
        if seen:
            yield group


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        return file.read()


class Namespace:
    """The mount namespace of a server, entered by this process for good."""

    def __init__(self, server: Server) -> None:
        # The /proc in there is the guest's.
        self._proc = os.open("/proc/self", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        namespace = server.open("ns/mnt", os.O_RDONLY)
        kernel.setns(namespace, kernel.CLONE_NEWNS)
        os.close(namespace)

    def rows_of(self, device: int) -> list[MountRow]:
        """The mounts of a device, but for the root, the latest first."""
        rows = mount_rows(self._read("mountinfo"))
        root = root_row(rows)
        return [row for row in reversed(rows) if row.device == device and row.id != root.id]

    def place(self, mount: int, folder: str, name: str) -> None:
        """Puts a mount on a folder in a folder, making both where they are missing. Links are followed to the parent, inside the server's own disk
        only; the folder itself is no link, and nothing is mounted on it yet."""
        root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        parent = guestfiles.folder_at(root, folder)
        target = -1
        try:
            target = _own_folder(parent, name)
            kernel.move_mount_onto(mount, target)
        finally:
            for descriptor in (root, parent, target):
                if descriptor >= 0:
                    os.close(descriptor)

    def take_away(self, row: MountRow, *, lazily: bool) -> None:
        """Flushes and unmounts. EBUSY while a process uses something below it, unless done lazily."""
        folder, _, name = row.at.rpartition("/")
        os.chdir(folder or "/")
        seen = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # A guest may have put a link in the path. It cannot move the entry that the mount is on.
            if self._mount_of(seen) != row.id:
                raise OSError(errno.EBUSY, f"{row.at} leads to another place now")
            kernel.syncfs(seen)
        finally:
            os.close(seen)
        kernel.unmount_here(name, lazily=lazily)

    def _mount_of(self, descriptor: int) -> int:
        lines = self._read(f"fdinfo/{descriptor}").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("mnt_id:")))

    def _read(self, name: str) -> str:
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        with open(descriptor, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            return file.read()


def _own_folder(parent: int, name: str) -> int:
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
        os.chmod(name, 0o755, dir_fd=parent)  # whatever this process's umask is
    except FileExistsError:
        pass
    try:
        return kernel.open_entry(parent, name, os.O_PATH | os.O_DIRECTORY)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise OSError(errno.EBUSY, f"something else is mounted on {name}") from None
        raise
