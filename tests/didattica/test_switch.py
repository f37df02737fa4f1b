"""Going live with another version: the site stays up, what does not come up is given up, a kill at any moment is survived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from front.servers import free_port

from bot import active
from bot.active import Active
from bot.launcher import switched
from bot.settings import ROOT, Settings
from bot.supervisor import StartFailed, answers
from bot.switch import NOT_UP
from knowledge import Versione

ONE, TWO, BAD = Versione(0, 1), Versione(0, 2), Versione(0, 9)


class Launched:
    """A launcher with stand-ins, in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.site, self.rasa = data, free_port(), free_port()
        data.mkdir(parents=True, exist_ok=True)
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        script = str(Path(__file__).with_name("fake_launcher.py"))
        self.process = subprocess.Popen(
            [sys.executable, script, str(self.data), str(self.site), str(self.rasa)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(self.process, ready), daemon=True).start()
        assert ready.wait(60), "".join(self.said)

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line)
            if line.startswith("pronto"):
                ready.set()
        ready.set()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def starts(self) -> list[str]:
        """The versions for which Rasa was started, in order."""
        return (self.data / "avvii").read_text().split()

    def site_pid(self) -> str:
        return (self.data / "sito.log").read_text().split()[-1]

    def both_answer(self) -> bool:
        return all(answers(f"http://127.0.0.1:{port}/") for port in (self.site, self.rasa))

    def go_live(self, versione: Versione) -> None:
        active.change(self.data, lambda now: now.going_live(versione))


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def launched(data: Path) -> Iterator[Launched]:
    made = Launched(data)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(20)


def test_another_version_goes_live_and_the_site_stays(launched: Launched) -> None:
    launched.start()
    site = launched.site_pid()
    launched.go_live(ONE)
    eventually(lambda: active.read(launched.data).buono == ONE)
    assert launched.both_answer() and launched.site_pid() == site and launched.starts() == ["0.0", "0.1"]
    launched.go_live(TWO)
    eventually(lambda: active.read(launched.data).buono == TWO)
    assert launched.starts() == ["0.0", "0.1", "0.2"] and active.read(launched.data).nota == ""


@pytest.mark.parametrize("fault", ["rotte", "mute"])
def test_a_version_that_does_not_come_up_is_given_up_with_a_note(launched: Launched, fault: str) -> None:
    launched.start()
    (launched.data / fault).write_text("9")
    launched.go_live(ONE)
    eventually(lambda: active.read(launched.data).buono == ONE)
    launched.go_live(BAD)
    eventually(lambda: active.read(launched.data).nota)
    eventually(lambda: launched.starts()[-1] == "0.1" and launched.both_answer())
    now = active.read(launched.data)
    assert (now.attivo, now.buono, now.nota) == (ONE, ONE, NOT_UP) and now.quando is not None
    launched.go_live(TWO)  # and nothing is lost by it
    eventually(lambda: active.read(launched.data).buono == TWO)
    assert active.read(launched.data).nota == ""


@pytest.mark.parametrize("moment", [0.0, 0.2, 0.5, 1.0])
def test_killed_while_it_switches_it_starts_with_one_or_the_other(launched: Launched, moment: float) -> None:
    launched.start()
    launched.go_live(ONE)
    time.sleep(moment)
    launched.kill()
    launched.start()
    eventually(launched.both_answer)
    eventually(lambda: active.read(launched.data).buono == ONE)
    assert launched.starts()[-1] == "0.1"


@pytest.mark.parametrize("fault", ["rotte", "mute"])
def test_killed_while_it_switches_to_one_that_never_comes_up(launched: Launched, fault: str) -> None:
    launched.start()
    launched.go_live(ONE)
    eventually(lambda: active.read(launched.data).buono == ONE)
    launched.kill()
    (launched.data / fault).write_text("9")
    launched.go_live(BAD)
    launched.start()
    eventually(launched.both_answer)
    eventually(lambda: active.read(launched.data).nota == NOT_UP)
    assert active.read(launched.data).attivo == ONE and launched.starts()[-1] == "0.1"


def test_a_version_that_has_come_up_before_is_not_given_up(launched: Launched) -> None:
    """What keeps it from starting now is something else, and the person at the terminal reads what."""
    active.change(launched.data, lambda now: Active(BAD, BAD))
    (launched.data / "rotte").write_text("9")
    launched.start()
    assert launched.process is not None and launched.process.wait(60) == 1
    assert active.read(launched.data).attivo == BAD and any("non è partito" in line for line in launched.said)


def test_without_a_model_there_is_no_switch(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real programs of a version; training is nothing for the moment of a switch."""
    monkeypatch.setenv("DATI", str(data))
    values = Settings()
    folder = data / "conoscenza"
    folder.mkdir(parents=True)
    (folder / "000001.yml").write_text(
        "tipo: domande\nautore: anna\nquando: '2026-11-21T18:00:00+00:00'\nvoce: casellario.costo\ndomande: [mai sentita]\n"
    )
    with pytest.raises(StartFailed, match="non c'è un modello"):
        switched(values, Versione(1, 0))
    (folder / "000001.yml").write_text("tipo: [")
    with pytest.raises(StartFailed, match="non si leggono"):
        switched(values, Versione(1, 0))
