"""The programs of the helper's image that the agent starts."""

import errno
import subprocess


def run(*command: str, good: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode not in good:
        said = (done.stderr.strip() or done.stdout.strip())[-400:]
        full = "No space left on device" in said
        raise OSError(errno.ENOSPC if full else errno.EREMOTEIO, f"{command[0]} ended with {done.returncode}: {said}")
    return done.stdout
