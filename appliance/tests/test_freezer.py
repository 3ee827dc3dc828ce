"""Which control group is held still for a server."""

import unittest

from agent.freezer import freezer_of

CONTAINER = "4f" * 32


class FreezerTest(unittest.TestCase):
    def test_both_forms_of_control_groups_are_known(self) -> None:
        self.assertEqual(freezer_of(f"3:freezer:/docker/{CONTAINER}\n0::/docker/{CONTAINER}\n"), f"/cgroup/freezer/docker/{CONTAINER}")
        self.assertEqual(freezer_of(f"0::/system.slice/docker-{CONTAINER}.scope\n"), f"/cgroup/system.slice/docker-{CONTAINER}.scope")

    def test_nothing_but_a_container_is_ever_held(self) -> None:
        for text in ("", "0::/\n", "3:freezer:/\n", "0::/init.scope\n", "0::/user.slice\n", f"0::/../{CONTAINER}\n", f"4:memory:/docker/{CONTAINER}\n"):
            self.assertIsNone(freezer_of(text), text)
