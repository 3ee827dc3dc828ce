"""Who listens in a network namespace, as the kernel lists it."""

import unittest

from agent import network

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33021 1 0000000000000000 100 0 0 10 0
   1: 0200A8C0:0050 0300A8C0:01BB 01 00000000:00000000 00:00000000 00000000     0        0 33022 1 0000000000000000 20 4 30 10 -1
   2: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33023 1 0000000000000000 100 0 0 10 0
"""


class ListenedPortsTest(unittest.TestCase):
    def test_a_connection_is_no_listener(self) -> None:
        self.assertEqual(network.listened_ports(TABLE), {22, 443})

    def test_where_nobody_listens_there_is_none(self) -> None:
        self.assertEqual(network.listened_ports(TABLE.splitlines()[0]), set())
        self.assertEqual(network.listened_ports(""), set())
