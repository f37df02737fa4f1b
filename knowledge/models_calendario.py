"""Shapes of chiusure.yml: the days on which the offices are closed beyond Sundays and national holidays, the site's notices."""

# ruff: noqa: RUF012 (pydantic copies the defaults of its models for each instance)

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Dict, Iterator, List, Optional

from pydantic import Field, root_validator, validator

from knowledge.models import Fonte, Giorno, _ConId, _Modello, parse_clock

TUTTI = "tutti"  # in the place of the list of offices
MESI = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)
PREAVVISO = timedelta(days=7)  # how long before a closure its notice is shown, unless it says so itself
_ANNO_BISESTILE = 2024


class Ricorrenza(_ConId):
    """A day of every year on which all the offices are closed: the patron saint's; `giorno` as in "7 settembre"."""

    nome: str
    giorno: str
    fonti: List[Fonte] = Field(min_items=1)

    @validator("giorno")
    def _day_of_a_year(cls, value: str) -> str:
        number, _, month = value.partition(" ")
        try:
            date(_ANNO_BISESTILE, MESI.index(month) + 1, int(number))
        except ValueError:
            raise ValueError(f"giorno non valido: {value!r}. Si scrive per esempio 7 settembre") from None
        return value

    def cade(self, giorno: date) -> bool:
        """Whether it is that day."""
        return self.giorno == f"{giorno.day} {MESI[giorno.month - 1]}"


class _Periodo(_ConId):
    """Days from one to another, both counted; dalle, alle: only those hours of each day."""

    dal: Giorno
    al: Optional[Giorno] = None
    dalle: Optional[time] = None
    alle: Optional[time] = None

    @validator("dalle", "alle", pre=True)
    def _clock(cls, value: Any) -> Optional[time]:
        return None if value is None else parse_clock(value)

    @root_validator(skip_on_failure=True)
    def _in_order(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["al"] is not None and values["al"] < values["dal"]:
            raise ValueError("finisce prima di cominciare (al)")
        if values["dalle"] is not None and values["alle"] is not None and values["alle"] <= values["dalle"]:
            raise ValueError("finisce prima di cominciare (alle)")
        return values


def _offices(value: Any) -> Any:
    return [TUTTI] if value == TUTTI else value


class Chiusura(_Periodo):
    """An extraordinary closure of some offices, or of all; without `al` it lasts one day."""

    uffici: List[str] = Field([TUTTI], min_items=1)
    motivo: Optional[str] = None

    _all = validator("uffici", pre=True, allow_reuse=True)(_offices)

    def riguarda(self, ufficio: str, giorno: date) -> bool:
        """Whether on that day that office (by id) is closed, if only for some hours."""
        return (TUTTI in self.uffici or ufficio in self.uffici) and self.dal <= giorno <= (self.al or self.dal)


class AvvisoSito(_Periodo):
    """A notice at the top of the site, in force from `dal` to `al` (until taken away, without `al`).

    mostra_dal: the first day it is shown; without it, a week before a closure, `dal` otherwise. chiude: the offices that it says
    are closed in those days, none for a notice about something else.
    """

    titolo: str = Field(max_length=80)
    testo: str
    mostra_dal: Optional[Giorno] = None
    chiude: List[str] = []
    motivo: Optional[str] = None

    _all = validator("chiude", pre=True, allow_reuse=True)(_offices)

    @root_validator(skip_on_failure=True)
    def _complete(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["chiude"] and values["al"] is None:
            raise ValueError("un avviso che chiude un ufficio deve dire anche fino a quando (al)")
        if not values["chiude"] and (values["dalle"] or values["alle"] or values["motivo"]):
            raise ValueError("dalle, alle e motivo si scrivono solo in un avviso che chiude un ufficio (chiude)")
        if values["mostra_dal"] is not None and values["mostra_dal"] > (values["al"] or values["dal"]):
            raise ValueError("si mostrerebbe quando è già finito (mostra_dal)")
        return values

    def si_mostra(self, giorno: date) -> bool:
        """Whether it is shown on that day."""
        first = self.mostra_dal or (self.dal - PREAVVISO if self.chiude else self.dal)
        return first <= giorno and (self.al is None or giorno <= self.al)

    @property
    def chiusura(self) -> Optional[Chiusura]:
        """The closure that it announces, None if it announces none."""
        if not self.chiude:
            return None
        return Chiusura.construct(
            id=self.id, dal=self.dal, al=self.al, dalle=self.dalle, alle=self.alle, uffici=self.chiude, motivo=self.motivo
        )


class Calendario(_Modello):
    """chiusure.yml: each list may be empty or missing."""

    ricorrenze: List[Ricorrenza] = []
    chiusure: List[Chiusura] = []
    avvisi_del_sito: List[AvvisoSito] = []

    @validator("ricorrenze", "chiusure", "avvisi_del_sito", pre=True)
    def _left_blank(cls, value: Any) -> Any:
        return [] if value is None else value

    @validator("ricorrenze", "chiusure", "avvisi_del_sito")
    def _once(cls, value: List[Any]) -> List[Any]:
        ids = [item.id for item in value]
        repeated = next((name for name in ids if ids.count(name) > 1), None)
        if repeated:
            raise ValueError(f"«{repeated}» compare due volte")
        return value

    def tutte(self) -> Iterator[Chiusura]:
        """The closures, those announced by a notice too."""
        yield from self.chiusure
        yield from (avviso.chiusura for avviso in self.avvisi_del_sito if avviso.chiusura is not None)
