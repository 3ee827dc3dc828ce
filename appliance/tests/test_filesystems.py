"""Who waits for whom where disks are made fit for use."""

import contextlib
import os
import tempfile
import threading
import unittest
from collections.abc import Iterator
from unittest import mock

from agent import filesystems

_LONG = 20.0


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
