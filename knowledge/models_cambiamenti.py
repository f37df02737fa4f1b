"""Shapes of the changes that the staff make to the knowledge: one change, one small file (knowledge/overlay.py lays them)."""

# ruff: noqa: RUF012 (pydantic copies the defaults of its models for each instance)

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Literal, Optional, Tuple, Type, Union

from pydantic import Field, root_validator, validator

from knowledge.models import _Modello

UFFICIO = ("orari", "dove", "telefono", "mail", "pec", "responsabile", "addetti", "nota")  # what may change of an office
PROFILO = ("indirizzo", "sede", "sito", "tariffe_pubblicate_al", "avviso_automatico")
RISPOSTA = ("etichetta", "risposta", "fonti")


class _Cambiamento(_Modello):
    """What every change says of itself: who made it, when, and why."""

    numero: int = Field(ge=1)
    autore: str = Field(max_length=80)
    quando: datetime
    motivo: Optional[str] = None

    @validator("quando")
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("il momento deve avere il fuso orario")
        return value

    @property
    def file(self) -> str:
        """The file of the change, as faults name it."""
        return f"conoscenza/{self.numero:06d}.yml"


def _only(allowed: Tuple[str, ...]) -> Any:
    def check(cls: type, value: Dict[str, Any]) -> Dict[str, Any]:
        for name in value:
            if name not in allowed:
                raise ValueError(f"«{name}» non si può cambiare da qui; si può: {', '.join(allowed)}")
        if not value:
            raise ValueError("non cambia nulla")
        return value

    return validator("campi", allow_reuse=True)(check)


class DomandeAggiunte(_Cambiamento):
    """More ways of asking an entry ("casellario.costo") or a topic ("fuori_ambito")."""

    tipo: Literal["domande"] = "domande"
    voce: str
    domande: List[str] = []
    seguiti: List[str] = []

    @root_validator(skip_on_failure=True)
    def _something(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not (values["domande"] or values["seguiti"]):
            raise ValueError("non c'è nessuna domanda")
        if values["seguiti"] and "." not in values["voce"]:
            raise ValueError("un argomento non ha seguiti: si scrivono in una voce")
        return values


class VoceAggiunta(_Cambiamento):
    """A new entry of a topic, written as in argomenti/*.yml."""

    tipo: Literal["voce"] = "voce"
    argomento: str
    voce: Dict[str, Any]


class RispostaCambiata(_Cambiamento):
    """Another answer, label or source of an entry that is there; its questions stay."""

    tipo: Literal["risposta"] = "risposta"
    voce: str
    campi: Dict[str, Any]

    _names = _only(RISPOSTA)


class UfficioCambiato(_Cambiamento):
    """Other hours, phones or addresses of an office; an empty value takes the old one away."""

    tipo: Literal["ufficio"] = "ufficio"
    ufficio: str
    campi: Dict[str, Any]

    _names = _only(UFFICIO)


class ProfiloCambiato(_Cambiamento):
    """Something else said of the whole office."""

    tipo: Literal["profilo"] = "profilo"
    campi: Dict[str, Any]

    _names = _only(PROFILO)


class ElementoCambiato(_Cambiamento):
    """A notice of the site, a closure or a dated notice of answers: written anew whole, or taken away (without `campi`).

    argomenti: the topics to whose answers a dated notice (tipo "avviso") is added, beyond those that name it already.
    """

    tipo: Literal["avviso_sito", "chiusura", "avviso"]
    id: str
    campi: Optional[Dict[str, Any]] = None
    argomenti: List[str] = []

    @root_validator(skip_on_failure=True)
    def _topics(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["argomenti"] and (values["tipo"] != "avviso" or values["campi"] is None):
            raise ValueError("gli argomenti si scrivono solo per un avviso delle risposte")
        return values


class EdizioneCambiata(_Cambiamento):
    """An edition of a fee table: a new one, or one that is there written anew."""

    tipo: Literal["tariffa"] = "tariffa"
    tariffa: str
    edizione: Dict[str, Any]


class Annullamento(_Cambiamento):
    """Undoes another change."""

    tipo: Literal["annulla"] = "annulla"
    annulla: int

    @root_validator(skip_on_failure=True)
    def _earlier(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["annulla"] >= values["numero"]:
            raise ValueError("si annulla soltanto un cambiamento fatto prima")
        return values


Cambiamento = Union[
    DomandeAggiunte,
    VoceAggiunta,
    RispostaCambiata,
    UfficioCambiato,
    ProfiloCambiato,
    ElementoCambiato,
    EdizioneCambiata,
    Annullamento,
]
TIPI_CAMBIAMENTO: Dict[str, Type[_Cambiamento]] = {
    "domande": DomandeAggiunte,
    "voce": VoceAggiunta,
    "risposta": RispostaCambiata,
    "ufficio": UfficioCambiato,
    "profilo": ProfiloCambiato,
    "avviso_sito": ElementoCambiato,
    "chiusura": ElementoCambiato,
    "avviso": ElementoCambiato,
    "tariffa": EdizioneCambiata,
    "annulla": Annullamento,
}
