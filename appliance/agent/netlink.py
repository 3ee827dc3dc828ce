"""Addresses and routes, asked of the kernel directly: four starts of a program would take longer than the rest of a launch.

Source: include/uapi/linux/{netlink,rtnetlink,if_addr}.h.
"""

import errno
import ipaddress
import os
import socket
import struct

_NEWADDR, _DELADDR, _NEWROUTE, _ERROR = 20, 21, 24, 2
_REQUEST, _ACK, _EXCL, _CREATE = 0x1, 0x4, 0x200, 0x400
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_DST, _RTA_OIF, _RTA_PREFSRC = 1, 4, 7
_TABLE_MAIN, _PROTO_STATIC, _SCOPE_LINK, _UNICAST = 254, 4, 253, 1


def attribute(kind: int, value: bytes) -> bytes:
    """A length, a kind and a value, filled up to a multiple of four."""
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def _address(interface: str, address: ipaddress.IPv4Interface) -> bytes:
    head = struct.pack("=BBBBI", socket.AF_INET, address.network.prefixlen, 0, 0, socket.if_nametoindex(interface))
    return head + attribute(_IFA_LOCAL, address.ip.packed) + attribute(_IFA_ADDRESS, address.ip.packed)


class Routes:
    """A conversation with the kernel about the present network namespace. What is there, or gone, already is no error."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)

    def __enter__(self) -> "Routes":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def add_address(self, interface: str, address: ipaddress.IPv4Interface) -> None:
        self._ask(_NEWADDR, _address(interface, address), _CREATE | _EXCL)

    def remove_address(self, interface: str, address: ipaddress.IPv4Interface) -> None:
        self._ask(_DELADDR, _address(interface, address))

    def add_host_route(self, interface: str, target: ipaddress.IPv4Address, *, source: ipaddress.IPv4Address) -> None:
        head = struct.pack("=BBBBBBBBI", socket.AF_INET, 32, 0, 0, _TABLE_MAIN, _PROTO_STATIC, _SCOPE_LINK, _UNICAST, 0)
        index = struct.pack("=I", socket.if_nametoindex(interface))
        self._ask(
            _NEWROUTE,
            head + attribute(_RTA_DST, target.packed) + attribute(_RTA_OIF, index) + attribute(_RTA_PREFSRC, source.packed),
            _CREATE | _EXCL,
        )

    def _ask(self, kind: int, body: bytes, flags: int = 0) -> None:
        self._socket.send(struct.pack("=IHHII", 16 + len(body), kind, _REQUEST | _ACK | flags, 1, 0) + body)
        answer = self._socket.recv(4096)
        answered, code = struct.unpack_from("=4xH10xi", answer)
        if answered != _ERROR:
            raise OSError(errno.EPROTO, "the kernel answered something else")
        if code and -code not in (errno.EEXIST, errno.EADDRNOTAVAIL):
            raise OSError(-code, f"netlink: {os.strerror(-code)}")
