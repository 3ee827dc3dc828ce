"""Partition tables: made, read back, grown, and not believed where they lie."""

import os
import struct
import tempfile
import unittest
import zlib

from agent import ext, partitions
from agent.partitions import MARGIN, SECTOR, Area

MIB = 1 << 20


def put_superblock(descriptor: int, offset: int) -> None:
    block = bytearray(1024)
    struct.pack_into("<H", block, 0x38, 0xEF53)
    os.pwrite(descriptor, block, offset + ext.AT)


class DiskTest(unittest.TestCase):
    def setUp(self) -> None:
        file = tempfile.TemporaryFile()
        self.addCleanup(file.close)
        self.disk = file.fileno()
        os.ftruncate(self.disk, 64 * MIB)

    def with_gpt(self) -> Area:
        area = partitions.around(62 * MIB)
        partitions.write_new(self.disk, area)
        put_superblock(self.disk, area.offset)
        return area


class SuperblockTest(DiskTest):
    def test_blocks_larger_than_any_memory_are_no_file_system(self) -> None:
        put_superblock(self.disk, 0)
        for block_size, is_known in ((0, True), (6, True), (7, False), (0xFFFF_FFFF, False)):
            os.pwrite(self.disk, struct.pack("<I", block_size), ext.AT + 0x18)
            self.assertEqual(ext.superblock(self.disk) is not None, is_known, block_size)


class GptTest(DiskTest):
    def test_what_is_made_is_found(self) -> None:
        area = self.with_gpt()
        self.assertEqual(partitions.areas(self.disk), [area])
        self.assertEqual(partitions.file_system_area(self.disk), area)

    def test_the_second_copy_serves_where_the_first_is_damaged(self) -> None:
        area = self.with_gpt()
        os.pwrite(self.disk, b"x", 2 * SECTOR + 8)
        self.assertEqual(partitions.areas(self.disk), [area])
        os.pwrite(self.disk, b"x", 64 * MIB - SECTOR + 8)
        self.assertEqual(partitions.areas(self.disk), [])

    def test_the_partition_grows_with_the_disk(self) -> None:
        area = self.with_gpt()
        os.ftruncate(self.disk, 128 * MIB)
        partitions.grow_last(self.disk)
        self.assertEqual(partitions.areas(self.disk), [Area(area.offset, 126 * MIB)])
        os.pwrite(self.disk, bytes(SECTOR), SECTOR)
        self.assertEqual(partitions.areas(self.disk), [Area(area.offset, 126 * MIB)])

    def test_it_does_not_grow_for_less_than_is_told(self) -> None:
        area = self.with_gpt()
        os.ftruncate(self.disk, 65 * MIB)
        partitions.grow_last(self.disk, rest=4 * MIB)
        self.assertEqual(partitions.areas(self.disk), [area])

    def test_a_cut_in_the_middle_of_growth_leaves_one_whole_table(self) -> None:
        area = self.with_gpt()
        before = os.pread(self.disk, MARGIN, 0)
        os.ftruncate(self.disk, 128 * MIB)
        partitions.grow_last(self.disk)
        # The first copy is half written: its entries are new, its header is old.
        os.pwrite(self.disk, before[SECTOR : 2 * SECTOR], SECTOR)
        self.assertEqual(partitions.areas(self.disk), [Area(area.offset, 126 * MIB)])

    def test_a_table_beyond_the_disk_is_none(self) -> None:
        self.with_gpt()
        for at in (SECTOR, 64 * MIB - SECTOR):
            header = bytearray(os.pread(self.disk, 92, at))
            struct.pack_into("<Q", header, 72, 2**64 - 1)
            struct.pack_into("<I", header, 16, 0)
            struct.pack_into("<I", header, 16, zlib.crc32(header))
            os.pwrite(self.disk, header, at)
        self.assertEqual(partitions.areas(self.disk), [])
        partitions.grow_last(self.disk)

    def test_partitions_beyond_the_disk_are_left_out(self) -> None:
        self.with_gpt()
        os.ftruncate(self.disk, 32 * MIB)
        self.assertEqual(partitions.areas(self.disk), [])


class MbrTest(DiskTest):
    def with_mbr(self, *rows: tuple[int, int, int]) -> None:
        for index, row in enumerate(rows):
            os.pwrite(self.disk, struct.pack("<B3xB3xII", 0x80, *row), 446 + 16 * index)
        os.pwrite(self.disk, b"\x55\xaa", 510)

    def test_the_largest_partition_with_a_file_system_is_the_one(self) -> None:
        self.with_mbr((0x83, 63, 2048), (0x83, 4096, 65536), (0x82, 80000, 1000))
        put_superblock(self.disk, 63 * SECTOR)
        put_superblock(self.disk, 4096 * SECTOR)
        self.assertEqual(partitions.file_system_area(self.disk), Area(4096 * SECTOR, 65536 * SECTOR))

    def test_the_last_partition_grows(self) -> None:
        self.with_mbr((0x83, 2048, 2048), (0x83, 4096, 4096))
        partitions.grow_last(self.disk)
        self.assertEqual(partitions.areas(self.disk), [Area(MIB, MIB), Area(2 * MIB, 62 * MIB)])

    def test_a_boot_sector_of_something_else_is_no_table(self) -> None:
        os.pwrite(self.disk, b"\xff" * 512, 0)
        os.pwrite(self.disk, b"\x55\xaa", 510)
        self.assertEqual(partitions.areas(self.disk), [])
        self.assertIsNone(partitions.file_system_area(self.disk))

    def test_an_empty_disk_has_none(self) -> None:
        self.assertEqual(partitions.areas(self.disk), [])
        self.assertIsNone(partitions.file_system_area(self.disk))
