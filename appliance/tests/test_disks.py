"""What disks take, by their block maps. Files in a folder stand in for the pool, and the maps for what the kernel would say of them."""

import os
import tempfile
import tracemalloc
import unittest
import unittest.mock
from collections.abc import Iterator

from agent import disks, extents
from agent.extents import Extent
from agent.names import Disk
from agent.pool import Pool
from agent.settings import Settings

SIZE = 1 << 30


class PoolTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        os.mkdir(f"{scratch.name}/disks")
        self.pool = Pool(Settings(state="/nowhere", uid=0, gid=0, pool_bytes=0, pool_floor=0, state_floor=0, pool=scratch.name))
        self.maps: dict[int, list[Extent]] = {}
        patched = unittest.mock.patch.object(extents, "extents_of", self.extents_of)
        patched.start()
        self.addCleanup(patched.stop)

    def extents_of(self, descriptor: int) -> Iterator[Extent]:
        return iter(self.maps[os.fstat(descriptor).st_ino])

    def disk(self, name: str, *found: Extent) -> Disk:
        disk = Disk(name)
        with open(self.pool.path(disk), "wb") as file:
            file.truncate(SIZE)
            self.maps[os.fstat(file.fileno()).st_ino] = list(found)
        return disk


class UsageTest(PoolTest):
    def test_blocks_that_several_disks_have_count_once_in_each_group_and_in_all(self) -> None:
        one = self.disk("one", Extent(0, 0, 100, True), Extent(100, 5000, 10, False))
        two = self.disk("two", Extent(0, 50, 100, True), Extent(SIZE - 1, 9000, 4096, False))
        amounts = [{"logical": SIZE, "stored": 110, "shared": 100}, {"logical": SIZE, "stored": 101, "shared": 100}]
        both = {"logical": 2 * SIZE, "stored": 161, "shared": 150}
        self.assertEqual(disks.usage_of(self.pool, [[one], [two, Disk("gone")]]), {"groups": amounts, "total": both})
        self.assertEqual(disks.usage_of(self.pool, [[one, two], [one]]), {"groups": [both, amounts[0]], "total": both})
        self.assertEqual([disks.usage(self.pool, disk) for disk in (one, two)], amounts)

    def test_the_maps_of_disks_that_were_cut_into_millions_of_pieces_fit_in_memory(self) -> None:
        number = 20_000
        copies = [self.disk(f"copy-{n}", *(Extent(at * 8192, at * 8192, 4096, True) for at in range(number))) for n in range(3)]
        alone = self.disk("alone", *(Extent(at * 8192, 1 << 40 | at * 8192, 4096, False) for at in range(number)))
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assertEqual(disks.usage_of(self.pool, [copies, [alone]])["total"]["stored"], 2 * number * 4096)
        self.assertLess(tracemalloc.get_traced_memory()[1], 200 * number)


class NamesTest(PoolTest):
    def test_disks_that_are_removed_while_they_are_listed_are_in_nobodys_way(self) -> None:
        for name in ("goes", "stays"):
            self.disk(name)
        seen = list(os.scandir(self.pool.disks))
        os.unlink(self.pool.path(Disk("goes")))
        with unittest.mock.patch.object(os, "scandir", return_value=iter(seen)):
            self.assertIn("stays", disks.names(self.pool))
        self.assertEqual(["stays"], disks.names(self.pool))
