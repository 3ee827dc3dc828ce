"""How the fields of a request are read."""

import contextlib
from collections.abc import Callable
from typing import Any

from .names import Disk, Server, refuse


def text(value: Any) -> str:
    if not isinstance(value, str):
        refuse("a text", value)
    return value


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        refuse("a truth value", value)
    return value


def list_of(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            refuse("a list", value)
        return [read(item) for item in value]

    return read_list


def living(value: Any) -> list[Server]:
    """Servers, without those that ended meanwhile."""
    found = []
    for item in list_of(record)(value):
        with contextlib.suppress(ProcessLookupError):
            found.append(Server.parse(item))
    return found


def optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def record(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        refuse("an object", value)
    return value


def copy(value: Any) -> tuple[Disk, Disk]:
    fields = record(value)
    return Disk.parse(fields.get("source")), Disk.parse(fields.get("target"))
