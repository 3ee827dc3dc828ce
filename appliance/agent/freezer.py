"""Containers held still for a moment: no process of theirs gets back from the kernel, so none does one thing after another.

By the kernel's freezer of control groups, in both forms: `freezer.state` (v1) and `cgroup.freeze` (v2).
"""

import contextlib
import errno
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from . import mounts

ROOT = "/cgroup"
"""Where the helper sees the machine's control groups."""
_CONTAINER = re.compile(r"(?:^|[/-])[0-9a-f]{64}(?:\.scope)?$")
_PATIENCE = 0.005
"""Seconds to wait for processes on other processors. One that is in the kernel, waiting for its disk, may stay there: it stops on its way back."""


@dataclass(frozen=True)
class Group:
    """A container's control group."""

    path: str

    @property
    def _is_v1(self) -> bool:
        return self.path.startswith(f"{ROOT}/freezer/")

    def hold(self) -> None:
        self._write("FROZEN" if self._is_v1 else "1")

    def let_go(self) -> bool:
        """False if it was not held."""
        if not self._may_be_held():
            return False
        self._write("THAWED" if self._is_v1 else "0")
        return True

    def is_still(self) -> bool:
        return self._read("freezer.state") == "FROZEN" if self._is_v1 else "frozen 1" in self._read("cgroup.events")

    def _may_be_held(self) -> bool:
        return self._read("freezer.state") != "THAWED" if self._is_v1 else self._read("cgroup.freeze") != "0"

    def _write(self, state: str) -> None:
        with open(f"{self.path}/{'freezer.state' if self._is_v1 else 'cgroup.freeze'}", "w", encoding="ascii") as file:
            file.write(state)

    def _read(self, name: str) -> str:
        with open(f"{self.path}/{name}", encoding="ascii") as file:
            return file.read().strip()


def groups_seeing(devices: set[int]) -> tuple[list[Group], bool]:
    """Of containers that have a file system of one of these devices in their sight: those that can be held, and whether these are all. Others are
    of containers that ended just now, or cannot be used on this machine."""
    paths = {freezer_of(text) for text in mounts.control_groups_seeing(devices)}
    usable = sorted(path for path in paths if path and os.access(path, os.W_OK))
    return [Group(path) for path in usable], len(usable) == len(paths)


def freezer_of(text: str) -> str | None:
    """The folder of a container's control group, from /proc/PID/cgroup; None for what is no container's."""
    return folder_of(text, "freezer") or folder_of(text, "")


def folder_of(text: str, controller: str) -> str | None:
    """The same for one controller of version 1, or (no name) for version 2."""
    by_controller = {line.split(":", 2)[1]: line.split(":", 2)[2] for line in text.splitlines() if line.count(":") >= 2}
    group = by_controller.get(controller, "")
    if not _CONTAINER.search(group) or ".." in group.split("/"):
        return None
    return f"{ROOT}/{controller}{group}" if controller else f"{ROOT}{group}"


@contextlib.contextmanager
def held(groups: list[Group]) -> Iterator[None]:
    """Whatever goes wrong with one of them, all are let go."""
    with contextlib.ExitStack() as stack:
        for group in groups:
            stack.callback(let_go, group)
            with _unless_ended():
                group.hold()
        deadline = time.monotonic() + _PATIENCE
        while not all(map(_is_still, groups)) and time.monotonic() < deadline:
            time.sleep(0.0002)
        yield


def let_go(group: Group) -> bool:
    """False if it was not held, or is gone."""
    with _unless_ended():
        return group.let_go()
    return False


def _is_still(group: Group) -> bool:
    with _unless_ended():
        return group.is_still()
    return True


@contextlib.contextmanager
def _unless_ended() -> Iterator[None]:
    """A container may end at any moment, and its control group with it: nothing of it moves any more."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENODEV):
            raise
