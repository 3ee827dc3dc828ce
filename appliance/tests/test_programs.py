"""Programs that the agent starts."""

import errno
import os
import signal
import tempfile
import tracemalloc
import unittest

from agent.programs import run


class RunTest(unittest.TestCase):
    def test_an_end_that_is_not_good_is_an_error_with_the_programs_last_words(self) -> None:
        run("sh", "-c", "exit 1", good=(0, 1))
        with self.assertRaises(OSError) as caught:
            run("sh", "-c", "echo this; echo that >&2; exit 3")
        self.assertEqual((caught.exception.errno, caught.exception.strerror), (errno.EREMOTEIO, "sh ended with 3: this\nthat"))
        with self.assertRaises(OSError) as caught:
            run("sh", "-c", "echo No space left on device; exit 1")
        self.assertEqual(caught.exception.errno, errno.ENOSPC)

    def test_of_a_program_that_says_very_much_the_end_is_kept_alone(self) -> None:
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with self.assertRaises(OSError) as caught:
            run("sh", "-c", "head -c 20000000 /dev/zero; echo the end; exit 3")
        self.assertTrue(caught.exception.strerror.endswith("the end"))
        self.assertLess(tracemalloc.get_traced_memory()[1], 1_000_000)

    def test_a_program_ends_when_the_time_of_its_request_is_over(self) -> None:
        def out_of_time(*_: object) -> None:
            raise TimeoutError(errno.ETIMEDOUT, "the operation took too long")

        self.addCleanup(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, out_of_time))
        asleep = f"until grep -q '^State:.S' /proc/{os.getpid()}/status; do :; done"  # while it waits for the program
        with tempfile.NamedTemporaryFile() as noted:
            with self.assertRaises(TimeoutError):
                run("sh", "-c", f"echo $$ > {noted.name}; {asleep}; kill -ALRM {os.getpid()}; exec sleep 1000")
            with self.assertRaises(ProcessLookupError):
                os.kill(int(noted.read()), 0)
