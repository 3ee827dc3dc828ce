"""What the agent does: a fixed table. Each operation names its fields, how each is read, and its time limit in seconds."""

import errno
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from . import attachments, compare, disks, filesystems, formatting, guestfiles, loops, placement, points, processes, raw, servers, systems
from .fields import copy, list_of, living, optional, record, text, truth
from .names import DataDisk, Disk, GuestPath, Server, whole_number
from .pool import Pool
from .wire import Reply, Request


@dataclass(frozen=True)
class Context:
    pool: Pool
    request: Request
    reply: Reply


# ---- the operations


def open_pool(at: Context) -> None:
    at.pool.mount()


def snapshot(at: Context, copies: list[tuple[Disk, Disk]]) -> dict[str, float]:
    """Copies disks at one moment, in this one request, so that a client that dies cannot leave a server frozen. Returns for how many milliseconds
    servers could not write."""
    at.pool.require()
    return {"frozenMs": points.copy(at.pool, copies)}


def grow_disk(at: Context, disk: Disk, size: int, running: list[Server]) -> None:
    """The disk and the file system on it. Servers have it as a data disk only."""
    at.pool.require()
    if placement.places(at.pool, disk, running):
        attachments.grow(at.pool, disk, size, running)
        return
    disks.require_idle(at.pool, disk)
    disks.grow(at.pool, disk, size)
    descriptor = at.pool.open(disk, os.O_RDWR)
    try:
        with loops.alone_with(descriptor):
            loops.wait_until_free(loops.identity(descriptor), 1)
            filesystems.grow(descriptor, at.pool.path(disk))
    finally:
        os.close(descriptor)


def places(at: Context, disk: Disk, running: list[Server]) -> list[dict[str, Any]]:
    found = placement.places(at.pool, disk, running)
    return [
        {"container": place.server.container, "device": f"/dev/{place.data.name}", "readOnly": place.data.read_only} for place in found
    ]


def give_root(
    at: Context,
    server: Server,
    disk: Disk,
    files: list[dict[str, Any]],
    password: str | None,
    interfaces: list[dict[str, Any]],
    hosts: str | None,
    data: list[DataDisk],
) -> None:
    servers.give_root(at.pool, server, disk, servers.Boot(files, password, interfaces, hosts, data))


def observe(at: Context, server: Server, disk: Disk) -> bool:
    return servers.has_root(at.pool, server, disk) and servers.runs_init(server)


@contextmanager
def _folder_to_read(at: Context, disk: Disk, server: Server | None) -> Iterator[int]:
    if server:
        with servers.folder_in_use(at.pool, server, disk) as root:
            yield root
        return
    descriptor = at.pool.open(disk)
    with filesystems.mounted_copy(descriptor, at.pool.scratch()) as root:
        yield root


def list_files(at: Context, disk: Disk, server: Server | None, path: GuestPath) -> list[dict[str, Any]]:
    with _folder_to_read(at, disk, server) as root:
        return guestfiles.listing(root, path)


def compare_files(
    at: Context,
    before: Disk,
    after: Disk,
    path: GuestPath,
    behind: GuestPath | None,
    limit: int,
) -> list[dict[str, Any]]:
    """On nameless clones of both disks as of one moment."""
    with ExitStack() as stack:
        clones = [disks.Clone(at.pool.open(disk), at.pool.scratch()) for disk in (before, after)]
        for descriptor in itertools.chain(*clones):
            stack.callback(os.close, descriptor)
        points.share(at.pool, clones)
        roots = [stack.enter_context(filesystems.mounted_scratch(clone.made)) for clone in clones]
        return compare.differences(compare.Side(roots[0]), compare.Side(roots[1]), path, behind, limit)


def read_file(at: Context, disk: Disk, server: Server | None, path: GuestPath, offset: int, length: int) -> None:
    if length > guestfiles.READ_LIMIT:
        raise OSError(errno.EFBIG, f"at most {guestfiles.READ_LIMIT} bytes at once")
    with _folder_to_read(at, disk, server) as root:
        data = guestfiles.read(root, path, offset, length)
    at.reply.begin_body(len(data))
    at.reply.send(data)


def write_file(at: Context, disk: Disk, server: Server | None, path: GuestPath, mode: int | None) -> None:
    if at.request.body_length > guestfiles.READ_LIMIT:
        raise OSError(errno.EFBIG, f"at most {guestfiles.READ_LIMIT} bytes at once")
    data = b"".join(at.request.body(1 << 20))
    if server:
        with servers.folder_in_use(at.pool, server, disk, to_write=True) as root:
            guestfiles.write(root, path, data, mode)
            filesystems.sync(root)
        return
    descriptor = at.pool.open(disk, os.O_RDWR)
    with filesystems.mounted(descriptor, at.pool.path(disk)) as root:
        guestfiles.write(root, path, data, mode)


def serve_files(at: Context, server: Server, files: list[dict[str, Any]], remove: list[str]) -> None:
    """Files of a service container of ours (not of a server): what its metadata service hands out. What is to be
    removed goes first: a new server must not find what an earlier one with its address left."""
    root = server.root()
    for path in remove:
        guestfiles.remove_folder(root, GuestPath.parse(path))
    guestfiles.write_all(root, files)


def configure_network(at: Context, server: Server, interfaces: list[dict[str, Any]]) -> None:
    servers.configure_network(server, interfaces)


def make_placeholder(at: Context, disk: Disk, version: str, files: list[dict[str, Any]], partitioned: bool) -> None:
    systems.placeholder(at.pool, disk, version, files)
    if partitioned:
        systems.put_table_around(at.pool, disk)


