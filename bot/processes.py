"""Processes that the launcher starts: in a group of their own, tied to its life, their output in a log that rotates."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread

from bot.settings import ROOT

LOG_BYTES = 2_000_000
LOG_COPIES = 5
STOP_SECONDS = 7.0  # from the polite request to the forced end
TAIL_LINES = 15


def tied(command: Sequence[str]) -> list[str]:
    """The command that runs another one and dies with this process."""
    return [sys.executable, "-m", "bot.tied", str(os.getpid()), *command]


class TiedProcess:
    """A running command. It dies with this process; its whole group ends with stop()."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.log = log
        self._process = subprocess.Popen(
            tied(command),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal reaches the launcher only, which stops everything in order
        )
        self.pid = self._process.pid
        self._pump = Thread(target=self._write_log, name=f"log-{log.stem}", daemon=True)
        self._pump.start()

    def _write_log(self) -> None:
        assert self._process.stdout is not None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(self.log, maxBytes=LOG_BYTES, backupCount=LOG_COPIES, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        with self._process.stdout as output:
            for line in output:
                text = line.decode("utf-8", "replace").rstrip()
                handler.emit(logging.LogRecord(self.log.stem, logging.INFO, "", 0, "%s", (text,), None))
        handler.close()

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        if self._process.returncode is None and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            self.kill()  # what it left behind; until it is waited for, its number cannot pass to a stranger's group
        return self._process.returncode

    def terminate(self) -> None:
        """Ask the whole group to end."""
        if self.exit_code() is None:
            os.killpg(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once, and wait for it."""
        if self._process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self._pump.join(timeout=1)


def stop_all(processes: Iterable[TiedProcess]) -> None:
    """End them all together: politely, and after some seconds by force."""
    running = [p for p in processes if p.exit_code() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and any(p.exit_code() is None for p in running):
        time.sleep(0.05)
    for process in running:
        process.kill()


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, indented for the terminal."""
    if not log.exists():
        return ""
    with log.open(encoding="utf-8", errors="replace") as file:
        return "".join(f"    {line}" for line in deque(file, maxlen=lines)).rstrip()
