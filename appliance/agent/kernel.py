"""The system calls and ioctls that Python has no names for, each raising OSError.

Sources: the kernel's include/uapi (mount.h, openat2.h, loop.h, fs.h, fiemap.h) and arch/*/entry/syscalls.
"""

import ctypes
import errno
import fcntl
import os
import platform
import re
import signal
import struct
from collections.abc import Mapping

SYSCALLS: dict[str, dict[str, int]] = {
    # Calls younger than Linux 5.0 have the same number everywhere; pivot_root is older.
    "x86_64": {"pivot_root": 155},
    "aarch64": {"pivot_root": 41},
}
for _numbers in SYSCALLS.values():
    _numbers.update(open_tree=428, move_mount=429, fsopen=430, fsconfig=431, fsmount=432, openat2=437, mount_setattr=442)

AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000
OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
CLONE_NEWNS, CLONE_NEWNET = 0x0002_0000, 0x4000_0000
MS_MOVE, MNT_DETACH, UMOUNT_NOFOLLOW = 0x2000, 2, 8
FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC = 1, 1
FSCONFIG_SET_FLAG, FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE = 0, 1, 6
MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH = 4, 0x40
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_IN_ROOT = 1, 2, 4, 16
FIFREEZE, FITHAW, FICLONE, FICLONERANGE, FIEMAP = 0xC004_5877, 0xC004_5878, 0x4004_9409, 0x4020_940D, 0xC020_660B
PR_SET_PDEATHSIG = 1
FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE = 1, 2
_TRIES = 1000

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(name: str, *args: int | str | bytes | None) -> int:
    numbers = SYSCALLS.get(platform.machine())
    if numbers is None:
        raise OSError(errno.ENOSYS, f"no system call table for {platform.machine()}")
    raw = [
        ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(os.fsencode(a) if isinstance(a, str) else a) for a in args
    ]
    return _checked(_libc.syscall(ctypes.c_long(numbers[name]), *raw), name)


def mount_detached(device: str, fstype: str, attributes: int, options: Mapping[str, str | None]) -> int:
    """Mounts a device nowhere: the descriptor is the mount's root, and closing it unmounts unless it was moved somewhere. The attributes are
    those of this mount only: a device that is mounted already may be seen read-only through one and not through another."""
    context = _syscall("fsopen", fstype, FSOPEN_CLOEXEC)
    try:
        _syscall("fsconfig", context, FSCONFIG_SET_STRING, "source", device, 0)
        for option, value in options.items():
            _syscall("fsconfig", context, FSCONFIG_SET_FLAG if value is None else FSCONFIG_SET_STRING, option, value, 0)
        _syscall("fsconfig", context, FSCONFIG_CMD_CREATE, None, None, 0)
        return _syscall("fsmount", context, FSMOUNT_CLOEXEC, attributes)
    finally:
        os.close(context)


def release() -> tuple[int, int]:
    major, minor = re.findall(r"[0-9]+", platform.release())[:2]
    return int(major), int(minor)


def detached_file(path: str, attributes: int) -> int:
    """One file, mounted nowhere yet (a bind mount of it alone), with attributes of its own. Since Linux 5.12."""
    mount = _syscall("open_tree", AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)
    changes = struct.pack("=QQQQ", attributes, 0, 0, 0)
    try:
        _syscall("mount_setattr", mount, "", AT_EMPTY_PATH, changes, len(changes))
    except OSError:
        os.close(mount)
        raise
    return mount


def move_mount(mount: int, path: str) -> None:
    _syscall("move_mount", mount, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH)


def move_mount_onto(mount: int, folder: int) -> None:
    """Onto an open folder, which must be in this process's mount namespace."""
    _syscall("move_mount", mount, "", folder, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)


def unmount_here(name: str, *, lazily: bool) -> None:
    """What is mounted on an entry of the current directory. EBUSY while something uses it, unless done lazily: then it is out of sight at once,
    and gone with its last user."""
    flags = UMOUNT_NOFOLLOW | (MNT_DETACH if lazily else 0)
    _checked(_libc.umount2(os.fsencode(name), flags), "umount")


