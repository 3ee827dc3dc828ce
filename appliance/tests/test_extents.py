"""Block maps: what differs between two, and what several cover."""

import tracemalloc
import unittest
from collections.abc import Iterator

from agent.extents import Extent, covered, differing


def extent(offset: int, place: int, length: int) -> Extent:
    return Extent(offset, place, length, False)


def ranges(old: list[Extent], new: list[Extent]) -> list[tuple[int, int]]:
    return list(differing(old, new))


class DifferingTest(unittest.TestCase):
    def test_the_same_blocks_do_not_differ_however_they_are_cut(self) -> None:
        whole = [extent(0, 1000, 30)]
        cut = [extent(0, 1000, 10), extent(10, 1010, 5), extent(15, 1015, 15)]
        self.assertEqual(ranges(whole, cut), [])
        self.assertEqual(ranges([], []), [])

    def test_other_blocks_new_blocks_and_holes_do(self) -> None:
        old = [extent(0, 1000, 30), extent(50, 2000, 10)]
        new = [extent(0, 1000, 10), extent(10, 5000, 5), extent(15, 1015, 15), extent(40, 6000, 5)]
        self.assertEqual(ranges(old, new), [(10, 5), (40, 5), (50, 10)])
        self.assertEqual(ranges(new, old), [(10, 5), (40, 5), (50, 10)])

    def test_neighbours_are_joined(self) -> None:
        self.assertEqual(ranges([], [extent(0, 1, 4), extent(4, 900, 4), extent(8, 20, 4)]), [(0, 12)])

    def test_a_block_that_moved_is_a_difference(self) -> None:
        self.assertEqual(ranges([extent(0, 100, 8)], [extent(0, 104, 8)]), [(0, 8)])

    def test_millions_of_extents_are_not_held_in_memory(self) -> None:
        def cut(first_place: int) -> Iterator[Extent]:
            return (extent(n * 8192, first_place + n * 8192, 4096) for n in range(20_000))

        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assertEqual(sum(length for _, length in differing(cut(0), cut(4096))), 20_000 * 4096)
        self.assertLess(tracemalloc.get_traced_memory()[1], 100_000)


class CoveredTest(unittest.TestCase):
    def test_what_pieces_have_in_common_counts_once(self) -> None:
        self.assertEqual(covered([(0, 10), (5, 10), (5, 2), (20, 5)]), 20)
