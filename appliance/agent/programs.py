"""The programs of the helper's image that the agent starts."""

import errno
import subprocess

_WORDS = 400
"""Bytes that are kept of what a program says: of a hostile disk it may have any amount to say."""


def run(*command: str, good: tuple[int, ...] = (0,)) -> None:
    """ENOSPC or EREMOTEIO, with its last words, if a program ends otherwise. It is ended when this process is told that its time is over."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        assert program.stdout
        try:
            tail = b""
            while part := program.stdout.read1():
                tail = (tail + part)[-_WORDS:]
        except BaseException:
            program.kill()
            raise
    if program.returncode not in good:
        said = tail.decode("utf-8", "replace").strip()
        full = "No space left on device" in said
        raise OSError(errno.ENOSPC if full else errno.EREMOTEIO, f"{command[0]} ended with {program.returncode}: {said}")
