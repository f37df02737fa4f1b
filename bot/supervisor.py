"""Keeping programs alive: started together, restarted one by one when they fall, stopped together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.processes import TiedProcess, stop_all, tail

READY_SECONDS = 180.0
POLL_SECONDS = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0  # up for so long, a fall counts as the first one again
NEWS_SECONDS = 5.0

Say = Callable[[str], None]


class StartFailed(Exception):
    """A program fell or stayed silent at the first start; the message says which, in Italian."""


def answers(address: str) -> bool:
    """Whether a GET of that address of this machine succeeds."""
    try:
        with httpx.Client(trust_env=False, timeout=2.0) as client:  # no proxy between us and ourselves
            return client.get(address).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@dataclass
class Program:
    """One program to keep alive, and how to know that it answers."""

    name: str
    command: Sequence[str]
    log: Path
    health: str
    env: Mapping[str, str] = field(default_factory=dict)
    process: TiedProcess | None = field(default=None, init=False)
    pause: float = field(default=FIRST_PAUSE, init=False)
    changed: float = field(default=0.0, init=False)  # when it was started or fell

    def start(self) -> None:
        """Start it, whatever happened before."""
        self.process, self.changed = TiedProcess(self.command, self.log, self.env), time.monotonic()

    def fallen(self) -> int | None:
        """The exit code when it runs no more."""
        return self.process.exit_code() if self.process else None


class Supervisor:
    """Starts programs, watches them, stops them. Everything happens in the thread that calls it: the programs are tied to it."""

    def __init__(self, programs: Sequence[Program], say: Say) -> None:
        self.programs, self._say = programs, say

    def start(self) -> None:
        """Start all, and wait until all answer. Raises StartFailed."""
        for program in self.programs:
            program.start()
        self.wait()

    def switch(self, programs: Sequence[Program]) -> None:
        """Start these in the place of those of the same names, while the others go on, and wait until they answer.

        Raises StartFailed; they are then left as they are, for another switch.
        """
        names = {program.name for program in programs}
        stop_all([p.process for p in self.programs if p.name in names and p.process])
        others = [p for p in self.programs if p.name not in names]
        self.programs = [*others, *programs]
        for program in programs:
            program.start()
        self._wait(programs, others)

    def wait(self) -> None:
        """Wait until all answer. Raises StartFailed."""
        self._wait(self.programs)

    def _wait(self, programs: Sequence[Program], others: Sequence[Program] = ()) -> None:
        """Wait until all of them answer, keeping others alive. Raises StartFailed."""
        waiting, started, news = list(programs), time.monotonic(), NEWS_SECONDS
        while waiting:
            time.sleep(POLL_SECONDS)
            self.check(others)
            elapsed = time.monotonic() - started
            for program in waiting:
                if (code := program.fallen()) is not None:
                    raise StartFailed(f"{program.name} non è partito ({_cause(code)}). {_end_of(program.log)}")
            waiting = [p for p in waiting if not answers(p.health)]
            if elapsed > READY_SECONDS:
                raise StartFailed(f"{waiting[0].name} non risponde dopo {elapsed:.0f} s. {_end_of(waiting[0].log)}")
            if waiting and elapsed > news:
                self._say(f"aspetto {' e '.join(p.name for p in waiting)}… {elapsed:.0f} s")
                news += NEWS_SECONDS

    def check(self, programs: Sequence[Program] | None = None) -> None:
        """Restart what has fallen, after its pause. To be called often."""
        now = time.monotonic()
        for program in self.programs if programs is None else programs:
            if program.process is None:
                if now - program.changed >= program.pause:
                    program.pause = min(program.pause * 2, LONGEST_PAUSE)
                    program.start()
            elif (code := program.fallen()) is not None:
                if now - program.changed >= STEADY_SECONDS:
                    program.pause = FIRST_PAUSE
                program.process, program.changed = None, now
                when = f"lo riavvio tra {program.pause:.0f} s"
                self._say(f"{program.name} si è fermato ({_cause(code)}): {when}. Registro: {program.log}")

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Check for ever, and do something else at each turn."""
        while True:
            self.check()
            also()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop all."""
        stop_all([p.process for p in self.programs if p.process])


def _cause(code: int) -> str:
    return f"segnale {-code}" if code < 0 else f"codice {code}"


def _end_of(log: Path) -> str:
    last = tail(log)
    return f"Ultime righe di {log}:\n{last}" if last else f"Il suo registro, {log}, è vuoto."
