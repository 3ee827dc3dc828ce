"""Differences between block maps."""

import unittest

from agent.extents import Extent, differing


def extent(offset: int, place: int, length: int) -> Extent:
    return Extent(offset, place, length, False)


class DifferingTest(unittest.TestCase):
    def test_the_same_blocks_do_not_differ_however_they_are_cut(self) -> None:
        whole = [extent(0, 1000, 30)]
        cut = [extent(0, 1000, 10), extent(10, 1010, 5), extent(15, 1015, 15)]
        self.assertEqual(differing(whole, cut), [])
        self.assertEqual(differing([], []), [])

    def test_other_blocks_new_blocks_and_holes_do(self) -> None:
        old = [extent(0, 1000, 30), extent(50, 2000, 10)]
        new = [extent(0, 1000, 10), extent(10, 5000, 5), extent(15, 1015, 15), extent(40, 6000, 5)]
        self.assertEqual(differing(old, new), [(10, 5), (40, 5), (50, 10)])
        self.assertEqual(differing(new, old), [(10, 5), (40, 5), (50, 10)])

    def test_neighbours_are_joined(self) -> None:
        self.assertEqual(differing([], [extent(0, 1, 4), extent(4, 900, 4), extent(8, 20, 4)]), [(0, 12)])

    def test_a_block_that_moved_is_a_difference(self) -> None:
        self.assertEqual(differing([extent(0, 100, 8)], [extent(0, 104, 8)]), [(0, 8)])
