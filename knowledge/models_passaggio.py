"""Shape of passaggio.yml: whether and how the office takes a conversation over from the assistant, and what is said then."""

from __future__ import annotations

import re
from typing import Any, Optional

from pydantic import Field, validator

from knowledge.models import _Modello

VALORI = ("apertura", "contatto", "giorni", "minuti", "nome", "posto")  # what a text may have filled in, in single braces
_VALORE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


def _known_values(value: Any) -> Any:
    """A text that asks only for values that are filled in. Raises ValueError, with an Italian message."""
    for name in _VALORE.findall(value) if isinstance(value, str) else ():
        if name not in VALORI:
            allowed = ", ".join("{" + known + "}" for known in VALORI)
            raise ValueError(f"{{{name}}} non esiste; si può scrivere: {allowed}")
    return value


class _Parole(_Modello):
    """Texts that may have values filled in."""

    _known = validator("*", allow_reuse=True)(_known_values)


class Foglia(_Parole):
    """How a wish for a person ends: what is said, and whether a question may be left to the office."""

    testo: str
    lascia_domanda: bool = True


class Foglie(_Modello):
    """The ends of the decision, each with its own words.

    non_attivo: the office does not answer here. fuori_orario, chiusura: it is closed, by its hours or for a holiday. nessuno: it
    is open and nobody is at the desk. occupati: who is there has enough conversations. coda: somebody is about to answer.
    """

    non_attivo: Foglia
    fuori_orario: Foglia
    chiusura: Foglia
    nessuno: Foglia
    occupati: Foglia
    coda: Foglia


class Testi(_Parole):
    """What the office says on the way, to who is waiting, talking, or leaving a question."""

    offerta: str
    rifiutata: str
    in_attesa: str
    attesa_lunga: str
    attesa_scaduta: str
    coda_lasciata: str
    preso: str
    restituito: str
    tornato: str
    operatore_muto: str
    abbandonata: str
    chiuso: str
    gia_assistente: str
    chiedi_domanda: str
    domanda_breve: str
    chiedi_nome: str
    nome_lungo: str
    chiedi_contatto: str
    contatto_mancante: str
    registrata: str
    annullata: str


class Pulsanti(_Parole):
    """The titles of the buttons."""

    operatore: str = Field(max_length=40)
    domanda: str = Field(max_length=40)
    rifiuta: str = Field(max_length=40)
    aspetto: str = Field(max_length=40)
    torna: str = Field(max_length=40)
    salta: str = Field(max_length=40)
    annulla: str = Field(max_length=40)


class RegolePassaggio(_Modello):
    """The rules of the hand-over.

    ufficio: the office whose opening hours count (the desk by default); per_operatore: how many conversations one person holds at
    most before the others wait; mostra_nome: whether people are told the first name of who answers, or only nome_generico.
    """

    attivo: bool
    ufficio: Optional[str] = None
    per_operatore: int = Field(ge=1, le=50)
    mostra_nome: bool
    nome_generico: str = Field(max_length=40)
    foglie: Foglie
    testi: Testi
    pulsanti: Pulsanti
