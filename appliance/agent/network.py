"""A server's own addresses. The engine gives every server an address of the engine's choice (so that tenants may use the
same ranges); the address that the cloud's API shows is put beside it, on the same interface, before the server's init runs."""

import errno
import fcntl
import ipaddress
import os
import re
import socket
import struct
from typing import Any

from . import kernel, netlink
from .names import Server

_SIOCGIFADDR, _SIOCSIFHWADDR, _ARPHRD_ETHER = 0x8915, 0x8924, 1
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
METADATA = ipaddress.IPv4Address("169.254.169.254")


def configure(server: Server, interfaces: list[dict[str, Any]]) -> None:
    """[{"engineAddress", "addresses": ["192.168.0.5/24"], "gone"?: ["192.168.0.6/24"], "mac"?, "metadata"?: true, "neighbours"?: ["192.168.0.7"]},
    ...]. Run it in a process of its own: it stays in the server's network namespace. With `metadata` the metadata service is reached through this
    interface; neighbours are reached through it from the engine's address."""
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
