"""A server's own addresses. The engine gives every server an address of the engine's choice (so that tenants may use the
same ranges); the address that the cloud's API shows is put beside it, on the same interface, before the server's init runs."""

import errno
import fcntl
import ipaddress
import os
import re
import socket
import struct
import time
from typing import Any

from . import kernel, netlink
from .names import Server

_SIOCGIFADDR, _SIOCSIFHWADDR, _ARPHRD_ETHER = 0x8915, 0x8924, 1
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
METADATA = ipaddress.IPv4Address("169.254.169.254")
_LISTEN_SECONDS, _LOOK_AGAIN_SECONDS = 20, 0.005
"""A container begins in half a second; a busy machine takes its time."""
_TCP_LISTEN = "0A"


def configure(server: Server, interfaces: list[dict[str, Any]]) -> None:
    """[{"engineAddress", "addresses": ["192.168.0.5/24"], "gone"?: ["192.168.0.6/24"], "mac"?, "metadata"?: true,
    "neighbours"?: ["192.168.0.7"], "listening"?: [22]}, ...]. Run it in a process of its own: it stays in the server's network
    namespace. With `metadata` the metadata service is reached through this interface; neighbours are reached through it from the
    engine's address. Returns once the container listens on the ports."""
    namespace = server.open("ns/net", os.O_RDONLY)
    kernel.setns(namespace, kernel.CLONE_NEWNET)
    os.close(namespace)
    with netlink.Routes() as routes:
        for wanted in interfaces:
            name = _interface_with(str(ipaddress.IPv4Address(wanted["engineAddress"])))
            if mac := wanted.get("mac"):
                _set_hardware_address(name, mac)
            addresses = [ipaddress.IPv4Interface(text) for text in wanted["addresses"]]
            for address in addresses:
                routes.add_address(name, address)
            for text in wanted.get("gone", []):
                routes.remove_address(name, ipaddress.IPv4Interface(text))
            for text in wanted.get("neighbours", []):
                routes.add_host_route(name, ipaddress.IPv4Address(text), source=ipaddress.IPv4Address(wanted["engineAddress"]))
            if wanted.get("metadata"):
                routes.add_host_route(name, METADATA, source=addresses[0].ip)
    _await_listeners(server, {port for wanted in interfaces for port in wanted.get("listening", [])})


def _await_listeners(server: Server, ports: set[int]) -> None:
    """ETIME if that takes too long, ESRCH once the container has ended. The kernel tells nobody that somebody listens, so look again
    and again."""
    deadline = time.monotonic() + _LISTEN_SECONDS
    while missing := ports - listened_ports(_connections(server)):
        if time.monotonic() > deadline:
            raise OSError(errno.ETIME, f"nothing listens on {sorted(missing)} after {_LISTEN_SECONDS} s")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _connections(server: Server) -> str:
    try:
        return server.read("net/tcp")
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessLookupError(errno.ESRCH, "the container ended before it listened") from None


def listened_ports(table: str) -> set[int]:
    """Of the text of /proc/PID/net/tcp: a row has a number, an address and port in hexadecimal, a remote one, and a state."""
    rows = (line.split() for line in table.splitlines()[1:])
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == _TCP_LISTEN}


def _interface_with(address: str) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:  # an interface without an address
                continue
            if socket.inet_ntoa(answer[20:24]) == address:
                return name
    raise OSError(errno.ENODEV, f"no interface with the address {address}")


def _set_hardware_address(interface: str, mac: str) -> None:
    """By ioctl: busybox would want a raw socket for it."""
    if not _MAC.fullmatch(mac.lower()):
        raise OSError(errno.EINVAL, f"not a MAC address: {mac!r}")
    request = struct.pack("16sH6s8x", interface.encode(), _ARPHRD_ETHER, bytes.fromhex(mac.replace(":", "")))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control.fileno(), _SIOCSIFHWADDR, request)
