"""The launcher keeps its programs alive and leaves none behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import supervisor
from bot.processes import TiedProcess, stop_all, tail
from bot.settings import ROOT
from bot.supervisor import StartFailed, Supervisor, answers

from .fake_launcher import program
from .test_ports import free_port

Started = Callable[..., "Launched"]


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # a zombie runs no more; it waits for its parent to look


class Launched:
    """A launcher with stand-ins, in a process of its own."""

    def __init__(self, folder: Path, programs: int = 2) -> None:
        self.folder, self.ports = folder, [free_port() for _ in range(programs)]
        command = [sys.executable, str(Path(__file__).with_name("fake_launcher.py")), str(folder), *map(str, self.ports)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )

    def wait_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "pronto: finto\n"

    def pids(self) -> list[int]:
        """The programs running now, from their logs."""
        return [int((self.folder / f"{port}.log").read_text().split()[-1]) for port in self.ports]

    def grandchild(self) -> int:
        return int((self.folder / "figlio").read_text())


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    launcher = Launched(tmp_path)
    launcher.wait_ready()
    yield launcher
    launcher.process.kill()
    launcher.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_stops_everything(launched: Launched, number: signal.Signals) -> None:
    pids = [*launched.pids(), launched.grandchild()]
    assert all(alive(pid) for pid in pids)
    started = time.monotonic()
    launched.process.send_signal(number)
    output, _ = launched.process.communicate(timeout=12)
    assert time.monotonic() - started < 5  # although one of them is deaf to the polite request
    assert launched.process.returncode == 0
    assert "tutto fermo" in output
    assert not any(alive(pid) for pid in pids)


def test_a_second_ctrl_c_does_not_leave_anything_behind(launched: Launched) -> None:
    pids = [*launched.pids(), launched.grandchild()]
    launched.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    launched.process.send_signal(signal.SIGINT)
    launched.process.communicate(timeout=12)
    assert not any(alive(pid) for pid in pids)


def test_killed_outright_it_takes_its_programs_along(launched: Launched) -> None:
    pids = launched.pids()
    launched.process.kill()
    wait_for(lambda: not any(alive(pid) for pid in pids))
    if alive(launched.grandchild()):  # only the launcher could have known of it
        os.kill(launched.grandchild(), signal.SIGKILL)


def test_a_fallen_program_is_started_again(launched: Launched) -> None:
    before, orphan = launched.pids(), launched.grandchild()
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: launched.pids()[0] != before[0])
    assert launched.pids()[1] == before[1]
    assert not alive(orphan)  # what the fallen one had started does not stay in the way
    wait_for(lambda: answers(f"http://127.0.0.1:{launched.ports[0]}/"))
    launched.process.send_signal(signal.SIGTERM)
    output, _ = launched.process.communicate(timeout=12)
    assert f"finto-{launched.ports[0]} si è fermato (segnale 9): lo riavvio tra 1 s" in output


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeProcess:
    code: int | None = None

    def exit_code(self) -> int | None:
        return self.code


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(supervisor, "time", made)
    return made


def test_the_pause_grows_and_is_forgiven(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "TiedProcess", lambda *_: FakeProcess())
    said: list[str] = []
    flaky = program(tmp_path, "1")
    flaky.start()
    keeper = Supervisor([flaky], said.append)

    def fall() -> float:
        """Fall at once, and see how long it takes to be up again."""
        assert flaky.process is not None
        flaky.process.code = 1
        fell = clock.now
        keeper.check()
        while flaky.process is None:
            clock.sleep(0.5)
            keeper.check()
        return clock.now - fell

    assert [fall() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    clock.sleep(supervisor.STEADY_SECONDS)
    assert fall() == 1
    assert len(said) == 8
    assert "(codice 1): lo riavvio tra 30 s. Registro: " in said[6]


def test_a_program_that_cannot_start_is_said_with_its_last_words(tmp_path: Path) -> None:
    broken = program(tmp_path, "1")
    broken.command = [sys.executable, "-c", "print('manca il modello'); raise SystemExit(4)"]
    keeper = Supervisor([broken], lambda line: None)
    with pytest.raises(StartFailed) as error:
        keeper.start()
    assert "finto-1 non è partito (codice 4)" in str(error.value)
    assert "manca il modello" in str(error.value)


def test_a_program_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "READY_SECONDS", 1.0)
    monkeypatch.setattr(supervisor, "NEWS_SECONDS", 0.3)
    silent = program(tmp_path, str(free_port()))
    silent.command = [sys.executable, "-c", "import time; time.sleep(60)"]
    said: list[str] = []
    keeper = Supervisor([silent], said.append)
    try:
        with pytest.raises(StartFailed, match="non risponde dopo"):
            keeper.start()
    finally:
        keeper.stop()
    assert said and said[0].startswith(f"aspetto {silent.name}")


def test_logs_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.processes.LOG_BYTES", 2000)
    monkeypatch.setattr("bot.processes.LOG_COPIES", 2)
    log = tmp_path / "log" / "finto.log"
    process = TiedProcess(
        [sys.executable, "-c", "for n in range(500): print('riga', n, '\\N{LATIN SMALL LETTER E WITH GRAVE}')"], log
    )
    wait_for(lambda: process.exit_code() is not None)
    stop_all([process])
    assert sorted(p.name for p in log.parent.iterdir()) == ["finto.log", "finto.log.1", "finto.log.2"]
    assert all(p.stat().st_size <= 2000 for p in log.parent.iterdir())
    assert tail(log, lines=1).endswith("riga 499 è")
