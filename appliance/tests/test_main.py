"""How a request that goes wrong is answered."""

import os
import socket
import types
import unittest
import unittest.mock

from agent import __main__ as main
from agent.operations import OPERATIONS, Operation

from .test_wire import POOL


class AnswerTest(unittest.TestCase):
    def answer_to(self, work: object) -> bytes:
        """In a process of its own, as the agent does it."""
        ours, theirs = socket.socketpair()
        with ours:
            child = os.fork()
            if child == 0:
                try:
                    with unittest.mock.patch.dict(OPERATIONS, {"work": Operation(work, {}, 30)}):
                        main.Agent.finish_request(types.SimpleNamespace(pool=POOL), theirs, None)
                finally:
                    os._exit(0)
            theirs.close()
            ours.sendall(b'{"op": "work"}\n')
            ours.shutdown(socket.SHUT_WR)
            with ours.makefile("rb") as stream:
                said = stream.read()
            os.waitpid(child, 0)
            return said

    def test_work_that_takes_more_memory_than_a_request_has_is_refused_and_says_so(self) -> None:
        with unittest.mock.patch.object(main, "MEMORY", 64 << 20):
            self.assertIn(b'"ENOMEM"', self.answer_to(lambda _: len([[n] for n in range(10_000_000)])))

    def test_a_defect_is_no_end_of_the_agent(self) -> None:
        self.assertIn(b'"EPROTO"', self.answer_to(lambda _: [][0]))
