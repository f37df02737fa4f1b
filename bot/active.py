"""Which version of the taught knowledge is live: DATI/modello.json, written whole or not at all, watched by the launcher.

The model follows from it: the version and the files of the program say what was learnt, and that names the model
(training.fingerprint). So no file can name a model and a knowledge that do not belong together.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge import Versione
from knowledge.overlay import FOLDER_NAME

logger = logging.getLogger(__name__)

FILE = "modello.json"
LOCK = "modello.lock"
MODELS = "modelli"
AS_IT_CAME = Versione()


@dataclass(frozen=True)
class Active:
    """The version that is to be live, the last one that came up well, the one before the last teaching, and what happened.

    nota: in Italian, for the staff: why the assistant went back by itself; quando: when it did.
    """

    attivo: Versione = AS_IT_CAME
    buono: Versione = AS_IT_CAME
    precedente: Versione | None = None
    nota: str = ""
    quando: datetime | None = None

    def going_live(self, versione: Versione) -> Active:
        """The same with another version to be live. The former teaching can be brought back."""
        taught = versione.insegnamento != self.attivo.insegnamento
        return Active(versione, self.buono, self.attivo if taught else self.precedente)

    def came_up(self, versione: Versione) -> Active:
        """The same once that version answers."""
        return replace(self, buono=versione)

    def gone_back(self, failed: Versione, note: str, moment: datetime) -> Active:
        """The last good version again, unless something else is to be live by now."""
        if self.attivo != failed:
            return self
        before = self.precedente if self.precedente != self.buono else None
        return Active(self.buono, self.buono, before, note, moment)


def changes_folder(data: Path) -> Path:
    """Where the changes of the staff are."""
    return data / FOLDER_NAME


def models_folder(data: Path) -> Path:
    """Where the models trained with changes of the staff are."""
    return data / MODELS


def stamp(data: Path) -> int:
    """Changes when the file does."""
    try:
        return (data / FILE).stat().st_mtime_ns
    except OSError:
        return 0


def read(data: Path) -> Active:
    """What is to be live. A file that is not there, or that somebody spoilt, means the knowledge as it came."""
    try:
        content = json.loads((data / FILE).read_text(encoding="utf-8"))
        before, moment = content.get("precedente"), content.get("quando")
        return Active(
            _version(content["attivo"]),
            _version(content["buono"]),
            _version(before) if before else None,
            str(content.get("nota") or ""),
            datetime.fromisoformat(moment) if moment else None,
        )
    except FileNotFoundError:
        return Active()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.error("%s non si legge (%s): vale la conoscenza di partenza", data / FILE, type(error).__name__)
        return Active(nota=f"Il file {FILE} non si legge: l'assistente usa la conoscenza di partenza.")


def change(data: Path, how: Callable[[Active], Active]) -> Active:
    """Change what is to be live, one process at a time; what it is now. Raises OSError when the file cannot be written."""
    with _locked(data):
        before = read(data)
        after = how(before)
        if after != before or not (data / FILE).exists():
            _write(data / FILE, after)
        return after


def _version(content: Any) -> Versione:
    return Versione(int(content["insegnamento"]), int(content["fatti"]))


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("a") as file:  # the lock goes with the process, however it ends
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(path: Path, active: Active) -> None:
    content = asdict(active)
    content["quando"] = active.quando.isoformat() if active.quando else None
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=1))


def replace_file(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds the old content or the new one, whatever happens. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