def unpack_system(at: Context, disk: Disk, size: int, files: list[dict[str, Any]], partitioned: bool) -> None:
    systems.from_tar(at.pool, disk, size, files, at.request, at.reply)
    if partitioned:
        systems.put_table_around(at.pool, disk)


# ---- the table


@dataclass(frozen=True)
class Operation:
    run: Callable[..., Any]
    fields: Mapping[str, Callable[[Any], Any]]
    seconds: int


QUICK, SLOW, LONG = 30, 300, 24 * 3600
"""LONG ones report progress, and end when their client goes away."""
_DISK = {"disk": Disk.parse}
_RANGE = {"disk": Disk.parse, "offset": whole_number, "length": whole_number}
_FILE = {"disk": Disk.parse, "server": optional(Server.parse), "path": GuestPath.parse}
_FILES = list_of(record)
_RUNNING = {"running": living}

OPERATIONS: dict[str, Operation] = {
    "openPool": Operation(open_pool, {}, SLOW),
    "create": Operation(lambda at, **f: disks.create(at.pool, **f), {**_DISK, "size": whole_number}, QUICK),
    "stat": Operation(lambda at, **f: disks.status(at.pool, **f), _DISK, QUICK),
    "list": Operation(lambda at: disks.names(at.pool), {}, QUICK),
    "snapshot": Operation(snapshot, {"copies": list_of(copy)}, SLOW),
    "read": Operation(lambda at, **f: disks.read(at.pool, **f, reply=at.reply), _RANGE, SLOW),
    "write": Operation(lambda at, **f: disks.write(at.pool, **f, request=at.request), {**_DISK, "offset": whole_number}, SLOW),
    "grow": Operation(lambda at, **f: disks.grow(at.pool, **f), {**_DISK, "size": whole_number}, QUICK),
    "discard": Operation(lambda at, **f: disks.discard(at.pool, **f), _RANGE, SLOW),
    "remove": Operation(lambda at, disk: at.pool.unlink(disk), _DISK, SLOW),
    "changed": Operation(
        lambda at, **f: disks.changed(at.pool, **f, reply=at.reply), {"old": Disk.parse, "new": Disk.parse}, SLOW
    ),
    "checksum": Operation(lambda at, **f: disks.checksum(at.pool, **f, reply=at.reply), _DISK, LONG),
    "usage": Operation(lambda at, **f: disks.usage(at.pool, **f), _DISK, QUICK),
    "free": Operation(lambda at: at.pool.free(), {}, QUICK),
    "usageOf": Operation(lambda at, **f: disks.usage_of(at.pool, **f), {"groups": list_of(list_of(Disk.parse))}, SLOW),
    "growDisk": Operation(grow_disk, {**_DISK, "size": whole_number, **_RUNNING}, SLOW),
    "formatDisk": Operation(lambda at, **f: formatting.format_empty(at.pool, **f), _DISK, SLOW),
    "places": Operation(places, {**_DISK, **_RUNNING}, QUICK),
    "attachDisk": Operation(
        lambda at, **f: attachments.attach(at.pool, **f), {"server": Server.parse, "wanted": DataDisk.parse}, SLOW
    ),
    "detachDisk": Operation(
        lambda at, **f: attachments.detach(at.pool, **f), {"server": Server.parse, **_DISK, "force": truth}, SLOW
    ),
    "giveRoot": Operation(
        give_root,
        {
            "server": Server.parse,
            "disk": Disk.parse,
            "files": _FILES,
            "password": optional(text),
            "interfaces": list_of(record),
            "hosts": optional(text),
            "data": list_of(DataDisk.parse),
        },
        SLOW,
    ),
    "observe": Operation(observe, {"server": Server.parse, "disk": Disk.parse}, QUICK),
    "thaw": Operation(lambda at: points.thaw_all(at.pool), {}, QUICK),
    "letGoOfDevices": Operation(lambda at: raw.let_go_of_all_unseen(at.pool), {}, SLOW),
    "hello": Operation(lambda _: None, {}, QUICK),
    "endProcess": Operation(lambda _, server: processes.end(server), {"server": Server.parse}, QUICK),
    "listFiles": Operation(list_files, _FILE, 60),
    "readFile": Operation(read_file, {**_FILE, "offset": whole_number, "length": whole_number}, 60),
    "compareFiles": Operation(
        compare_files,
        {
            "before": Disk.parse,
            "after": Disk.parse,
            "path": GuestPath.parse,
            "behind": optional(GuestPath.parse),
            "limit": whole_number,
        },
        SLOW,
    ),
    "writeFile": Operation(write_file, {**_FILE, "mode": optional(whole_number)}, 60),
    "serveFiles": Operation(serve_files, {"server": Server.parse, "files": _FILES, "remove": list_of(text)}, QUICK),
    "configureNetwork": Operation(configure_network, {"server": Server.parse, "interfaces": list_of(record)}, QUICK),
    "makePlaceholder": Operation(make_placeholder, {**_DISK, "version": text, "files": _FILES, "partitioned": truth}, SLOW),
    "unpackSystem": Operation(unpack_system, {**_DISK, "size": whole_number, "files": _FILES, "partitioned": truth}, LONG),
}


def perform(at: Context, operation: Operation) -> Any:
    given = at.request.fields
    if given.keys() != operation.fields.keys():
        raise OSError(errno.EINVAL, f"the fields are {sorted(operation.fields)}, not {sorted(given)}")
    return operation.run(at, **{name: read(given[name]) for name, read in operation.fields.items()})
