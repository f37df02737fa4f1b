"""`python -m bot.tied PARENT COMMAND...`: become that command, and die with the process PARENT however it dies.

A launcher killed with -9 can stop nobody; so every program it starts asks the kernel to be killed when the launcher goes.
It is a program of its own and not a preexec_fn, because running Python between fork and exec is unsafe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then exec the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the request was in force
        sys.exit(1)
    for number in (signal.SIGINT, signal.SIGHUP):  # a launcher in the background of a script ignores them; a program should not
        signal.signal(number, signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
