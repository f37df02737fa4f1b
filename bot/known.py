"""The knowledge in use: knowledge/ with the changes of the staff that are live. Every process of the assistant loads this one.

`python -m bot.known` checks it, as `make verifica` checks knowledge/ alone.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

from bot import active
from bot.settings import settings
from knowledge import Conoscenza, KnowledgeError, Overlay, Versione, load
from knowledge.loader import FOLDER, Guasto
from knowledge.overlay import change_of
from knowledge.verify import faults_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class InUse:
    """A knowledge with the version it has, and what was wrong with the version it should have."""

    conoscenza: Conoscenza
    overlay: Overlay
    versione: Versione
    guasti: tuple[Guasto, ...] = ()


def overlay_in_use(data: Path) -> Overlay:
    """The changes that are to be live. Raises KnowledgeError for files that cannot be read."""
    return Overlay.read(active.changes_folder(data), active.read(data).attivo)


def load_version(data: Path, versione: Versione, folder: Path = FOLDER) -> InUse:
    """The knowledge of a version or, where a change does not fit (any more), of the last version before it that does.

    Raises KnowledgeError only for faults of knowledge/ itself.
    """
    asked, faults = versione, []  # type: Versione, list[Guasto]
    while True:
        try:
            overlay = Overlay.read(active.changes_folder(data), versione)
            return InUse(load(folder, overlay), overlay, versione, tuple(faults))
        except KnowledgeError as error:
            faults += error.guasti
            if versione == Versione():
                raise
            numbers = [n for g in error.guasti if (n := change_of(g)) is not None]
            versione = versione.prima_di(min(numbers)) if numbers else Versione()
            logger.error("La versione %s della conoscenza non va: uso la %s.\n%s", asked, versione, error)


def load_in_use(data: Path | None = None, folder: Path = FOLDER) -> InUse:
    """The knowledge that is live in a data folder, by default that of the settings. Raises KnowledgeError."""
    data = data or settings().data_dir
    return load_version(data, active.read(data).attivo, folder)


def conoscenza_in_use() -> Conoscenza:
    """The knowledge that is live. Raises KnowledgeError."""
    return load_in_use().conoscenza


def main() -> int:
    """Command line: exit status 0 when the knowledge in use is sound, 1 otherwise. What was left out of it is only said."""
    try:
        found = load_in_use()
        faults = faults_of(found.conoscenza)
        for guasto in found.guasti:
            print(f"• resta fuori: {guasto}")
    except KnowledgeError as error:
        faults = error.guasti
    for fault in faults:
        print(f"✗ {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
