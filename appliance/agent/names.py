"""What a request may name. Nothing that comes from outside is ever used as a path before it passed here."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

DISK_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
OWN_NAME = re.compile(r"@[a-z0-9-]{1,80}")
CONTAINER_ID = re.compile(r"[0-9a-f]{64}")
DEVICE = re.compile(r"/dev/([a-z]{2,8})")
PATH_LIMIT = 4096
_EXITING = 0x4
"""A flag of the kernel's for a process that ends or has ended."""


def refuse(what: str, value: object) -> NoReturn:
    raise OSError(errno.EINVAL, f"not {what}: {value!r}")


@dataclass(frozen=True)
class Disk:
    """A disk of the store, or (`@name`) one that the driver keeps for itself and that no listing shows."""

    id: str

    @staticmethod
    def parse(value: Any) -> "Disk":
        if not isinstance(value, str) or not (DISK_ID.fullmatch(value) or OWN_NAME.fullmatch(value)):
            refuse("a disk", value)
        return Disk(value)


@dataclass(frozen=True)
class DataDisk:
    """A disk beside a server's own, under the name that its device would have there: `vdb`."""

    disk: Disk
    name: str
    read_only: bool

    @staticmethod
    def parse(value: Any) -> "DataDisk":
        if not isinstance(value, dict) or set(value) != {"disk", "device", "readOnly"}:
            refuse("a data disk", value)
        device = DEVICE.fullmatch(value["device"]) if isinstance(value["device"], str) else None
        if not device or not isinstance(value["readOnly"], bool):
            refuse("a data disk", value)
        return DataDisk(Disk.parse(value["disk"]), device[1], value["readOnly"])


@dataclass(frozen=True)
class GuestPath:
    """A path as seen from a disk's own root."""

    text: str

    @staticmethod
    def parse(value: Any) -> "GuestPath":
        if not isinstance(value, str) or "\0" in value or len(value.encode()) > PATH_LIMIT or not value.startswith("/"):
            raise OSError(errno.ENAMETOOLONG if isinstance(value, str) and len(value) > PATH_LIMIT else errno.EINVAL,
                          "not an absolute path")
        return GuestPath(value)


class Server:
    """A process of a container. Held by a descriptor of its /proc folder, so a process id that is used again is not taken
    for it; and looked up in its control group, so that nobody can name a process outside the container meant."""

    def __init__(self, pid: int, container: str) -> None:
        self.pid = pid
        self.container = container
        try:
            self._proc = os.open(f"/proc/{pid}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise ProcessLookupError(errno.ESRCH, f"no process {pid}") from None
        if not in_container(self.read("cgroup"), container):
            os.close(self._proc)
            raise ProcessLookupError(errno.ESRCH, f"process {pid} does not belong to container {container[:12]}")

    @staticmethod
    def parse(value: Any) -> "Server":
        if not isinstance(value, dict) or set(value) != {"pid", "container"}:
            refuse("a server", value)
        pid, container = value["pid"], value["container"]
        if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 1:
            refuse("a process id", pid)
        if not isinstance(container, str) or not CONTAINER_ID.fullmatch(container):
            refuse("a container id", container)
        return Server(pid, container)

    def open(self, name: str, flags: int) -> int:
        with self._unless_it_ends():
            return os.open(name, flags | os.O_CLOEXEC, dir_fd=self._proc)

    def read(self, name: str) -> str:
        with open(self.open(name, os.O_RDONLY), encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            return file.read()

    def stat(self, name: str) -> os.stat_result:
        with self._unless_it_ends():
            return os.stat(name, dir_fd=self._proc)

    def root(self) -> int:
        """The root folder of its mount namespace."""
        return self.open("root", os.O_PATH | os.O_DIRECTORY)

    @contextlib.contextmanager
    def _unless_it_ends(self) -> Iterator[None]:
        """ESRCH for a process that ends. It has left its namespaces before, and then there is nothing (ENOENT) to be told of them (EINVAL)."""
        try:
            yield
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EINVAL) or not self._ends():
                raise
            raise ProcessLookupError(errno.ESRCH, f"process {self.pid} has ended") from None

    def _ends(self) -> bool:
        with open(os.open("stat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc), encoding="utf-8", errors="surrogateescape") as file:
            flags = int(file.read().rpartition(")")[2].split()[6])
        return bool(flags & _EXITING)


def in_container(cgroup: str, container: str) -> bool:
    """Whether the text of /proc/PID/cgroup names the container: `0::/system.slice/docker-<id>.scope` (v2, systemd),
    `0::/../<id>` (v2, seen from another namespace), `4:memory:/docker/<id>` (v1)."""
    name = re.compile(rf"(?:^|[/-]){re.escape(container)}(?:\.scope)?$")
    return any(
        name.search(part) for line in cgroup.splitlines() for part in line.split(":", 2)[2:] for part in part.split("/")
    )


def whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or value >= 1 << 62:
        refuse("a number", value)
    return value
