"""Which servers have a disk, and where."""

import os
from dataclasses import dataclass

from . import devices, loops
from .mounts import mount_rows, root_row
from .names import DEVICE, DataDisk, Disk, Server
from .pool import Pool


def file_of(pool: Pool, disk: Disk) -> loops.FileIdentity:
    seen = os.stat(pool.path(disk))
    return seen.st_dev, seen.st_ino


def device_number(pool: Pool, disk: Disk) -> int | None:
    """Of the block device over a disk; None if it is not in use."""
    device = loops.loop_over(file_of(pool, disk))
    return os.stat(device).st_rdev if device else None


@dataclass(frozen=True)
class Place:
    """Where a server has a disk."""

    server: Server
    data: DataDisk


def places(pool: Pool, disk: Disk, servers: list[Server]) -> list[Place]:
    """Which of the servers have it attached."""
    number = device_number(pool, disk)
    if number is None:
        return []
    found = []
    for server in servers:
        try:
            rows = mount_rows(server.read("mountinfo"))
            root = root_row(rows)
        except OSError:  # it ended just now, or does not see what it has
            continue
        for row in rows:
            name = row.at.rpartition("/")[2]
            if row.device == number and row.id != root.id and DEVICE.fullmatch(f"/dev/{name}"):
                read_only = not devices.may_write(server, number) if row.is_node else row.read_only
                found.append(Place(server, DataDisk(disk, name, read_only)))
    return found
