"""What the agent is told when it starts; it keeps nothing else in memory."""

import argparse
from dataclasses import dataclass

POOL = "/pool"
"""Where the helper has the pool."""


@dataclass(frozen=True)
class Settings:
    state: str
    """The cloud's state folder, as seen from the helper."""
    uid: int
    gid: int
    """Whom the socket and the pool file belong to: the gateway, which may be an ordinary user."""
    pool_bytes: int
    """What all disks together can hold. The pool grows to it; where it is larger already, new work is refused above this."""
    pool_floor: int
    """Free bytes in the pool that new work must leave."""
    state_floor: int
    """Free bytes in the file system below the pool that new work must leave."""
    pool: str = POOL

    @property
    def socket(self) -> str:
        return f"{self.state}/agent.sock"

    @property
    def pool_file(self) -> str:
        return f"{self.state}/pool.xfs"


def from_arguments(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="agent")
    parser.add_argument("--state", required=True)
    for name in ("uid", "gid", "pool-bytes", "pool-floor", "state-floor"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return Settings(**vars(parser.parse_args(arguments)))
