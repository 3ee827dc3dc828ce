"""Work in a process of its own."""

import errno
import os
import signal
import unittest

from agent.processes import in_child


class InChildTest(unittest.TestCase):
    def setUp(self) -> None:
        self.begun, self.begin = self.pipe()
        self.gate, self.open_gate = self.pipe()
        self.done, self.do = self.pipe()

    def pipe(self) -> tuple[int, int]:
        ends = os.pipe()
        for end in ends:
            self.addCleanup(self.close, end)
        return ends

    def close(self, descriptor: int) -> None:
        try:
            os.close(descriptor)
        except OSError as error:
            self.assertEqual(error.errno, errno.EBADF)

    def work(self) -> None:
        os.write(self.begin, b"begun")
        os.read(self.gate, 1)
        os.write(self.do, b"done")

    def what_was_done(self) -> bytes:
        os.write(self.open_gate, b"x")
        os.close(self.do)
        return os.read(self.done, 100)

    def test_what_it_raises_is_raised_here(self) -> None:
        in_child(lambda: None)
        with self.assertRaises(OSError) as caught:
            in_child(lambda: os.rmdir("/"))
        self.assertEqual(caught.exception.errno, errno.EBUSY)
        with self.assertRaises(OSError) as caught:
            in_child(lambda: os.kill(os.getpid(), signal.SIGKILL))
        self.assertEqual(caught.exception.errno, errno.EINTR)

    def test_work_whose_time_is_over_is_not_done_later(self) -> None:
        def out_of_time(*_: object) -> None:
            raise TimeoutError(errno.ETIMEDOUT, "the operation took too long")

        def work() -> None:
            os.kill(os.getppid(), signal.SIGALRM)
            self.work()

        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, out_of_time))
        with self.assertRaises(TimeoutError):
            in_child(work)
        self.assertEqual(self.what_was_done(), b"")

    def test_work_ends_with_the_process_that_wanted_it(self) -> None:
        wanted_by = os.fork()
        if wanted_by == 0:
            try:
                in_child(self.work)
            finally:
                os._exit(0)
        os.read(self.begun, 100)
        os.kill(wanted_by, signal.SIGKILL)
        os.waitpid(wanted_by, 0)
        self.assertEqual(self.what_was_done(), b"")
