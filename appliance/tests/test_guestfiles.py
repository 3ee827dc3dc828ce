"""Files below a root folder that is somebody else's. A folder stands in for the disk: the kernel resolves both alike."""

import errno
import os
import stat
import tempfile
import unittest
import unittest.mock

from agent import guestfiles
from agent.names import GuestPath


class GuestFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.outside = f"{scratch.name}/outside"
        self.disk = f"{scratch.name}/disk"
        os.mkdir(self.disk)
        with open(self.outside, "w", encoding="ascii") as file:
            file.write("secret")
        self.root = os.open(self.disk, os.O_PATH | os.O_DIRECTORY)
        self.addCleanup(os.close, self.root)

    def read(self, path: str) -> bytes:
        return guestfiles.read(self.root, GuestPath(path), 0, 100)

    def write(self, path: str, data: bytes, mode: int | None = None) -> None:
        guestfiles.write(self.root, GuestPath(path), data, mode)

    def test_links_end_at_the_disks_own_root(self) -> None:
        os.symlink(self.outside, f"{self.disk}/absolute")
        os.symlink("../../../../../outside", f"{self.disk}/dots")
        os.symlink("/proc/self/root/etc/passwd", f"{self.disk}/magic")
        for path in ("/absolute", "/dots", "/magic", "/../outside"):
            with self.assertRaises(OSError, msg=path):
                self.read(path)
        with self.assertRaises(OSError):
            self.write("/absolute", b"x")
        with open(self.outside, encoding="ascii") as file:
            self.assertEqual(file.read(), "secret")

    def test_what_is_mounted_below_the_root_is_not_on_the_disk(self) -> None:
        root = os.open("/", os.O_PATH | os.O_DIRECTORY)
        self.addCleanup(os.close, root)
        for path in ("/proc/version", "/proc/self/environ", "/proc/../proc/version", "/dev/null", "/sys/kernel/uevent_seqnum"):
            for work in (
                lambda: guestfiles.read(root, GuestPath(path), 0, 100),
                lambda: guestfiles.write(root, GuestPath(path), b"x", None),
                lambda: guestfiles.listing(root, GuestPath(path)),
            ):
                with self.assertRaises(OSError, msg=path) as caught:
                    work()
                self.assertEqual(caught.exception.errno, errno.EXDEV)

    def test_a_link_inside_is_followed_and_what_it_leads_to_is_written(self) -> None:
        self.write("/etc/real", b"old")
        os.symlink("/etc/real", f"{self.disk}/link")
        self.write("/link", b"new")
        self.assertEqual(self.read("/etc/real"), b"new")
        self.assertTrue(os.path.islink(f"{self.disk}/link"))

    def test_only_regular_files_are_opened(self) -> None:
        os.mkfifo(f"{self.disk}/fifo")
        for work in (lambda: self.read("/fifo"), lambda: self.write("/fifo", b"x"), lambda: self.read("/")):
            with self.assertRaises(OSError):
                work()

    def test_a_replaced_file_keeps_its_mode_and_parents_are_made(self) -> None:
        self.write("/a/b/c", b"1", 0o600)
        self.write("/a/b/c", b"2")
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.disk}/a/b/c").st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.disk}/a").st_mode), 0o755)
        self.assertEqual(os.listdir(f"{self.disk}/a/b"), ["c"])

    def test_a_folder_that_is_made_has_its_mode_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0o077))
        self.write("/new/file", b"x")
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.disk}/new").st_mode), 0o755)
        self.assertEqual(os.umask(0o077), 0o077)

    def test_a_link_in_place_of_a_folder_that_was_just_made_changes_nothing_outside(self) -> None:
        os.chmod(self.outside, 0o600)

        def made_and_swapped(name: str, mode: int = 0o777, *, dir_fd: int) -> None:
            mkdir(name, mode, dir_fd=dir_fd)
            os.rename(f"{self.disk}/{name}", f"{self.disk}/aside")
            os.symlink(self.outside, f"{self.disk}/{name}")

        mkdir = os.mkdir
        with unittest.mock.patch.object(os, "mkdir", made_and_swapped), self.assertRaises(OSError):
            self.write("/new/file", b"x")
        self.assertEqual(stat.S_IMODE(os.stat(self.outside).st_mode), 0o600)

    def test_nothing_that_a_guest_put_there_beforehand_is_opened_in_place_of_a_new_file(self) -> None:
        for pid in range(os.getpid() - 5, os.getpid() + 5):
            os.mkfifo(fifo := f"{self.disk}/.cloudyard-part-{pid}")
            self.addCleanup(os.close, os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
        self.write("/file", b"x")
        self.assertEqual(self.read("/file"), b"x")

    def test_names_that_are_no_text_are_listed_all_the_same(self) -> None:
        with open(os.fsencode(self.disk) + b"/\xff\xfe", "wb"):
            pass
        self.assertEqual([entry["name"] for entry in guestfiles.listing(self.root, GuestPath("/"))], ["\ufffd\ufffd"])


    def test_of_a_folder_with_too_many_names_no_more_are_read_than_may_be_listed(self) -> None:
        for name in ("a", "b", "c"):
            os.mkdir(f"{self.disk}/{name}")
        folder = os.open(self.disk, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, folder)
        self.assertEqual(sorted(guestfiles.names_in(folder, 3)), ["a", "b", "c"])
        with self.assertRaises(OSError) as caught:
            guestfiles.names_in(folder, 2)
        self.assertEqual(caught.exception.errno, errno.EFBIG)


class PasswordTest(unittest.TestCase):
    def test_only_the_users_own_line_changes(self) -> None:
        lines = ["root:*:19000:0:99999:7:::", "rooter:!:1::::::"]
        self.assertEqual(guestfiles.with_password(lines, "root", "$6$a$b"), ["root:$6$a$b:19000:0:99999:7:::", lines[1]])

    def test_a_missing_line_is_added(self) -> None:
        self.assertEqual(guestfiles.with_password([], "root", "$6$a$b"), ["root:$6$a$b:19000:0:99999:7:::"])

    def test_a_form_that_would_make_another_line_is_refused(self) -> None:
        for crypted in ("a:b", "a\nroot::0", "a\0"):
            with self.assertRaises(OSError):
                guestfiles.set_password(-1, "root", crypted)
