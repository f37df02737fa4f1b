"""Trainings in the background, and what goes live. The work itself is done by another process (work.py)."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot import active
from bot.didattica.changes import Rifiutato
from bot.settings import ROOT, settings
from bot.storage import addestramenti
from bot.storage.addestramenti import FALLITO, INTERROTTO, PRONTO, Addestramento
from bot.training import find_model, fingerprint
from knowledge import KnowledgeError, Overlay, Versione
from knowledge.loader import FOLDER
from knowledge.verify import verify

logger = logging.getLogger(__name__)

LOCK = "addestramento.lock"
WORK = "addestramenti"
LOG = "insegnamento.log"
PATIENCE_SECONDS = 1.0  # somebody who only looks holds the lock for a moment
INTERRUPTED = "L'addestramento è stato interrotto: l'assistente continua come prima. Si può ricominciare."
WORKER = (sys.executable, "-m", "bot.didattica.work")


class Trainings:
    """The trainings of one data folder. worker: the command that does the work, given a number and a descriptor to keep open."""

    def __init__(
        self,
        data: Path,
        database: str | None,
        clock: Callable[[], datetime],
        folder: Path = FOLDER,
        root: Path = ROOT,
        worker: Sequence[str] = WORKER,
    ) -> None:
        self._data, self._database, self._clock = data, database or settings().database_url, clock
        self._folder, self._root, self._worker = folder, root, worker
        self._process: subprocess.Popen[bytes] | None = None

    # Looking.

    def get(self, numero: int) -> Addestramento | None:
        """A training, as far as it is now. Raises ArchivioNonDisponibile."""
        self.settle()
        return addestramenti.get(numero, url=self._database)

    def latest(self, limit: int = 20) -> list[Addestramento]:
        """The last trainings, newest first. Raises ArchivioNonDisponibile."""
        self.settle()
        return addestramenti.latest(limit, url=self._database)

    def running(self) -> Addestramento | None:
        """The training that is going on. Raises ArchivioNonDisponibile."""
        self.settle()
        found = addestramenti.running(url=self._database)
        return found[-1] if found else None

    def settle(self) -> None:
        """Say of trainings whose process was killed that they were interrupted. Raises ArchivioNonDisponibile."""
        if self._process is not None and self._process.poll() is not None:  # also lets the system forget it
            self._process = None
        left = addestramenti.running(url=self._database)
        if not left:
            return
        descriptor = self._lock()
        if descriptor is None:
            return  # it holds the lock: it is alive
        try:
            for training in addestramenti.running(url=self._database):
                addestramenti.finish(training.id, INTERROTTO, self._clock(), errore=INTERRUPTED, url=self._database)
        finally:
            os.close(descriptor)

    # Doing.

    def start(self, autore: str, versione: Versione | None = None) -> int:
        """Begin a training, on all changes by default; its number. Raises Rifiutato, ArchivioNonDisponibile."""
        overlay = self._overlay()
        wanted = versione or overlay.ultima
        if versione is None and overlay.at(wanted).changes == overlay.at(active.read(self._data).attivo).changes:
            raise Rifiutato({"": "Non c'è niente di nuovo da imparare."})
        descriptor = self._lock(PATIENCE_SECONDS)
        if descriptor is None:
            raise Rifiutato({"": "Un addestramento è già in corso."})
        try:
            for training in addestramenti.running(url=self._database):
                addestramenti.finish(training.id, INTERROTTO, self._clock(), errore=INTERRUPTED, url=self._database)
            numero = addestramenti.create(autore, wanted, self._clock(), url=self._database)
            try:
                self._launch(numero, descriptor)
            except OSError as error:
                told = f"Il processo non è partito ({type(error).__name__})."
                addestramenti.finish(numero, FALLITO, self._clock(), errore=told, url=self._database)
            return numero
        finally:
            os.close(descriptor)  # the worker has its own: the lock lasts as long as it lives

    def publish(self, autore: str) -> Versione:
        """Make live what needs no training. Raises Rifiutato."""
        overlay, live = self._overlay(), active.read(self._data).attivo
        wanted = Versione(live.insegnamento, overlay.ultima.fatti)
        if self._name(overlay, overlay.ultima) == self._name(overlay, live):  # nothing to be learnt waits either
            wanted = overlay.ultima
        if overlay.at(wanted).history == overlay.at(live).history:
            raise Rifiutato({"": "Non c'è niente da pubblicare."})
        return self._go_live(overlay, wanted)

    def activate(self, numero: int, autore: str) -> Versione:
        """Make a training live, with the facts that were tried with it and those that came later. Raises Rifiutato."""
        training = addestramenti.get(numero, url=self._database)
        if training is None or training.stato != PRONTO:
            raise Rifiutato({"": "Questo addestramento non è pronto."})
        overlay, live = self._overlay(), active.read(self._data).attivo
        wanted = Versione(training.versione.insegnamento, max(training.versione.fatti, live.fatti))
        if self._name(overlay, wanted) != training.impronta:
            raise Rifiutato({"": "Il programma è cambiato dopo questo addestramento: ne serve uno nuovo."})
        self._go_live(overlay, wanted)
        addestramenti.went_live(numero, autore, self._clock(), url=self._database)
        return wanted

    def previous(self, autore: str) -> Versione:
        """Bring back the teaching before the last one, with the facts of now. Raises Rifiutato."""
        now = active.read(self._data)
        if now.precedente is None:
            raise Rifiutato({"": "Non c'è un modello precedente."})
        return self._go_live(self._overlay(), Versione(now.precedente.insegnamento, now.attivo.fatti))

    def prune(self, *names: str) -> None:
        """Delete taught models that are neither live nor to be brought back, nor among those names. Raises KnowledgeError."""
        now, overlay = active.read(self._data), Overlay.read(active.changes_folder(self._data))
        kept = {now.attivo, now.buono, *([now.precedente] if now.precedente else [])}
        wanted = {self._name(overlay, versione) for versione in kept} | set(names)
        for model in active.models_folder(self._data).glob("*.tar.gz"):
            if model.name.partition(".")[0] not in wanted:
                model.unlink(missing_ok=True)

    def _go_live(self, overlay: Overlay, wanted: Versione) -> Versione:
        faults, _ = verify(self._folder, overlay.at(wanted))
        if faults:
            raise Rifiutato({"": "\n".join(["La conoscenza non sarebbe in ordine.", *map(str, faults)])}, tuple(faults))
        if find_model(self._name(overlay, wanted), self._root, active.models_folder(self._data)) is None:
            raise Rifiutato({"": "Per questa versione non c'è un modello: serve un addestramento."})
        active.change(self._data, lambda now: now.going_live(wanted))
        return wanted

    def _overlay(self) -> Overlay:
        try:
            return Overlay.read(active.changes_folder(self._data))
        except KnowledgeError as error:
            told = "Ci sono cambiamenti che non si leggono: vanno prima messi da parte."
            raise Rifiutato({"": f"{told}\n{error}"}, tuple(error.guasti)) from error

    def _name(self, overlay: Overlay, versione: Versione) -> str:
        return fingerprint(self._root, overlay.at(versione))

    def _lock(self, patience: float = 0.0) -> int | None:
        """The descriptor of the lock of whoever trains; None while somebody does, even after those seconds."""
        self._data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return None
            time.sleep(0.05)

    def _launch(self, numero: int, descriptor: int) -> None:
        log = self._data / "log" / LOG
        log.parent.mkdir(parents=True, exist_ok=True)
        own = {"DATI": str(self._data), "DATABASE_URL": self._database, "PYTHONPATH": str(ROOT)}
        with log.open("wb") as output:
            # not tied to the thread that starts it (those of a web server come and go): it watches its parent by itself
            self._process = subprocess.Popen(
                [*self._worker, str(numero), str(descriptor)],
                cwd=ROOT,
                env={**os.environ, **own},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(descriptor,),
            )

    def wait(self, seconds: float) -> None:
        """Wait for the training that this process has started, for tests and tools."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
