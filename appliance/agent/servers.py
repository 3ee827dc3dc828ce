"""Running containers: giving one its disk as root, seeing whether it has it, thawing, ending a stray process."""

import contextlib
import errno
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import filesystems, guestfiles, kernel, loops, network
from .names import Disk, Server
from .pool import Pool

GO = ".go"
"""The FIFO on which a stub waits for the path of the init that it is to become."""
INITS = ("/usr/lib/cloudyard/init", "/sbin/init", "/usr/sbin/init", "/init")
_INIT_PATIENCE = 10.0


@dataclass(frozen=True)
class MountRow:
    """A line of /proc/PID/mountinfo."""

    id: int
    parent: int
    device: tuple[int, int]
    at: str


def mount_rows(text: str) -> list[MountRow]:
    rows = []
    for line in text.splitlines():
        number, parent, device, _, at, *_ = line.split()
        major, minor = device.split(":")
        rows.append(MountRow(int(number), int(parent), (int(major), int(minor)), _unescaped(at)))
    return rows


def _unescaped(path: str) -> str:
    """Blank, tab, newline and backslash are written in octal."""
    for code in ("040", "011", "012", "134"):
        path = path.replace(f"\\{code}", chr(int(code, 8)))
    return path


def root_row(rows: list[MountRow]) -> MountRow:
    """The topmost of the mounts at /."""
    return [row for row in rows if row.at == "/"][-1]


def has_root(pool: Pool, server: Server, disk: Disk) -> bool:
    """Whether the server's root is this disk."""
    backing = _root_backing(server)
    if backing is None:
        return False
    seen = os.stat(pool.path(disk))
    return backing == (seen.st_dev, seen.st_ino)


def _root_backing(server: Server) -> loops.FileIdentity | None:
    major, minor = root_row(mount_rows(server.read("mountinfo"))).device
    if major != 7:
        return None
    device = os.open(f"/dev/loop{minor}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return loops.backing_of(device)
    finally:
        os.close(device)


def runs_init(server: Server) -> bool:
    """Whether its first process executes a file of its present root, and so no longer the stub."""
    try:
        major, minor = root_row(mount_rows(server.read("mountinfo"))).device
        return server.stat("exe").st_dev == os.makedev(major, minor)
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class Boot:
    """What a server finds when it starts."""

    files: list[dict[str, Any]]
    password: str | None
    interfaces: list[dict[str, Any]]
    hosts: str | None


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
    _pivot(server, mount, children)
    if boot.hosts is not None and "/etc/hosts" in children:
        with open("/etc/hosts", "w", encoding="utf-8") as file:
            file.write(boot.hosts)
    os.write(go, init.encode() + b"\n")
    _await_init(server)


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


def _pivot(server: Server, mount: int, children: list[str]) -> None:
    namespace = server.open("ns/mnt", os.O_RDONLY)
    kernel.setns(namespace, kernel.CLONE_NEWNS)
    os.close(namespace)
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
    _in_child(lambda: network.configure(server, interfaces))


def _in_child(work: Callable[[], None]) -> None:
    """Runs in a process of its own, so that a namespace entered there is left with it. What it raises is raised here."""
    reader, writer = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except OSError as error:
            code = error.errno or errno.EIO
            os.write(writer, (error.strerror or str(error)).encode()[:4096])
        except BaseException as error:  # the child must not run on into the parent's code
            code = errno.EINVAL
            os.write(writer, repr(error).encode()[:4096])
        os._exit(code)
    os.close(writer)
    with open(reader, encoding="utf-8", errors="replace") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code if code > 0 else errno.EINTR, said or "ended early")


@contextlib.contextmanager
def frozen(servers: list[Server]) -> Iterator[float]:
    """Flushes, then blocks writes on the roots of all the servers for the time of the block. Gives the time when that began."""
    handles = [server.open("root", os.O_RDONLY | os.O_DIRECTORY) for server in servers]
    for handle in handles:
        kernel.syncfs(handle)  # the long part, while writes still go on
    taken: list[int] = []
    began = time.monotonic()
    try:
        for handle in handles:
            kernel.freeze(handle)
            taken.append(handle)
        yield began
    finally:
        for handle in taken:
            kernel.thaw(handle)
        for handle in handles:
            os.close(handle)


def flush(server: Server) -> None:
    """Brings what the server has written so far to its disk."""
    root = server.root()
    try:
        filesystems.sync(root)
    finally:
        os.close(root)


def thaw(pool: Pool, server: Server, disk: Disk) -> bool:
    """After a helper died in the middle of a freeze. Only a disk of ours is ever thawed."""
    if not has_root(pool, server, disk):
        return False
    handle = server.open("root", os.O_RDONLY | os.O_DIRECTORY)
    try:
        return kernel.thaw(handle)
    finally:
        os.close(handle)


def end_process(server: Server) -> None:
    """Kills a process of a container and what it started."""
    for pid in [*_descendants(server.pid), server.pid]:
        with contextlib.suppress(ProcessLookupError, OSError):
            victim = Server(pid, server.container)
            os.kill(victim.pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = [int(text) for text in file.read().split()]
    except FileNotFoundError:
        return []
    return [*(grandchild for child in children for grandchild in _descendants(child)), *children]


def file_root(pool: Pool, server: Server, disk: Disk) -> int:
    if not has_root(pool, server, disk):
        raise OSError(errno.ESTALE, "the server does not run from this disk")
    return server.root()


