"""A server's mounts, changed from inside its own mount namespace.

A guest is root of its own files, so whatever a path leads to may be another thing a moment later. It has no right to mount: an entry that
something is mounted on stays where it is, and that is what the checks here rest on.
"""

import errno
import os
import stat

from . import guestfiles, kernel
from .mounts import MountRow, mount_rows, root_row
from .names import Server


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

    def take_away_all(self, device: int, *, lazily: bool) -> None:
        for row in self.rows_of(device):
            self.take_away(row, lazily=lazily)

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

    def place_node(self, mount: int, name: str) -> None:
        """Puts the node of a device in /dev, where nothing of that name is."""
        # The engine mounts /dev, so no guest puts a link in its place.
        parent = os.open("/dev", os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        target = -1
        try:
            target = _own_file(parent, name)
            kernel.move_mount_onto(mount, target)
        finally:
            for descriptor in (parent, target):
                if descriptor >= 0:
                    os.close(descriptor)

    def take_away(self, row: MountRow, *, lazily: bool) -> None:
        """Flushes and unmounts. EBUSY while a process uses something below it, unless done lazily."""
        folder, _, name = row.at.rpartition("/")
        os.chdir(folder or "/")
        kind = os.O_PATH if row.is_node else os.O_RDONLY | os.O_DIRECTORY
        seen = os.open(name, kind | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # A guest may have put a link in the path. It cannot move the entry that the mount is on.
            if self._mount_of(seen) != row.id:
                raise OSError(errno.EBUSY, f"{row.at} leads to another place now")
            if not row.is_node:
                kernel.syncfs(seen)
        finally:
            os.close(seen)
        kernel.unmount_here(name, lazily=lazily)
        # What is written to a device that is gone must not end in a file of its name.
        if row.is_node and stat.S_ISREG(os.stat(name, follow_symlinks=False).st_mode):
            os.unlink(name)

    def _mount_of(self, descriptor: int) -> int:
        lines = self._read(f"fdinfo/{descriptor}").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("mnt_id:")))

    def _read(self, name: str) -> str:
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        with open(descriptor, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            return file.read()


def _own_folder(parent: int, name: str) -> int:
    try:
        guestfiles.make_folder(parent, name)
    except FileExistsError:
        pass
    return _unmounted(parent, name, os.O_DIRECTORY)


def _own_file(parent: int, name: str) -> int:
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=parent))
    except FileExistsError:
        if not stat.S_ISREG(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise OSError(errno.EBUSY, f"something else is at /dev/{name}") from None
    return _unmounted(parent, name, 0)


def _unmounted(parent: int, name: str, flags: int) -> int:
    try:
        return kernel.open_entry(parent, name, os.O_PATH | flags)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise OSError(errno.EBUSY, f"something else is mounted on {name}") from None
        raise
