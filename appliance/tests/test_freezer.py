"""Which control group is held still for a server, and that none stays so."""

import errno
import os
import tempfile
import unittest
from unittest import mock

from agent.freezer import Group, folder_of, freezer_of, groups_seeing, held

CONTAINER = "4f" * 32


class FreezerTest(unittest.TestCase):
    def test_both_forms_of_control_groups_are_known(self) -> None:
        self.assertEqual(freezer_of(f"3:freezer:/docker/{CONTAINER}\n0::/docker/{CONTAINER}\n"), f"/cgroup/freezer/docker/{CONTAINER}")
        self.assertEqual(freezer_of(f"0::/system.slice/docker-{CONTAINER}.scope\n"), f"/cgroup/system.slice/docker-{CONTAINER}.scope")

    def test_a_controller_of_version_1_is_not_looked_for_in_version_2(self) -> None:
        self.assertEqual(folder_of(f"5:devices:/docker/{CONTAINER}\n", "devices"), f"/cgroup/devices/docker/{CONTAINER}")
        self.assertIsNone(folder_of(f"0::/docker/{CONTAINER}\n", "devices"))
        self.assertIsNone(folder_of("5:devices:/\n0::/\n", "devices"))

    def test_nothing_but_a_container_is_ever_held(self) -> None:
        for text in ("", "0::/\n", "3:freezer:/\n", "0::/init.scope\n", "0::/user.slice\n", f"0::/../{CONTAINER}\n", f"4:memory:/docker/{CONTAINER}\n"):
            self.assertIsNone(freezer_of(text), text)


class HeldTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def group(self, name: str) -> Group:
        path = f"{self.folder}/{name}"
        os.mkdir(path)
        for file, text in (("cgroup.freeze", "0"), ("cgroup.events", "populated 1\nfrozen 1")):
            with open(f"{path}/{file}", "w", encoding="ascii") as made:
                made.write(text)
        return Group(path)

    def frozen(self, group: Group) -> str:
        with open(f"{group.path}/cgroup.freeze", encoding="ascii") as file:
            return file.read()

    def test_all_are_held_and_let_go(self) -> None:
        groups = [self.group("a"), self.group("b")]
        with held(groups):
            self.assertEqual([self.frozen(group) for group in groups], ["1", "1"])
        self.assertEqual([self.frozen(group) for group in groups], ["0", "0"])

    def test_a_container_that_is_gone_keeps_no_other_from_being_held_and_let_go(self) -> None:
        groups = [Group(f"{self.folder}/gone"), self.group("a")]
        with held(groups):
            self.assertEqual(self.frozen(groups[1]), "1")
        self.assertEqual(self.frozen(groups[1]), "0")

    def test_one_that_cannot_be_let_go_leaves_no_other_frozen(self) -> None:
        class Stuck(Group):
            def let_go(self) -> bool:
                raise OSError(errno.EIO, "stuck")

        groups = [self.group("a"), Stuck(self.group("b").path), self.group("c")]
        with self.assertRaises(OSError), held(groups):
            pass
        self.assertEqual([self.frozen(groups[0]), self.frozen(groups[2])], ["0", "0"])


class GroupsSeeingTest(unittest.TestCase):
    def test_one_that_ended_just_now_hides_no_other(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        living, ended = (f"0::/docker/{letter * 64}\n" for letter in "ab")
        path = f"{folder.name}/docker/{'a' * 64}"
        os.makedirs(path)
        with mock.patch("agent.freezer.ROOT", folder.name), mock.patch("agent.mounts.control_groups_seeing", lambda _: iter([living, ended])):
            self.assertEqual(groups_seeing({1}), ([Group(path)], False))
        with mock.patch("agent.freezer.ROOT", folder.name), mock.patch("agent.mounts.control_groups_seeing", lambda _: iter([living])):
            self.assertEqual(groups_seeing({1}), ([Group(path)], True))
