"""What is kept from others while disks are copied, and for how long."""

import contextlib
import fcntl
import os
import tempfile
import unittest
from collections.abc import Iterator
from unittest import mock

from agent import points
from agent.names import Disk
from agent.pool import Pool
from agent.settings import Settings


class CopyTest(unittest.TestCase):
    """Two disks in use, the first by its file system. Files stand in for disks and devices, and what the kernel would do is noted, with whether
    others had to wait for it."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.pool = Pool(Settings("", 0, 0, 0, 0, 0, scratch.name))
        for folder in (self.pool.disks, self.pool.own, self.pool.parts):
            os.mkdir(folder)
        self.noted: list[tuple[str, bool]] = []
        files = []
        for name in ("one", "two"):
            with open(f"{self.pool.disks}/{name}", "wb") as file:
                seen = os.fstat(file.fileno())
                files.append((f"{self.pool.disks}/{name}", (seen.st_dev, seen.st_ino)))
        group = mock.Mock(path="group")
        for target, replacement in {
            "loops.loops_in_use": lambda: iter(files),
            "filesystems.seen_in_use": self.seen,
            "filesystems.has_journal": lambda _: True,
            "filesystems.replay_journal": lambda _: self.note("replayed"),
            "freezer.groups_seeing": lambda _: ([group], True),
            "freezer.held": self.held,
            "kernel.syncfs": lambda _: self.note("flushed"),
            "disks.share_bytes": lambda _: self.note("shared"),
            "loops.flush": lambda _: self.note("flushed"),
        }.items():
            patch = mock.patch(f"agent.points.{target}", replacement)
            patch.start()
            self.addCleanup(patch.stop)

    @contextlib.contextmanager
    def seen(self, file: tuple[int, int]) -> Iterator[int | None]:
        handle = os.open(self.pool.disks, os.O_PATH | os.O_DIRECTORY)
        yield handle if file[1] == os.stat(f"{self.pool.disks}/one").st_ino else None
        os.close(handle)

    @contextlib.contextmanager
    def held(self, groups: list[object]) -> Iterator[None]:
        self.note("held")
        yield
        self.note("let go")

    def note(self, what: str) -> None:
        lock = os.open(self.pool.own, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.noted.append((what, False))
        except BlockingIOError:
            self.noted.append((what, True))
        finally:
            os.close(lock)

    def test_others_are_kept_from_copying_only_while_servers_are_held_still(self) -> None:
        points.copy(self.pool, [(Disk("one"), Disk("copy-of-one")), (Disk("two"), Disk("copy-of-two"))])
        self.assertEqual(
            self.noted,
            [
                *[("flushed", False)] * 2,
                ("held", True),
                ("shared", True),
                ("let go", True),
                ("replayed", False),
            ],
        )
        self.assertEqual(sorted(os.listdir(self.pool.disks)), ["copy-of-one", "copy-of-two", "one", "two"])

    def test_a_disk_alone_is_copied_at_an_instant_so_nobody_is_held_or_waits(self) -> None:
        points.copy(self.pool, [(Disk("one"), Disk("copy"))])
        self.assertEqual(self.noted, [("flushed", False), ("shared", False), ("replayed", False)])

    def test_one_that_is_not_in_use_is_copied_as_it_is(self) -> None:
        with open(f"{self.pool.disks}/idle", "wb"):
            pass
        points.copy(self.pool, [(Disk("idle"), Disk("copy"))])
        self.assertEqual(self.noted, [("shared", False)])
