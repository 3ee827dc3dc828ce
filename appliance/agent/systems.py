"""System disks made here: the tiny base system, and real ones unpacked from a tar."""

import errno
import os
import stat
import subprocess
from typing import Any

from . import filesystems, guestfiles, kernel, partitions
from .disks import copying, making, publish_all, share_bytes
from .names import Disk, GuestPath
from .pool import Pool
from .programs import run
from .wire import Reply, Request

KIT = "/opt/cloudyard/guest/kit"
"""Our init, busybox and dropbear with its libraries: what a disk needs to boot and to be reached by ssh."""
BASE = "/opt/cloudyard/guest/base"
"""The tiny base system, the kit included."""
_BASE_SIZE = 256 << 20
_REAL_SIZE, _REAL_ROOM = 4 << 30, 2 << 30
_SIZE_STEP = 1 << 30
_LINKS = (("/sbin/init", "/usr/lib/cloudyard/init"), *((f"/sbin/{name}", "/usr/lib/cloudyard/busybox") for name in ("halt", "poweroff", "reboot")))
_NOT_UNPACKED = tuple(f"--exclude={dot}{name}" for dot in ("", "./") for name in ("dev/*", "proc/*", "sys/*", ".dockerenv"))
_TAR_OPTIONS = (
    "--extract", "--numeric-owner", "--preserve-permissions", "--same-owner",
    "--xattrs", "--xattrs-include=security.capability", "--anchored", *_NOT_UNPACKED,
)


def placeholder(pool: Pool, disk: Disk, version: str, files: list[dict[str, Any]]) -> None:
    """A disk with the base system and these files on it. The base is made once for each version of the helper's image."""
    base = Disk.parse(f"@base-{version}")
    if not os.path.exists(pool.path(base)):
        _make_base(pool, base)
    pool.require(_BASE_SIZE // 4)
    with copying(pool, [(base, disk)]) as work:
        share_bytes(work.clones)
        [(part, _)] = work.parts
        descriptor = os.open(part, os.O_RDWR | os.O_CLOEXEC)
        with filesystems.mounted(descriptor, part) as root:
            guestfiles.write_all(root, files)
        os.close(descriptor)
        publish_all(pool, work)


def _make_base(pool: Pool, base: Disk) -> None:
    pool.require(_BASE_SIZE // 4)
    with making(pool, base, _BASE_SIZE) as part:
        filesystems.make(part, BASE)


def from_tar(pool: Pool, disk: Disk, size: int, files: list[dict[str, Any]], request: Request, reply: Reply) -> None:
    """A disk with the content of the tar that is the request's body, and the kit where the system has no init of ours."""
    pool.require(size)
    size = max(_REAL_SIZE, -(-(size + _REAL_ROOM) // _SIZE_STEP) * _SIZE_STEP)
    with making(pool, disk, size) as part:
        filesystems.make(part)
        descriptor = os.open(part, os.O_RDWR | os.O_CLOEXEC)
        with filesystems.mounted(descriptor, part) as root:
            _unpack(root, request, reply)
            _add_kit(root)
            guestfiles.write_all(root, files)
            pool.require()
        os.close(descriptor)


def put_table_around(pool: Pool, disk: Disk) -> None:
    """Makes a disk that is a file system a whole disk: with a partition table, and the file system behind it, sharing its bytes."""
    file_system = pool.open(disk)
    try:
        area = partitions.around(os.fstat(file_system).st_size)
        with making(pool, disk, area.end + partitions.MARGIN) as whole:
            descriptor = os.open(whole, os.O_RDWR | os.O_CLOEXEC)
            try:
                kernel.clone_range(file_system, area.length, descriptor, area.offset)
                partitions.write_new(descriptor, area)
            finally:
                os.close(descriptor)
    finally:
        os.close(file_system)


def _unpack(root: int, request: Request, reply: Reply) -> None:
    command = ["tar", *_TAR_OPTIONS, "--directory", f"/proc/self/fd/{root}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(root,)) as tar:
        if tar.stdin is None or tar.stderr is None:
            raise OSError(errno.EPIPE, "tar has no pipes")
        done = 0
        try:
            for piece in request.body(1 << 20):
                tar.stdin.write(piece)
                done += len(piece)
                reply.progress(done, 0)
            tar.stdin.close()
        except BrokenPipeError:  # tar says why below
            pass
        said = tar.stderr.read().decode(errors="replace").strip()
    if tar.returncode:
        raise OSError(errno.EREMOTEIO, f"tar: {said[-400:]}")


def _add_kit(root: int) -> None:
    """Our init and what it needs; and the names under which a system looks for its init, where they are free."""
    for folder, _, names in os.walk(KIT):
        for name in names:
            source = f"{folder}/{name}"
            with open(source, "rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                guestfiles.write(root, GuestPath(source.removeprefix(KIT)), file.read(), mode, (0, 0))
    for path, target in _LINKS:
        guestfiles.link_where_free(root, path, target)