def move_tree(source: str, target: str) -> None:
    """mount --move, for a mount that has a path."""
    _checked(_libc.mount(source.encode(), target.encode(), None, ctypes.c_ulong(MS_MOVE), None), f"move {source}")


def pivot_root_here() -> None:
    """Makes the current directory the root, and lets go of the old root."""
    _syscall("pivot_root", ".", ".")
    _checked(_libc.umount2(b".", MNT_DETACH), "umount the old root")


def setns(namespace: int, kind: int) -> None:
    _checked(_libc.setns(namespace, kind), "setns")


def end_with(parent: int) -> None:
    """Has this process killed when its parent ends. ESRCH if it ended already."""
    _checked(_libc.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL)), "prctl")
    if os.getppid() != parent:
        raise ProcessLookupError(errno.ESRCH, "the process that wanted this is gone")


def _openat2(folder: int, path: str, flags: int, mode: int, resolve: int) -> int:
    """The kernel cannot vouch for a `..` while anything on the machine is renamed or mounted, and says EAGAIN: whoever renames all the time must not
    keep others from their files."""
    how = struct.pack("=QQQ", flags | os.O_CLOEXEC, mode, resolve)
    for _ in range(_TRIES):
        try:
            return _syscall("openat2", folder, path, how, len(how))
        except BlockingIOError:
            continue
    raise BlockingIOError(errno.EAGAIN, "openat2: names on the way change all the time")


def open_in_root(root: int, path: str, flags: int, mode: int = 0) -> int:
    """openat2: `path` below the directory `root`, which is also where absolute links and `..` end. No /proc magic links, and nothing that is
    mounted below `root`: that would be EXDEV."""
    return _openat2(root, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV)


def open_below(root: int, path: str, flags: int) -> int:
    """openat2: as `open_in_root`, but a link on the way is ELOOP; with O_PATH and O_NOFOLLOW the last one may be one, and is opened itself."""
    return _openat2(root, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS)


def open_entry(folder: int, name: str, flags: int) -> int:
    """openat2: an entry of a folder itself. A link is ELOOP, and what is mounted on it EXDEV."""
    return _openat2(folder, name, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV)


def open_mounted_file(folder: int, name: str, flags: int) -> int:
    """openat2: a file that something is mounted on, as it is named in a folder. A link is ELOOP."""
    return _openat2(folder, name, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS)


def syncfs(descriptor: int) -> None:
    _checked(_libc.syncfs(descriptor), "syncfs")


def freeze(descriptor: int) -> None:
    fcntl.ioctl(descriptor, FIFREEZE, 0)


def thaw(descriptor: int) -> bool:
    """False if it was not frozen."""
    try:
        fcntl.ioctl(descriptor, FITHAW, 0)
    except OSError as error:
        if error.errno == errno.EINVAL:
            return False
        raise
    return True


def clone_bytes(source: int, target: int) -> None:
    """Gives `target` the bytes of `source` by sharing its blocks."""
    fcntl.ioctl(target, FICLONE, source)


def clone_range(source: int, length: int, target: int, at: int) -> None:
    """Gives `target` the first `length` bytes of `source` from `at` on, by sharing its blocks."""
    fcntl.ioctl(target, FICLONERANGE, struct.pack("=qQQQ", source, 0, length, at))


def punch_hole(descriptor: int, offset: int, length: int) -> None:
    mode = ctypes.c_int(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)
    _checked(_libc.fallocate(descriptor, mode, ctypes.c_long(offset), ctypes.c_long(length)), "punch a hole")


def is_zero(address: int, length: int, zeros: int) -> bool:
    """Compares memory at two addresses; lets other threads run meanwhile."""
    return 0 == int(_libc.memcmp(ctypes.c_void_p(address), ctypes.c_void_p(zeros), ctypes.c_size_t(length)))
