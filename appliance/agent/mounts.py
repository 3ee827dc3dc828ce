"""What processes have mounted, and where."""

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import loops

_NODE = re.compile(r"/loop([0-9]+)")
"""A loop device's node, as it is named on the file system of the machine's devices."""


@dataclass(frozen=True)
class MountRow:
    """A line of /proc/PID/mountinfo."""

    id: int
    parent: int
    device: int
    """Of the file system; or the block device itself, where what is mounted is the node of one."""
    at: str
    read_only: bool
    is_node: bool


def mount_rows(text: str) -> list[MountRow]:
    rows = []
    # The kernel escapes blanks, tabs and line feeds alone. A guest may name its folders with all that Python takes for a blank or the end of a line.
    for line in filter(None, text.split("\n")):
        number, parent, device, top, at, options, *others = line.split(" ")
        node = _NODE.fullmatch(top) if others[others.index("-") + 1] == "devtmpfs" else None
        major, minor = (loops.MAJOR, node[1]) if node else device.split(":")
        shown = os.makedev(int(major), int(minor))
        rows.append(MountRow(int(number), int(parent), shown, _unescaped(at), "ro" in options.split(","), node is not None))
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
            seen = any(row.device in devices for row in mount_rows(_text(f"/proc/{pid}/mountinfo")))
            looked_at.add(namespace)
        except OSError:  # it ended just now, or is the kernel's
            continue
        if seen:
            yield group


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        return file.read()
