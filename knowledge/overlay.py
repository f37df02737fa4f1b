"""The changes of the staff, read from their folder: which of them hold in a version of the knowledge.

A change is a file, numbered, never written again: 000012.yml. Undoing one is another change. There are two lanes: what the model
learns from (questions, new entries) holds only once a model was trained on it and somebody said yes; facts (hours, phones,
notices, fees, answers) need no training and do not wait for it. So a version is two numbers: the last change of each lane.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from knowledge import yaml_files
from knowledge.laying import Laying
from knowledge.models_cambiamenti import (
    TIPI_CAMBIAMENTO,
    Annullamento,
    Cambiamento,
    DomandeAggiunte,
    RispostaCambiata,
    VoceAggiunta,
)
from knowledge.reading import Guasto, KnowledgeError, Reader

NAME = re.compile(r"(\d{6})\.yml")
FOLDER_NAME = "conoscenza"
_FILE = re.compile(rf"{FOLDER_NAME}/(\d{{6}})\.yml")


@dataclass(frozen=True)
class Versione:
    """Up to which change each lane goes; (0, 0) is the knowledge as it came."""

    insegnamento: int = 0
    fatti: int = 0

    def __str__(self) -> str:
        return f"{self.insegnamento}.{self.fatti}"

    @property
    def ultimo(self) -> int:
        """The number of the last change that it may contain."""
        return max(self.insegnamento, self.fatti)

    def prima_di(self, numero: int) -> "Versione":
        """The version without that change and all that came after it."""
        return Versione(min(self.insegnamento, numero - 1), min(self.fatti, numero - 1))


@dataclass(frozen=True)
class Overlay:
    """The changes of a version. `changes` are those that hold, `history` also the undone ones and what undid them."""

    history: Tuple[Cambiamento, ...] = ()

    @staticmethod
    def read(folder: Path, versione: Optional[Versione] = None) -> "Overlay":
        """The changes of a version, of all of them if none is named; no folder, no changes.

        Raises KnowledgeError, with file, key and fault of each file that cannot be read.
        """
        numbers = sorted(int(match[1]) for p in folder.glob("*.yml") if (match := NAME.fullmatch(p.name)))
        reader = Reader(folder, f"{FOLDER_NAME}/")
        read = [_change(reader, folder, n) for n in numbers if versione is None or n <= versione.ultimo]
        if reader.guasti:
            raise KnowledgeError(reader.guasti)
        everything = Overlay(tuple(change for change in read if change is not None))
        return everything if versione is None else everything.at(versione)

    @property
    def ultima(self) -> Versione:
        """The version that has all these changes."""
        last = {True: 0, False: 0}
        for change in self.history:
            last[self.teaches(change)] = change.numero
        return Versione(last[True], last[False])

    @property
    def changes(self) -> Tuple[Cambiamento, ...]:
        """The changes that hold, in order."""
        undone = self.undone
        return tuple(c for c in self.history if c.numero not in undone and not isinstance(c, Annullamento))

    @property
    def undone(self) -> Dict[int, Annullamento]:
        """What undid each change that does not hold (undoing an undoing brings the change back)."""
        found: Dict[int, Annullamento] = {}
        for change in reversed(self.history):
            if isinstance(change, Annullamento) and change.numero not in found:
                found[change.annulla] = change
        return found

    def teaches(self, change: Cambiamento) -> bool:
        """Whether a change is of the lane that is trained."""
        if isinstance(change, Annullamento):
            undone = self.change(change.annulla)
            return undone is not None and self.teaches(undone)
        if isinstance(change, RispostaCambiata):  # of an entry that the staff wrote: it cannot hold before the entry does
            return change.voce in {f"{c.argomento}.{c.voce.get('id')}" for c in self.history if isinstance(c, VoceAggiunta)}
        return isinstance(change, (DomandeAggiunte, VoceAggiunta))

    def change(self, numero: int) -> Optional[Cambiamento]:
        """The change of that number."""
        return next((change for change in self.history if change.numero == numero), None)

    def at(self, versione: Versione) -> "Overlay":
        """The changes of a version."""
        kept = [c for c in self.history if c.numero <= (versione.insegnamento if self.teaches(c) else versione.fatti)]
        return Overlay(tuple(kept))

    def plus(self, change: Cambiamento) -> "Overlay":
        """The same with one change more."""
        return Overlay((*self.history, change))

    def laying(self) -> Laying:
        """What lays these changes over the files of one reading."""
        return Laying(self.changes)


def change_of(guasto: Guasto) -> Optional[int]:
    """The number of the change in which a fault is; None for a fault of knowledge/ itself."""
    match = _FILE.fullmatch(guasto.file)
    return int(match[1]) if match else None


def change_from(content: Dict[str, Any], numero: int, reader: Reader, path: Path) -> Optional[Cambiamento]:
    """The change that a file says, or None and a fault of the reader."""
    tipo = content.get("tipo")
    if not isinstance(tipo, str) or tipo not in TIPI_CAMBIAMENTO:
        reader.fault(path, ("tipo",), f"valore non ammesso; si può scrivere: {', '.join(TIPI_CAMBIAMENTO)}")
        return None
    if "numero" in content:
        reader.fault(path, ("numero",), "chiave sconosciuta")
        return None
    moment = content.get("quando")
    if not isinstance(moment, (str, datetime)):
        reader.fault(path, ("quando",), "manca (è obbligatorio)")
        return None
    model: Any = TIPI_CAMBIAMENTO[tipo]
    made: Optional[Cambiamento] = reader.one(model, path, {**content, "numero": numero})
    return made


def _change(reader: Reader, folder: Path, numero: int) -> Optional[Cambiamento]:
    path = folder / f"{numero:06d}.yml"
    content = reader.raw(path)
    return None if content is None else change_from(content, numero, reader, path)


def line_of(folder: Optional[Path], change: Cambiamento, keys: yaml_files.Percorso) -> Optional[int]:
    """The line of a key in the file of a change, None if the file is not written yet."""
    path = folder / f"{change.numero:06d}.yml" if folder else None
    return yaml_files.line_of(path, keys) if path is not None and path.exists() else None


__all__: List[str] = ["FOLDER_NAME", "NAME", "Overlay", "Versione", "change_from", "change_of", "line_of"]
