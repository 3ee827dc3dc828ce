"""Two folders compared, as the roots of two disks are."""

import errno
import os
import tempfile
import unittest
import unittest.mock

from agent import compare
from agent.compare import Side, differences
from agent.names import GuestPath


class CompareTest(unittest.TestCase):
    def setUp(self) -> None:
        self.paths = []
        roots = []
        for _ in range(2):
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            root = os.open(folder.name, os.O_RDONLY | os.O_DIRECTORY)
            self.addCleanup(os.close, root)
            self.paths.append(folder.name)
            roots.append(root)
        self.sides = Side(roots[0]), Side(roots[1])

    def write(self, side: int, path: str, text: str = "", mode: int = 0o644) -> None:
        full = self.paths[side] + path
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(full, mode)

    def found(self, path: str = "/", behind: str | None = None, limit: int = 100) -> list[tuple[str, str, list[str]]]:
        after = GuestPath(behind) if behind else None
        return [(d["path"], d["change"], d["aspects"]) for d in differences(*self.sides, GuestPath(path), after, limit)]

    def test_each_kind_of_difference_is_named(self) -> None:
        for side in (0, 1):
            self.write(side, "/same", "same")
            self.write(side, "/content", f"side {side}")
            self.write(side, "/mode", mode=0o600 + side)
            os.symlink(f"target-{side}", f"{self.paths[side]}/link")
        self.write(0, "/gone/deep")
        self.write(1, "/new")
        self.write(0, "/type")
        os.mkdir(f"{self.paths[1]}/type")
        os.chmod(f"{self.paths[1]}/type", 0o644)
        self.assertEqual(
            self.found(),
            [
                ("/content", "CHANGED", ["content"]),
                ("/gone", "REMOVED", []),
                ("/gone/deep", "REMOVED", []),
                ("/link", "CHANGED", ["target"]),
                ("/mode", "CHANGED", ["mode"]),
                ("/new", "ADDED", []),
                ("/type", "CHANGED", ["type"]),
            ],
        )

    def test_pages_follow_each_other_without_a_gap_and_without_doubles(self) -> None:
        for name in ("/a", "/a-b", "/b/x", "/b/y/z", "/b-c", "/c"):
            self.write(1, name)
        everything = self.found()
        self.assertEqual([path for path, _, _ in everything], ["/a", "/a-b", "/b", "/b/x", "/b/y", "/b/y/z", "/b-c", "/c"])
        for size in (1, 2, 3):
            pages: list[tuple[str, str, list[str]]] = []
            while page := self.found(behind=pages[-1][0] if pages else None, limit=size):
                pages += page
            self.assertEqual(pages, everything)

    def test_names_that_are_no_text_do_not_stop_the_pages(self) -> None:
        for name in (b"a\xff", b"a\xfe", b"b"):
            with open(os.fsencode(self.paths[1]) + b"/" + name, "wb"):
                pass
        pages: list[str] = []
        while page := self.found(behind=pages[-1] if pages else None, limit=2):
            pages += [path for path, _, _ in page]
        self.assertEqual(pages, ["/a\ufffd", "/a\ufffd", "/b"])

    def test_a_part_can_be_compared_also_through_a_link(self) -> None:
        self.write(0, "/usr/lib/f", "1")
        self.write(1, "/usr/lib/f", "2")
        self.write(1, "/other")
        for side in (0, 1):
            os.symlink("usr/lib", f"{self.paths[side]}/lib")
        self.assertEqual(self.found("/usr"), [("/usr/lib/f", "CHANGED", ["content"])])
        self.assertEqual(self.found("/lib/f"), [("/usr/lib/f", "CHANGED", ["content"])])
        with self.assertRaises(FileNotFoundError):
            self.found("/none")
        with self.assertRaises(OSError):
            self.found("/usr", behind="/other")

    def test_a_folder_on_one_side_and_a_link_on_the_other_are_not_followed(self) -> None:
        self.write(0, "/d/f", "x")
        os.symlink("/etc", f"{self.paths[1]}/d")
        self.assertEqual([(path, change) for path, change, _ in self.found()], [("/d", "CHANGED"), ("/d/f", "REMOVED")])

    def test_names_of_the_folders_on_the_way_are_bounded_together(self) -> None:
        for name in "abc":
            for below in "xyz":
                self.write(1, f"/{name}/{below}")
        # Three folders and the files of one of them at a time.
        with unittest.mock.patch.object(compare, "_NAMES_LIMIT", 6):
            self.assertEqual(len(self.found()), 12)
        with unittest.mock.patch.object(compare, "_NAMES_LIMIT", 5), self.assertRaises(OSError) as refused:
            self.found()
        self.assertEqual(refused.exception.errno, errno.EFBIG)

    def test_paths_that_nobody_can_name_are_refused_by_where_they_begin(self) -> None:
        self.write(1, "/fine")
        folder = os.open(self.paths[1], os.O_RDONLY | os.O_DIRECTORY)
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=folder)
            below = os.open("d" * 250, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
        os.close(folder)
        with self.assertRaises(OSError) as refused:
            self.found()
        self.assertEqual(refused.exception.errno, errno.EFBIG)
        self.assertIn("4096 bytes", str(refused.exception))
        self.assertEqual(self.found("/fine"), [("/fine", "ADDED", [])])

    def test_large_holes_are_not_read(self) -> None:
        for side, last in ((0, b"a"), (1, b"b")):
            with open(f"{self.paths[side]}/sparse", "wb") as file:
                file.truncate(1 << 40)
                file.seek(1 << 39)
                file.write(b"same")
                file.seek((1 << 40) - 1)
                file.write(last)
        self.assertEqual(self.found(), [("/sparse", "CHANGED", ["content"])])
