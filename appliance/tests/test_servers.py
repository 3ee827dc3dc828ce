"""What the kernel says of a process's mounts; the addresses that are asked of it."""

import errno
import ipaddress
import os
import unittest

from agent import mounts, netlink
from agent.ext import Superblock

MOUNTS = """\
600 500 0:55 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/x
601 600 0:58 / /proc rw,nosuid - proc proc rw
602 600 0:59 / /dev rw,nosuid - tmpfs tmpfs rw
603 602 0:60 / /dev/pts rw - devpts devpts rw
604 600 254:0 /containers/x/hosts /etc/with\\040blank rw - ext4 /dev/vda rw
605 600 7:12 / / rw,nodev - ext4 /dev/loop12 rw
"""


class MountsTest(unittest.TestCase):
    def test_the_root_is_the_topmost_mount_at_it(self) -> None:
        self.assertEqual(mounts.root_row(mounts.mount_rows(MOUNTS)).device, os.makedev(7, 12))

    def test_names_are_read_as_they_are(self) -> None:
        self.assertEqual([row.at for row in mounts.mount_rows(MOUNTS) if row.parent == 600][2], "/etc/with blank")


    def test_a_name_that_looks_like_the_end_of_a_field_or_line_is_none(self) -> None:
        for character in "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2003\u2028\u2029\u3000":
            rows = mounts.mount_rows(MOUNTS.replace("with", f"a{character}b"))
            self.assertEqual([row.at for row in rows if row.parent == 600][2], f"/etc/a{character}b blank")

    def test_the_node_of_a_loop_device_counts_as_the_device_and_no_other_file_does(self) -> None:
        node = "606 602 0:6 /loop12 /dev/vdb ro,nosuid shared:2 - devtmpfs devtmpfs rw\n"
        file = "607 602 0:7 /loop12 /dev/vdc ro,nosuid - tmpfs devtmpfs rw\n"
        rows = mounts.mount_rows(MOUNTS + node + file)
        self.assertEqual([(row.at, row.is_node) for row in rows if row.device == os.makedev(7, 12)], [("/", False), ("/dev/vdb", True)])
        self.assertEqual(rows[-1].device, os.makedev(0, 7))

    def test_a_process_that_left_its_root_has_none(self) -> None:
        with self.assertRaises(OSError) as caught:
            mounts.root_row(mounts.mount_rows("604 600 254:0 /x /etc/hosts rw - ext4 /dev/vda rw\n"))
        self.assertEqual(caught.exception.errno, errno.ESTALE)


class NetlinkTest(unittest.TestCase):
    def test_an_attribute_is_filled_up_to_four_bytes_but_says_its_own_length(self) -> None:
        self.assertEqual(netlink.attribute(2, b"abcde"), b"\x09\x00\x02\x00abcde\x00\x00\x00")

    def test_an_address_is_four_bytes(self) -> None:
        self.assertEqual(len(netlink.attribute(1, ipaddress.IPv4Address("10.0.0.1").packed)), 8)


class SuperblockTest(unittest.TestCase):
    def test_the_size_has_an_upper_half_only_where_the_file_system_is_made_for_it(self) -> None:
        block = bytearray(1024)
        block[0x4:0x8] = (256).to_bytes(4, "little")
        block[0x18:0x1C] = (2).to_bytes(4, "little")
        block[0x150:0x154] = (1).to_bytes(4, "little")
        self.assertEqual(Superblock(bytes(block)).size, 256 * 4096)
        block[0x60:0x64] = (0x80).to_bytes(4, "little")
        self.assertEqual(Superblock(bytes(block)).size, (256 + (1 << 32)) * 4096)
