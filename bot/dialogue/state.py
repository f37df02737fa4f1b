"""What the assistant remembers of a conversation: exactly what its own last messages say, nothing else.

Each reply carries a small record (Stato) in the metadata of the bot's utterance. Rasa keeps utterances in the tracker, so the
record survives restarts, is deleted with the conversation, and needs no slot and no trip to the action server.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional, Tuple

METADATA_KEY = "stato"


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
class Stato:
    """The record of one reply.

    argomento: topic on the table; voce: last entry answered ("casellario.costo"); aspetto: aspect asked of a topic still unknown;
    opzioni: buttons offered; esito: what kind of reply it was; gradino: how many messages in a row were not understood; conto:
    the computation in progress or just made.
    """

    argomento: str = ""
    voce: str = ""
    aspetto: str = ""
    opzioni: Tuple[Opzione, ...] = field(default_factory=tuple)
    esito: str = ""
    gradino: int = 0
    conto: Optional[Conto] = None

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
        conto = Conto(**data["conto"]) if data.get("conto") else None
        return Stato(opzioni=tuple(Opzione(o["titolo"], o["chiave"]) for o in options), conto=conto, **fields)
