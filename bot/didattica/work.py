"""`python -m bot.didattica.work NUMBER DESCRIPTOR`: the process that trains, at the lowest priority, and dies with its parent.

It trains on a copy of the changes in a folder of its own, tries the model there, compares it with the one that is live, and
writes what it found to the database. Nothing of what people use is touched: killed at any moment, it leaves a working assistant.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import yaml

from bot import active
from bot.active import Active
from bot.dialogue.composer import Composer, phrases_of
from bot.didattica.compare import Insegnata, Risultato, compared, examine, taught_questions
from bot.didattica.questions import entry_vectors
from bot.didattica.trainings import WORK, Trainings
from bot.known import load_version
from bot.prove.cases import cases
from bot.prove.patterns import Patterns
from bot.prove.running import rasa_of
from bot.settings import ROOT, Settings, settings
from bot.storage import addestramenti
from bot.storage.addestramenti import FALLITO, PRONTO
from bot.storage.database import ArchivioNonDisponibile
from bot.supervisor import StartFailed
from bot.training import Taught, TrainingFailed, ensure_model, find_model, fingerprint
from knowledge import Overlay, Versione
from knowledge.loader import FOLDER
from knowledge.verify import verify

logger = logging.getLogger(__name__)

LOWEST_PRIORITY = 19
USUAL_SECONDS = 120.0  # of a training beside a running assistant: only for the percentage
CHECK, TRAIN, BEFORE, AFTER, ALL = 2, 5, 55, 75, 98  # percent at which each phase begins
Told = Callable[[str, float], None]


def die_with_parent() -> None:
    """End this process, and with it all it has started, soon after its parent has ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def copy_version(data: Path, folder: Path, overlay: Overlay, versione: Versione) -> Overlay:
    """A data folder where a version is live, with its changes and no others; those changes."""
    shutil.rmtree(folder, ignore_errors=True)
    changes = active.changes_folder(folder)
    changes.mkdir(parents=True)
    wanted = overlay.at(versione)
    for change in wanted.history:
        name = f"{change.numero:06d}.yml"
        shutil.copyfile(active.changes_folder(data) / name, changes / name)
    active.change(folder, lambda now: Active(versione, versione))
    return wanted


class Work:
    """One training."""

    def __init__(self, numero: int, values: Settings, clock: Callable[[], datetime]) -> None:
        self._values, self._data, self._clock = values, values.data_dir, clock
        self._folder = self._data / WORK / str(numero)
        self._numero, self._url = numero, values.database_url

    def run(self) -> None:
        """Do it; whatever happens, the database says how it ended. Raises ArchivioNonDisponibile."""
        training = addestramenti.get(self._numero, url=self._url)
        if training is None:
            return
        try:
            self._run(training.versione)
        except (TrainingFailed, StartFailed) as error:
            self._fail(str(error))
        except ArchivioNonDisponibile:
            raise
        except Exception as error:  # the staff must read that it failed, whatever it was
            logger.exception("Addestramento %s fallito", self._numero)
            self._fail(f"Qualcosa non ha funzionato ({type(error).__name__}). Registro: {self._data / 'log'}")
        finally:
            self._clear()

    def _clear(self) -> None:
        """Take away what was only for the trial."""
        for name in ("prima", "dopo"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        with suppress(OSError):
            self._folder.rmdir()

    def _run(self, versione: Versione) -> None:
        overlay = Overlay.read(active.changes_folder(self._data))
        after = copy_version(self._data, self._folder / "dopo", overlay, versione)
        self._tell("controllo", CHECK)
        faults, _ = verify(FOLDER, after)
        if faults:
            raise TrainingFailed("\n".join(["La conoscenza ha degli errori.", *map(str, faults)]))
        model = self._train(after)
        live = active.read(self._data).attivo
        taught = taught_questions(after)
        self._tell("prove con il modello di prima", BEFORE)
        former = copy_version(self._data, self._folder / "prima", overlay, live)
        old = find_model(fingerprint(ROOT, former), ROOT, active.models_folder(self._data))
        earlier = self._examine("prima", old, live, taught, BEFORE, AFTER) if old else None
        self._tell("prove con il modello nuovo", AFTER)
        later = self._examine("dopo", model, versione, taught, AFTER, ALL)
        self._tell("suggerimenti", ALL)
        entry_vectors(load_version(self._folder / "dopo", versione).conoscenza, self._data / "cache")
        outcome, name = compared(earlier, later, taught), model.name.partition(".")[0]
        self._clear()
        addestramenti.finish(self._numero, PRONTO, self._clock(), impronta=name, esito=outcome, url=self._url)
        Trainings(self._data, self._url, self._clock).prune(name)

    def _train(self, after: Overlay) -> Path:
        began = time.monotonic()

        def say(line: str) -> None:
            share = min((time.monotonic() - began) / USUAL_SECONDS, 1.0)
            self._tell("addestramento", TRAIN + int(share * (BEFORE - TRAIN - 1)))

        taught = Taught(after, self._folder / "dopo", active.models_folder(self._data))
        log = self._data / "log" / "insegnamento-addestramento.log"
        return ensure_model(say, log=log, verify=(sys.executable, "-c", "pass"), taught=taught)  # checked a moment ago

    def _examine(self, name: str, model: Path, versione: Versione, taught: list[Insegnata], start: int, end: int) -> Risultato:
        folder = self._folder / name
        conoscenza = load_version(folder, versione).conoscenza
        domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
        patterns = Patterns(Composer(conoscenza, phrases_of(domain["responses"])))
        phase = "prove con il modello di prima" if name == "prima" else "prove con il modello nuovo"
        said = [start]

        def told(share: float) -> None:
            percent = start + int(share * (end - start - 1))
            if percent > said[-1]:
                said.append(percent)
                self._tell(phase, percent)

        with rasa_of(model, folder, self._values) as talker:
            return examine(talker.conversation, cases(), taught, conoscenza, patterns, told)

    def _tell(self, phase: str, percent: int) -> None:
        addestramenti.progress(self._numero, phase, percent, url=self._url)

    def _fail(self, reason: str) -> None:
        addestramenti.finish(self._numero, FALLITO, self._clock(), errore=reason, url=self._url)


def main() -> int:
    """Do the training of that number. The descriptor, inherited, holds the lock until this process ends."""
    die_with_parent()
    os.umask(0o077)
    os.nice(LOWEST_PRIORITY)
    logging.basicConfig(level=logging.WARNING)
    Work(int(sys.argv[1]), settings(), lambda: datetime.now(timezone.utc)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
