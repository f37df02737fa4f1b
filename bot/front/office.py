"""What the page says of the office itself: name, desk, emergency number; all of it from knowledge/."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge import Conoscenza, KnowledgeError, Ufficio, load, yaml_files
from knowledge.loader import FOLDER
from knowledge.models import Profilo
from knowledge.templates import opening_hours

logger = logging.getLogger(__name__)

EMERGENCY = "In caso di pericolo chiami subito il 112, il numero unico di emergenza. Questa chat non avvisa nessuno."


@dataclass(frozen=True)
class Office:
    """The office and its desk, as the page and its messages name them."""

    nome: str
    breve: str
    indirizzo: str
    sede: str
    sito: str
    sportello: str
    articolo: str
    dove: str
    orari: str
    telefono: str
    mail: str
    emergenza: str

    @property
    def contacts(self) -> str:
        """The desk's contacts in one phrase, to end a sentence with."""
        ways = [f"tel. {self.telefono}" if self.telefono else "", self.mail]
        return f"{self.articolo}{self.sportello}: " + ", ".join(w for w in ways if w)

    @property
    def unreachable(self) -> str:
        """What people read when Rasa does not answer."""
        return (
            "L'assistente in questo momento non risponde. Quello che ha scritto non è andato perso: "
            f"può riprovare tra qualche minuto oppure contattare {self.contacts}."
        )


def office_of(conoscenza: Conoscenza) -> Office:
    """The office of a knowledge that loads."""
    emergency = next((conoscenza.testo(a.id) for a in conoscenza.argomenti.values() if a.tipo == "emergenza"), EMERGENCY)
    return _office(conoscenza.profilo, conoscenza.uffici[conoscenza.profilo.sportello], emergency)


def load_office(folder: Path = FOLDER) -> tuple[Office, Conoscenza | None]:
    """The office and the knowledge it is read from.

    A fault in some other file of the knowledge is logged and stops the assistant, not the page: people must still find the
    contacts, so the profile and the desk are then read alone, and there is no knowledge. A fault in those two is raised: a page
    without an office is none.
    """
    try:
        conoscenza = load(folder)
        return office_of(conoscenza), conoscenza
    except KnowledgeError as error:
        logger.error("La conoscenza ha errori: il sito mostra i contatti, l'assistente non può rispondere.\n%s", error)
        try:
            profilo = Profilo(**_read(folder / "profilo.yml"))
            offices = [Ufficio(**item) for item in _read(folder / "uffici.yml")["uffici"]]
            return _office(profilo, next(u for u in offices if u.id == profilo.sportello), EMERGENCY), None
        except (OSError, yaml.YAMLError, ValueError, TypeError, KeyError, StopIteration):
            raise error from None


def _read(path: Path) -> Any:
    return yaml_files.read(path)


def _office(profilo: Profilo, sportello: Ufficio, emergency: str) -> Office:
    return Office(
        nome=profilo.nome,
        breve=profilo.breve,
        indirizzo=profilo.indirizzo,
        sede=profilo.sede,
        sito=profilo.sito,
        sportello=sportello.nome,
        articolo=sportello.articolo if sportello.articolo.endswith("'") else sportello.articolo + " ",
        dove=sportello.dove or "",
        orari=opening_hours(sportello.orari),
        telefono=sportello.telefono or "",
        mail=sportello.mail or "",
        emergenza=emergency,
    )
