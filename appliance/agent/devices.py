"""Which block devices a container may open: the list of its control group, in version 1. (In version 2 it is a program that the engine loads
into the kernel, which no other may add to.)"""

import os

from . import freezer
from .names import Server


def may_be_told(server: Server) -> bool:
    """Whether this machine's control groups take single devices."""
    group = _group(server)
    return group is not None and os.access(f"{group}/devices.allow", os.W_OK)


def allow(server: Server, number: int, *, read_only: bool) -> None:
    """A block device, and no other way to open it than before."""
    deny(server, number)
    _write(f"{_group(server)}/devices.allow", f"b {_name(number)} {'r' if read_only else 'rw'}")


def deny(server: Server, number: int) -> None:
    """What is open already stays open."""
    _write(f"{_group(server)}/devices.deny", f"b {_name(number)} rwm")


def may_write(server: Server, number: int) -> bool:
    return any(rule.startswith(f"b {_name(number)} ") and "w" in rule.split(" ")[2] for rule in _rules(_group(server) or ""))


def deny_to_all(number: int) -> None:
    """To every group that was told of this device by its number."""
    for group, _, _ in os.walk(f"{freezer.ROOT}/devices"):
        if any(rule.startswith(f"b {_name(number)} ") for rule in _rules(group)):
            _write(f"{group}/devices.deny", f"b {_name(number)} rwm")


def _group(server: Server) -> str | None:
    return freezer.folder_of(server.read("cgroup"), "devices")


def _name(number: int) -> str:
    return f"{os.major(number)}:{os.minor(number)}"


def _rules(group: str) -> list[str]:
    try:
        with open(f"{group}/devices.list", encoding="ascii") as file:
            return file.read().splitlines()
    except FileNotFoundError:  # the container ended just now
        return []


def _write(path: str, rule: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(rule)
