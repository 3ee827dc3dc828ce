"""Leave to open a device, in a group's own list."""

import os
import tempfile
import unittest
from unittest import mock

from agent import devices, freezer

NUMBER = os.makedev(7, 1)


class DevicesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        patch = mock.patch.object(freezer, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)

    def group(self, name: str, rules: str) -> None:
        os.makedirs(f"{self.root}/devices/{name}")
        with open(f"{self.root}/devices/{name}/devices.list", "w", encoding="ascii") as file:
            file.write(rules)

    def test_every_group_that_was_told_of_the_number_forgets_it_and_no_other_is_touched(self) -> None:
        self.group("one", "c 1:3 rwm\nb 7:1 r\n")
        self.group("two", "b 7:1 rw\n")
        self.group("all", "b 7:* rwm\n")
        self.group("ten", "b 7:10 rw\nc 7:1 rw\n")
        devices.deny_to_all(NUMBER)
        written = {name for name in ("one", "two", "all", "ten") if os.path.exists(f"{self.root}/devices/{name}/devices.deny")}
        self.assertEqual(written, {"one", "two"})
        with open(f"{self.root}/devices/one/devices.deny", encoding="ascii") as file:
            self.assertEqual(file.read(), "b 7:1 rwm")
