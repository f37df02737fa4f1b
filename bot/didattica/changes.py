"""The changes of the staff: checked before they are written, never written again, undone by another change."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot import active
from knowledge import Conoscenza, KnowledgeError, Overlay, Versione, load
from knowledge.loader import FOLDER, Guasto
from knowledge.models_cambiamenti import Annullamento, Cambiamento
from knowledge.overlay import NAME, change_from, change_of
from knowledge.reading import Reader
from knowledge.verify import faults_of

ASIDE = ".guasto"  # added to the name of a file that nobody can read


class Rifiutato(Exception):
    """A change that cannot be kept. `errori`: by key of the change ("voce.risposta", "" for all of it), what is wrong."""

    def __init__(self, errori: Mapping[str, str], guasti: tuple[Guasto, ...] = ()) -> None:
        self.errori, self.guasti = dict(errori), guasti
        super().__init__("\n".join(f"{key}: {text}" if key else text for key, text in self.errori.items()))


@dataclass(frozen=True)
class Passo:
    """A change in the history: whether it is live, whether it waits for a training, and what undid it."""

    cambiamento: Cambiamento
    insegna: bool
    attivo: bool
    annullato: Annullamento | None = None


class Changes:
    """The changes of one data folder."""

    def __init__(self, data: Path, clock: Callable[[], datetime], folder: Path = FOLDER) -> None:
        self.data, self._clock, self._knowledge = data, clock, folder
        self.folder = active.changes_folder(data)

    def overlay(self) -> Overlay:
        """All changes. Raises KnowledgeError for files that cannot be read."""
        return Overlay.read(self.folder)

    def problems(self) -> list[Guasto]:
        """What keeps the live version, or the newest one, from being used as it is. It takes seconds."""
        faults: list[Guasto] = []
        for versione in (active.read(self.data).attivo, None):
            try:
                overlay = Overlay.read(self.folder, versione)
                faults += faults_of(load(self._knowledge, overlay), self._knowledge)
            except KnowledgeError as error:
                faults += error.guasti
        return list(dict.fromkeys(faults))

    def history(self) -> list[Passo]:
        """Every change, newest first. Raises KnowledgeError for files that cannot be read."""
        overlay, live = self.overlay(), active.read(self.data).attivo
        at = overlay.at(live)
        present, undone = {c.numero for c in at.history}, overlay.undone
        steps = [
            Passo(c, overlay.teaches(c), c.numero in present and c.numero not in at.undone, undone.get(c.numero))
            for c in overlay.history
        ]
        return steps[::-1]

    def waiting(self) -> list[Passo]:
        """The changes that are not live yet, oldest first. Raises KnowledgeError."""
        overlay, live = self.overlay(), active.read(self.data).attivo
        present = {c.numero for c in overlay.at(live).history}
        undone = overlay.undone
        return [Passo(c, overlay.teaches(c), False, undone.get(c.numero)) for c in overlay.history if c.numero not in present]

    def draft(self, content: Mapping[str, Any], autore: str, motivo: str = "") -> tuple[Overlay, Cambiamento]:
        """A change that is only thought of, and the changes with it. Raises Rifiutato, KnowledgeError for files of before."""
        overlay = self.overlay()
        numero = overlay.history[-1].numero + 1 if overlay.history else 1
        reader = Reader(self.folder, f"{self.folder.name}/")
        said = {**content, "autore": autore, "quando": self._clock().isoformat(), **({"motivo": motivo} if motivo else {})}
        change = change_from(said, numero, reader, self.folder / f"{numero:06d}.yml")
        if change is None:
            raise Rifiutato({g.chiave: g.messaggio for g in reader.guasti})
        if isinstance(change, Annullamento):
            _undoable(overlay, change)
        return overlay.plus(change), change

    def checked(self, overlay: Overlay, change: Cambiamento) -> Conoscenza:
        """The whole knowledge with a change that is only thought of. Raises Rifiutato if it would not be sound."""
        try:
            conoscenza = load(self._knowledge, overlay)
            faults = faults_of(conoscenza, self._knowledge)
        except KnowledgeError as error:
            faults = error.guasti
        if faults:
            raise _refusal(faults, change)
        return conoscenza

    def add(self, content: Mapping[str, Any], autore: str, motivo: str = "") -> Cambiamento:
        """Check a change, and keep it: from now on it waits to go live.

        content: as in the file, without who and when. Raises Rifiutato; KnowledgeError when an older file cannot be read.
        """
        with self._locked():
            overlay, change = self.draft(content, autore, motivo)
            self.checked(overlay, change)
            said = {**content, "autore": autore, "quando": change.quando.isoformat(), **({"motivo": motivo} if motivo else {})}
            text = yaml.safe_dump(_plain(said), allow_unicode=True, sort_keys=False, width=130)
            active.replace_file(self.folder / f"{change.numero:06d}.yml", text)
            return change

    def undo(self, numero: int, autore: str, motivo: str = "") -> Cambiamento:
        """Undo a change, or an undoing. Raises Rifiutato when a later change needs it, or it is undone already."""
        return self.add({"tipo": "annulla", "annulla": numero}, autore, motivo)

    def set_aside(self, numero: int) -> Path:
        """Take a file that cannot be read out of the way, kept under another name. Raises Rifiutato for one that can."""
        with self._locked():
            path = self.folder / f"{numero:06d}.yml"
            try:
                unreadable: set[int | None] = set()
                Overlay.read(self.folder)
            except KnowledgeError as error:
                unreadable = {change_of(guasto) for guasto in error.guasti}
            if numero not in unreadable:
                raise Rifiutato({"": "Questo cambiamento si legge: per toglierlo si annulla."})
            return path.rename(path.with_name(path.name + ASIDE))

    def preview_version(self) -> Versione:
        """The live teaching with the newest facts. Raises KnowledgeError."""
        return Versione(active.read(self.data).attivo.insegnamento, self.overlay().ultima.fatti)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for left in self.folder.glob(".0*"):  # half a file of a process that was killed
                if NAME.search(left.name):
                    os.unlink(left)
            yield


def _undoable(overlay: Overlay, change: Annullamento) -> None:
    if overlay.change(change.annulla) is None:
        raise Rifiutato({"annulla": f"non c'è un cambiamento numero {change.annulla}"})
    if change.annulla in overlay.undone:
        raise Rifiutato({"annulla": f"il cambiamento numero {change.annulla} è già annullato"})


def _refusal(faults: list[Guasto], change: Cambiamento) -> Rifiutato:
    """The faults as errors by key: those of the change itself, or else those that it causes elsewhere."""
    own = [guasto for guasto in faults if guasto.file == change.file]
    if own:
        errors: dict[str, str] = {}
        for guasto in own:
            key = guasto.chiave
            errors[key] = f"{errors[key]}; {guasto.messaggio}" if key in errors else guasto.messaggio
        return Rifiutato(errors, tuple(faults))
    others = [n for guasto in faults if (n := change_of(guasto)) is not None]
    reason = "La conoscenza non sarebbe più in ordine."
    if others and isinstance(change, Annullamento):
        reason = f"Non si può annullare prima del cambiamento {others[0]}, che ne ha bisogno."
    elif others:
        reason = f"Va prima annullato il cambiamento {others[0]}, che non va più bene."
    return Rifiutato({"": "\n".join([reason, *map(str, faults)])}, tuple(faults))


def _plain(content: Any) -> Any:
    """The same without anything that only Python knows, and without what is empty."""
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_plain(value) for value in content]
    return content
