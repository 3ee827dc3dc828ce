"""File systems are made fit for use: how, and who waits for whom."""

import contextlib
import errno
import os
import subprocess
import tempfile
import threading
import unittest
from collections.abc import Iterator
from unittest import mock

from agent import filesystems

_LONG = 20.0


class MendTest(unittest.TestCase):
    """What the kernel marks as damaged is mended before it is used. The tools that mend and damage are the real ones."""

    def setUp(self) -> None:
        scratch = tempfile.NamedTemporaryFile()
        self.addCleanup(scratch.close)
        self.descriptor, self.path = scratch.fileno(), scratch.name
        os.ftruncate(self.descriptor, 16 << 20)
        filesystems.make(self.path)

    def damage(self, *requests: str) -> None:
        for request in (*requests, "set_super_value state 2"):
            subprocess.run(["debugfs", "-w", "-R", request, self.path], check=True, capture_output=True)

    def test_what_is_marked_is_sound_afterwards_also_where_the_damage_leaves_a_doubt(self) -> None:
        for requests in ((), (f"write {__file__} lost", "unlink lost"), ("mkdir folder", "clri folder")):
            with self.subTest(requests):
                self.damage(*requests)
                filesystems._mend(self.descriptor, self.path)
                subprocess.run(["e2fsck", "-fn", self.path], check=True, capture_output=True)

    def test_a_disk_without_a_mark_is_left_as_it_is(self) -> None:
        with mock.patch.object(filesystems, "run") as run:
            filesystems._mend(self.descriptor, self.path)
        run.assert_not_called()


class MountRootTest(unittest.TestCase):
    """The kernel says EINVAL of a disk that holds no file system, which callers take for a word about their request."""

    def refused_with(self, number: int) -> int | None:
        refusal = mock.patch("agent.kernel.mount_detached", side_effect=OSError(number, os.strerror(number)))
        with refusal, self.assertRaises(OSError) as caught:
            filesystems.mount_root("/dev/loop0")
        return caught.exception.errno

    def test_what_holds_no_file_system_is_as_what_is_damaged(self) -> None:
        self.assertEqual(self.refused_with(errno.EINVAL), errno.EUCLEAN)

    def test_whatever_else_goes_wrong_stays_what_it_is(self) -> None:
        self.assertEqual(self.refused_with(errno.EIO), errno.EIO)


class DeviceForTest(unittest.TestCase):
    """Files stand in for disks and for their devices. One of them takes its time to be mended."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.addCleanup(self.go_on.set)
        self.noted: list[str] = []
        for target, replacement in {
            "filesystems._mend": self.mend,
            "filesystems._new_device": lambda _: contextlib.nullcontext("/dev/loop0"),
            "loops.held": lambda _: contextlib.nullcontext(None),
            "loops.loops_in_use": lambda: iter([]),
        }.items():
            patch = mock.patch(f"agent.{target}", replacement)
            patch.start()
            self.addCleanup(patch.stop)

    def mend(self, _: int, path: str) -> None:
        if path.endswith("damaged") and not self.begun.is_set():
            self.begun.set()
            self.assertTrue(self.go_on.wait(_LONG))
            self.noted.append("mended")

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[tuple[int, str]]:
        path = f"{self.folder}/{name}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            yield descriptor, path
        finally:
            os.close(descriptor)

    def take(self, name: str) -> threading.Thread:
        def work() -> None:
            with self.opened(name) as (descriptor, path), filesystems.device_for(descriptor, path):
                self.noted.append(name)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def test_a_disk_that_is_being_mended_keeps_those_waiting_that_want_it_and_nobody_else(self) -> None:
        first = self.take("damaged")
        self.assertTrue(self.begun.wait(_LONG))
        second = self.take("damaged")
        other = self.take("sound")
        other.join(_LONG)
        self.assertEqual(self.noted, ["sound"])
        self.go_on.set()
        for thread in (first, second):
            thread.join(_LONG)
        self.assertEqual(self.noted, ["sound", "mended", "damaged", "damaged"])
