"""Training in the background and going live, with a stand-in for the process that trains."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import active
from bot.active import Active
from bot.didattica.changes import Changes, Rifiutato
from bot.didattica.trainings import INTERRUPTED, Trainings
from bot.storage.addestramenti import FALLITO, IN_CORSO, INTERROTTO, PRONTO, Addestramento
from bot.training import fingerprint
from knowledge import Overlay, Versione

from .conftest import NOW, Write
from .test_overlay import ENTRY, OFFICE, QUESTIONS

FAKE = Path(__file__).with_name("fake_worker.py")


@dataclass
class Office:
    """A program with a lean knowledge and a model for it, a data folder, a database."""

    root: Path
    data: Path
    url: str
    changes: Changes

    def trainings(self, what: str = "bene") -> Trainings:
        worker = (sys.executable, str(FAKE), str(self.root), what)
        return Trainings(self.data, self.url, lambda: NOW, self.root / "knowledge", self.root, worker)

    def name(self, versione: Versione | None = None) -> str:
        return fingerprint(self.root, Overlay.read(self.data / "conoscenza", versione))

    @property
    def live(self) -> Active:
        return active.read(self.data)

    def models(self) -> set[str]:
        return {path.name.partition(".")[0] for path in (self.data / "modelli").glob("*.tar.gz")}


@pytest.fixture
def office(lean: Path, data: Path, url: str, tmp_path: Path, changes: Changes) -> Office:
    root = tmp_path / "programma"
    (root / "models").mkdir(parents=True)
    (root / "knowledge").symlink_to(lean)
    made = Office(root, data, url, changes)
    (root / "models" / f"{made.name()}.tar.gz").write_text("modello")
    return made


def ended(trainings: Trainings, number: int) -> Addestramento:
    trainings.wait(60)
    found = trainings.get(number)
    assert found is not None and found.stato != IN_CORSO
    return found


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_nothing_new_is_not_trained(office: Office) -> None:
    with pytest.raises(Rifiutato, match="niente di nuovo"):
        office.trainings().start("anna")
    with pytest.raises(Rifiutato, match="niente da pubblicare"):
        office.trainings().publish("anna")
    with pytest.raises(Rifiutato, match="precedente"):
        office.trainings().previous("anna")
    with pytest.raises(Rifiutato, match="non è pronto"):
        office.trainings().activate(1, "anna")


def test_facts_go_live_without_a_training_and_teaching_waits(office: Office) -> None:
    office.changes.add(QUESTIONS, "anna")
    office.changes.add(OFFICE, "anna")
    assert office.trainings().publish("anna") == Versione(0, 2)
    assert office.live == Active(Versione(0, 2), Versione(), None)
    with pytest.raises(Rifiutato, match="niente da pubblicare"):
        office.trainings().publish("anna")


def test_teaching_undone_before_it_was_learnt_needs_no_training(office: Office) -> None:
    office.changes.add(QUESTIONS, "anna")
    office.changes.undo(1, "anna")
    assert office.trainings().publish("anna") == Versione(2, 0)


def test_train_activate_and_back(office: Office) -> None:
    trainings = office.trainings()
    office.changes.add(QUESTIONS, "anna")
    office.changes.add(OFFICE, "anna")
    number = trainings.start("bruno")
    ready = ended(trainings, number)
    assert (ready.stato, ready.autore, ready.versione, ready.percento) == (PRONTO, "bruno", Versione(1, 2), 100)
    assert ready.impronta == office.name() and office.live == Active()  # nobody has said yes
    assert trainings.activate(number, "carla") == Versione(1, 2)
    assert office.live == Active(Versione(1, 2), Versione(), Versione())
    kept = trainings.get(number)
    assert kept is not None and (kept.attivato, kept.attivato_da) == (NOW, "carla")

    office.changes.add({**OFFICE, "campi": {"telefono": "0165.2"}}, "anna")
    assert trainings.publish("anna") == Versione(1, 3)
    assert office.live.precedente == Versione()  # facts change, the teaching to go back to does not
    assert trainings.previous("carla") == Versione(0, 3)  # the questions are forgotten, the phone stays
    assert trainings.previous("carla") == Versione(1, 3)


def test_facts_published_while_it_trained_are_not_lost(office: Office) -> None:
    trainings = office.trainings()
    office.changes.add(QUESTIONS, "anna")
    number = trainings.start("anna")
    office.changes.add(OFFICE, "anna")
    trainings.publish("anna")
    ended(trainings, number)
    assert trainings.activate(number, "anna") == Versione(1, 2)


def test_a_training_of_another_program_is_refused(office: Office) -> None:
    trainings = office.trainings()
    office.changes.add(QUESTIONS, "anna")
    number = trainings.start("anna")
    ended(trainings, number)
    (office.root / "config.yml").write_text("altro")
    with pytest.raises(Rifiutato, match="ne serve uno nuovo"):
        trainings.activate(number, "anna")
    with pytest.raises(Rifiutato, match="serve un addestramento"):
        office.changes.add(OFFICE, "anna")
        trainings.publish("anna")
    assert office.live == Active()


def test_a_failure_is_told_and_changes_nothing(office: Office) -> None:
    trainings = office.trainings("male")
    office.changes.add(QUESTIONS, "anna")
    failed = ended(trainings, trainings.start("anna"))
    assert (failed.stato, failed.errore) == (FALLITO, "Che disastro.")
    with pytest.raises(Rifiutato, match="non è pronto"):
        trainings.activate(failed.id, "anna")
    assert office.live == Active()


def test_one_at_a_time_and_killed_it_is_said_to_be_interrupted(office: Office) -> None:
    trainings = office.trainings("dorme")
    office.changes.add(QUESTIONS, "anna")
    number = trainings.start("anna")
    eventually(lambda: (found := trainings.get(number)) is not None and found.percento == 30)
    running = trainings.running()
    assert running is not None and running.id == number and trainings._process is not None
    with pytest.raises(Rifiutato, match="già in corso"):
        office.trainings().start("bruno")
    os.kill(trainings._process.pid, signal.SIGKILL)
    trainings._process.wait()
    found = office.trainings().get(number)  # another process of the site, after a restart
    assert found is not None and (found.stato, found.errore) == (INTERROTTO, INTERRUPTED)
    assert office.live == Active() and office.trainings().running() is None
    again = office.trainings()
    assert ended(again, again.start("bruno")).stato == PRONTO


def test_a_worker_that_cannot_start_is_told(office: Office) -> None:
    office.changes.add(QUESTIONS, "anna")
    broken = Trainings(office.data, office.url, lambda: NOW, office.root / "knowledge", office.root, ("/non/esiste",))
    found = broken.get(broken.start("anna"))
    assert found is not None and found.stato == FALLITO
    assert office.trainings().latest()[0].id == found.id


def test_a_file_nobody_can_read_is_to_be_set_aside_first(office: Office, write: Write) -> None:
    office.changes.add(QUESTIONS, "anna")
    write(2).write_text("tipo: [")
    for attempt in (lambda t: t.start("anna"), lambda t: t.publish("anna")):
        with pytest.raises(Rifiutato, match="messi da parte"):
            attempt(office.trainings())


def test_models_nobody_can_go_back_to_are_deleted(office: Office) -> None:
    trainings = office.trainings()
    names = []
    for content in (QUESTIONS, ENTRY, {**QUESTIONS, "domande": ["altra domanda"]}):
        office.changes.add(content, "anna")
        number = trainings.start("anna")
        ended(trainings, number)
        trainings.activate(number, "anna")
        active.change(office.data, lambda now: now.came_up(now.attivo))
        names.append(office.name())
    trainings.prune()
    assert office.models() == set(names[1:])
    trainings.prune(names[0])
    assert office.models() == set(names[1:])


def test_the_file_of_what_is_live_is_whole_whatever_happens(data: Path) -> None:
    """Killed with -9 over and over while it writes."""
    import subprocess

    program = (
        "import sys; from pathlib import Path; from bot import active; from knowledge import Versione\n"
        "print('via', flush=True); n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    active.change(Path(sys.argv[1]), lambda now: now.going_live(Versione(n, n)))\n"
    )
    for pause in (0.0, 0.03, 0.1, 0.3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
        )
        assert process.stdout is not None and process.stdout.readline() == b"via\n"
        time.sleep(pause)
        process.kill()
        process.communicate()
        assert active.read(data).nota == ""
    assert active.read(data).attivo != Versione()
    assert active.change(data, lambda now: Active()).attivo == Versione()  # nobody holds the lock


@pytest.mark.parametrize("text", ["", "{", "[]", '{"attivo": 3}', '{"attivo": {"insegnamento": "x", "fatti": 1}}'])
def test_a_spoilt_file_means_the_knowledge_as_it_came_and_says_so(data: Path, text: str) -> None:
    data.mkdir()
    (data / "modello.json").write_text(text)
    found = active.read(data)
    assert found.attivo == Versione() and "non si legge" in found.nota
