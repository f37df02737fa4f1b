"""Programs that the measure runs: to their end, or for a while; and what the machine was doing meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.processes import TiedProcess, stop_all, tail, tied
from bot.settings import ROOT

KIBIBYTE = 1024
STOP_SECONDS = 15.0


class MeasureFailed(Exception):
    """Something could not be measured; the message says what, in Italian."""


def say(line: str) -> None:
    print(f"  {line}", flush=True)


def run(command: Sequence[str], log: Path, what: str, env: Mapping[str, str]) -> float:
    """Run a command to its end; the seconds it took. Raises MeasureFailed."""
    say(f"{what}…")
    started, process = time.monotonic(), TiedProcess(command, log, env)
    try:
        while (code := process.exit_code()) is None:
            time.sleep(0.1)
    finally:
        stop_all([process])
    if code:
        raise MeasureFailed(f"{what}: codice {code}. Ultime righe di {log}:\n{tail(log)}")
    return time.monotonic() - started


@contextmanager
def speaking(command: Sequence[str], ready: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program that prints a line when it is ready, for as long as it is needed. Raises MeasureFailed."""
    process = subprocess.Popen(
        tied(command), cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        heard = []
        for line in process.stdout:
            if line.startswith(ready):
                break
            heard.append(line)
        else:
            raise MeasureFailed(f"«{' '.join(command)}» non è partito:\n{''.join(heard)}")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS)


def family(pid: int) -> dict[int, str]:
    """The process and its descendants, each with its command line."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has just ended
    found, fresh = {pid}, {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh}
        found |= fresh
    return {p: _command(p) for p in found}


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()


def resident_bytes(pids: Sequence[int]) -> int:
    """Memory in RAM of those processes together (VmRSS; what they share is counted once for each)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) * KIBIBYTE
    return total


def load() -> float:
    """How many programs the machine was running on average in the last minute."""
    return round(os.getloadavg()[0], 2)
