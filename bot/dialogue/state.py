"""What the assistant remembers of a conversation: exactly what its own last messages say, nothing else.

Each reply carries a small record (Stato) in the metadata of the bot's utterance. Rasa keeps utterances in the tracker, so the
record survives restarts, is deleted with the conversation, and needs no slot and no trip to the action server.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional, Tuple, Type, TypeVar

METADATA_KEY = "stato"
READINGS_KEY = "letture"  # beside it, in the conversations of the staff: [[label, probability], …], best first
T = TypeVar("T")


@dataclass(frozen=True)
class Opzione:
    """A button that was offered: its title and the label it stands for."""

    titolo: str
    chiave: str


@dataclass(frozen=True)
class Conto:
    """A computation in progress, or just made (then nothing is asked).

    id: the calculator; valori: what is known, as JSON (calcolo.py gives the types back); chiesto: the parameter asked last;
    falliti: answers in a row that could not be read; lontano: turns since the result in which something else was spoken of.
    """

    id: str
    valori: Dict[str, Any] = field(default_factory=dict)
    chiesto: str = ""
    falliti: int = 0
    lontano: int = 0


@dataclass(frozen=True)
class Cammino:
    """A path of questions that leads to a form (knowledge/percorsi.yml), being walked.

    percorso, nodo: where it stands; risposte: the answers already known, as place of the answer by "path.question"; bozza:
    whether the request is then to be drafted; falliti: answers in a row that could not be read; note: what the answers add to the
    result; valori: data of the draft that they give.
    """

    percorso: str
    nodo: str = ""
    risposte: Dict[str, int] = field(default_factory=dict)
    bozza: bool = False
    falliti: int = 0
    note: Tuple[str, ...] = ()
    valori: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Compilazione:
    """A draft being filled in. What the person gave is in the drafts' own table (bot/storage/bozze.py), not here.

    id: of the draft; codice: the form; chiesti: the fields asked last; gruppi: the groups asked so far; falliti: answers in a row
    that could not be read; poi: the forms to draft afterwards; fase: "dati", "riepilogo" or "pronta".
    """

    id: int
    codice: str
    fase: str
    chiesti: Tuple[str, ...] = ()
    gruppi: Tuple[int, ...] = ()
    falliti: int = 0
    poi: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Stato:
    """The record of one reply.

    argomento: topic on the table; voce: last entry answered ("casellario.costo"); aspetto: aspect asked of a topic still unknown;
    opzioni: buttons offered; esito: what kind of reply it was; gradino: how many messages in a row were not understood; conto:
    the computation in progress or just made; cammino: the path of questions being walked; compilazione: the draft in hand.
    """

    argomento: str = ""
    voce: str = ""
    aspetto: str = ""
    opzioni: Tuple[Opzione, ...] = field(default_factory=tuple)
    esito: str = ""
    gradino: int = 0
    conto: Optional[Conto] = None
    cammino: Optional[Cammino] = None
    compilazione: Optional[Compilazione] = None

    def as_dict(self) -> Dict[str, Any]:
        """JSON-ready form."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Optional[Dict[str, Any]]) -> "Stato":
        """The inverse of as_dict; an empty record for None."""
        if not data:
            return Stato()
        options: List[Dict[str, str]] = data.get("opzioni") or []
        fields = {k: data[k] for k in ("argomento", "voce", "aspetto", "esito", "gradino") if k in data}
        return Stato(
            opzioni=tuple(Opzione(o["titolo"], o["chiave"]) for o in options),
            conto=_made(Conto, data.get("conto")),
            cammino=_made(Cammino, data.get("cammino")),
            compilazione=_made(Compilazione, data.get("compilazione")),
            **fields,
        )


def _made(kind: Type[T], data: Optional[Dict[str, Any]]) -> Optional[T]:
    """A record out of its JSON, whose lists are tuples; None for None."""
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}) if data else None
