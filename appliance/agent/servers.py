"""Running containers: giving one its disk as root, with its data disks, and seeing whether it has it."""

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import attachments, filesystems, guestfiles, kernel, loops, network, placement, raw
from .mounts import mount_rows, root_row
from .names import DataDisk, Disk, Server
from .namespaces import Namespace
from .pool import Pool
from .processes import in_child

GO = ".go"
"""The FIFO on which a stub waits for the path of the init that it is to become."""
INITS = ("/usr/lib/cloudyard/init", "/sbin/init", "/usr/sbin/init", "/init")
_INIT_PATIENCE = 10.0
_DAMAGED = (errno.EINVAL, errno.EUCLEAN, errno.EBADMSG, errno.EIO, errno.EREMOTEIO)
"""What the kernel and the programs say of a file system that they cannot make sense of."""


def has_root(pool: Pool, server: Server, disk: Disk) -> bool:
    """Whether the server's root is this disk."""
    backing = _root_backing(server)
    if backing is None:
        return False
    seen = os.stat(pool.path(disk))
    return backing == (seen.st_dev, seen.st_ino)


def _root_backing(server: Server) -> loops.FileIdentity | None:
    try:
        number = root_row(mount_rows(server.read("mountinfo"))).device
    except OSError as error:
        if error.errno != errno.ESTALE:
            raise
        return None
    if os.major(number) != loops.MAJOR:
        return None
    device = os.open(f"/dev/loop{os.minor(number)}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return loops.backing_of(device)
    finally:
        os.close(device)


def runs_init(server: Server) -> bool:
    """Whether its first process executes a file of its present root, and so no longer the stub."""
    try:
        return server.stat("exe").st_dev == root_row(mount_rows(server.read("mountinfo"))).device
    except OSError as error:
        # A stub has the root that it was given.
        if error.errno != errno.ESTALE:
            raise
        return True


@dataclass(frozen=True)
class Boot:
    """What a server finds when it starts."""

    files: list[dict[str, Any]]
    password: str | None
    interfaces: list[dict[str, Any]]
    hosts: str | None
    data_disks: list[DataDisk]


def give_root(pool: Pool, server: Server, disk: Disk, boot: Boot) -> None:
    """Makes a disk the root of a container whose first process waits on the FIFO, writes what its boot needs, and lets that
    process become the disk's init. If this is cut off half-way, the FIFO closes and the stub ends."""
    go = _open_go(server)
    if boot.interfaces:
        configure_network(server, boot.interfaces)
    rows = mount_rows(server.read("mountinfo"))
    top = root_row(rows).id
    children = [row.at for row in rows if row.parent == top and row.id != top]
    descriptor = pool.open(disk, os.O_RDWR)
    with filesystems.device_for(descriptor, pool.path(disk)) as device:
        mount = filesystems.mount_root(device)
    guestfiles.write_all(mount, boot.files)
    if boot.password is not None:
        guestfiles.set_password(mount, "root", boot.password)
    init = _init_of(mount)
    for path in children:
        _mount_point(mount, path, server)
    data = [(_data_mount(pool, server, one), one) for one in boot.data_disks]
    with raw.nodes(pool, server, [one for found, one in data if found is None]) as nodes:
        namespace = Namespace(server)
        _pivot(mount, children)
        for data_mount, one in data:
            if data_mount is not None:
                namespace.place(data_mount, attachments.FOLDER, one.name)
                os.close(data_mount)
        for node, name in nodes:
            namespace.place_node(node, name)
    if boot.hosts is not None and "/etc/hosts" in children:
        with open("/etc/hosts", "w", encoding="utf-8") as file:
            file.write(boot.hosts)
    os.write(go, init.encode() + b"\n")
    _await_init(server)


def _data_mount(pool: Pool, server: Server, wanted: DataDisk) -> int | None:
    """One that is damaged is as one without a file system: it keeps no server from starting, which may be what it is repaired by."""
    try:
        return attachments.detached_mount(pool, wanted)
    except OSError as error:
        if error.errno not in _DAMAGED:
            raise
        _say(server, f"/dev/{wanted.name} is not mounted: {error.strerror}")
        return None


def _say(server: Server, line: str) -> None:
    """On its console. Only a stub's is safe to write to; one that takes nothing just now misses the line."""
    with contextlib.suppress(OSError):
        console = server.open("fd/1", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            os.write(console, f"cloudyard: {line}\n".encode())
        finally:
            os.close(console)


def _open_go(server: Server) -> int:
    """Returns when the stub waits. The stub's own root, so nobody else can have put something in the FIFO's place."""
    root = server.root()
    try:
        return os.open(GO, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
    finally:
        os.close(root)


def _init_of(mount: int) -> str:
    for path in INITS:
        try:
            found = kernel.open_in_root(mount, path, os.O_PATH)
        except OSError:
            continue
        mode = os.fstat(found).st_mode
        os.close(found)
        if mode & 0o111:
            return path
    raise OSError(errno.ENOEXEC, "the disk has no init, so no server can boot from it")


def _mount_point(mount: int, path: str, server: Server) -> None:
    """Makes on the disk what one of the engine's mounts is to cover: a folder or an empty file."""
    is_folder = os.path.isdir(f"/proc/{server.pid}/root{path}")
    parent, _, name = path.rpartition("/")
    folder = guestfiles.folder_at(mount, parent)
    try:
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(seen.st_mode) == is_folder and not stat.S_ISLNK(seen.st_mode):
            return
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        pass
    finally:
        os.close(folder)
    folder = guestfiles.folder_at(mount, path if is_folder else parent)
    if not is_folder:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644, dir_fd=folder))
    os.close(folder)


def _pivot(mount: int, children: list[str]) -> None:
    os.makedirs("/.disk", exist_ok=True)
    kernel.move_mount(mount, "/.disk")
    os.close(mount)
    for path in children:
        kernel.move_tree(path, f"/.disk{path}")
    os.chdir("/.disk")
    kernel.pivot_root_here()


def _await_init(server: Server) -> None:
    deadline = time.monotonic() + _INIT_PATIENCE
    while not runs_init(server):
        if time.monotonic() > deadline:
            raise OSError(errno.ENOEXEC, "the disk's init does not start")
        time.sleep(0.001)


def configure_network(server: Server, interfaces: list[dict[str, Any]]) -> None:
    in_child(lambda: network.configure(server, interfaces))


@contextlib.contextmanager
def folder_in_use(pool: Pool, server: Server, disk: Disk, *, to_write: bool = False) -> Iterator[int]:
    """The root folder of a disk that a running server uses: its own root, or one of its data disks. EROFS to write to one that it only reads."""
    if has_root(pool, server, disk):
        root = server.root()
        try:
            yield root
        finally:
            os.close(root)
        return
    found = placement.places(pool, disk, [server])
    if not found:
        raise OSError(errno.ESTALE, "the server does not use this disk")
    if to_write and found[0].data.read_only:
        raise OSError(errno.EROFS, "the disk is attached read-only")
    descriptor = pool.open(disk)
    try:
        with filesystems.seen_in_use(loops.identity(descriptor)) as mount:
            if mount is None:
                raise OSError(errno.ESTALE, "the server does not use this disk")
            yield mount
    finally:
        os.close(descriptor)
