"""What a request may name, and what it may not."""

import errno
import os
import subprocess
import unittest
import unittest.mock

from agent.names import Disk, GuestPath, Server, in_container, whole_number

CONTAINER = "4f" * 32
OTHER = "a0" * 32


class DiskTest(unittest.TestCase):
    def test_names_of_the_store_and_of_the_driver_are_taken(self) -> None:
        for name in ("a", "0", "server-1.vda", "a" * 80, "@base-0123"):
            self.assertEqual(Disk.parse(name).id, name)

    def test_nothing_that_could_be_a_path_is(self) -> None:
        for name in ("", ".", "..", "../a", "a/b", "A", "a" * 81, "a\0", "a\n", "-a", "@", "@../a", "@a/b", None, 7, ["a"]):
            with self.assertRaises(OSError, msg=repr(name)):
                Disk.parse(name)


class GuestPathTest(unittest.TestCase):
    def test_only_absolute_paths_are_taken(self) -> None:
        self.assertEqual(GuestPath.parse("/a/../b").text, "/a/../b")
        for path in ("", "a", "./a", "/a\0b", "/" + "a" * 4096, None, 3):
            with self.assertRaises(OSError, msg=repr(path)[:40]):
                GuestPath.parse(path)


class NumberTest(unittest.TestCase):
    def test_truth_values_and_negative_numbers_are_none(self) -> None:
        self.assertEqual(whole_number(0), 0)
        for value in (True, -1, 1.0, "1", None, 1 << 62):
            with self.assertRaises(OSError, msg=repr(value)):
                whole_number(value)


class ContainerTest(unittest.TestCase):
    def test_a_control_group_names_its_container_in_every_form(self) -> None:
        for text in (
            f"12:memory:/docker/{CONTAINER}\n11:cpu,cpuacct:/docker/{CONTAINER}\n0::/system.slice/containerd.service\n",
            f"0::/system.slice/docker-{CONTAINER}.scope\n",
            f"0::/../{CONTAINER}\n",
            f"0::/docker/{CONTAINER}/init.scope\n",
            f"1:name=systemd:/outer/docker/{OTHER}/docker/{CONTAINER}\n",
        ):
            self.assertTrue(in_container(text, CONTAINER), text)

    def test_another_container_or_a_part_of_a_name_is_not_it(self) -> None:
        for text in ("", "0::/\n", f"0::/docker/{OTHER}\n", f"0::/docker/{CONTAINER}0\n", f"0::/docker/x{CONTAINER}\n", f"0:{CONTAINER}:/\n"):
            self.assertFalse(in_container(text, CONTAINER), text)

    def test_a_process_outside_the_container_is_refused(self) -> None:
        with subprocess.Popen(["sleep", "60"]) as child:
            with self.assertRaises(ProcessLookupError):
                Server.parse({"pid": child.pid, "container": OTHER})
            child.kill()
        with self.assertRaises(ProcessLookupError):
            Server.parse({"pid": child.pid, "container": OTHER})

    def test_a_process_that_has_ended_is_not_there_also_before_its_parent_knows(self) -> None:
        with subprocess.Popen(["sleep", "60"]) as child:
            with unittest.mock.patch("agent.names.in_container", lambda *_: True):
                server = Server(child.pid, CONTAINER)
            os.close(server.root())
            with self.assertRaises(FileNotFoundError):
                server.open("nothing", os.O_RDONLY)
            child.kill()
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            for look in (
                server.root,
                lambda: server.open("ns/mnt", os.O_RDONLY),
                lambda: server.read("mountinfo"),
                lambda: server.stat("exe"),
            ):
                with self.assertRaises(OSError) as caught:
                    look()
                self.assertEqual(caught.exception.errno, errno.ESRCH)

    def test_what_is_no_server_is_refused(self) -> None:
        for value in ({"pid": 1, "container": OTHER}, {"pid": 99, "container": "x"}, {"pid": 99}, 4, None):
            with self.assertRaises(OSError, msg=repr(value)):
                Server.parse(value)
