"""Shapes of the knowledge files. A file that does not fit is refused with a message in Italian (see verify.py)."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Callable, Dict, Iterator, List, Literal, Optional

from pydantic import BaseModel, Extra, Field, ValidationError, root_validator, validator

TIPI = ("informazione", "fuori_ambito", "consulenza_legale", "dati_riservati", "emergenza")
GIORNI = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
CODICE_MODULO = re.compile(r"^(A(0[1-9]|1[01])|B0[1-4]|C0[1-4])$")
_IMPORTO = re.compile(r"^\d{1,3}(\.\d{3})*,\d{2}$")
_ID = re.compile(r"^[a-z][a-z0-9_]*$")


def parse_amount(value: Any) -> Decimal:
    """An amount as the documents print it ("1.276,50", always quoted in YAML) as Decimal euro.

    Raises ValueError (with an Italian message) for anything else, floats above all: a float is never an amount.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, float) or not isinstance(value, str) or not _IMPORTO.match(value):
        raise ValueError(f'importo non valido: {value!r}. Va scritto tra virgolette all\'italiana, per esempio "1.276,50"')
    return Decimal(value.replace(".", "").replace(",", "."))


class Importo(Decimal):
    """Decimal euro that pydantic reads with parse_amount."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], Decimal]]:
        yield parse_amount


class Giorno(date):
    """A date that pydantic reads only from a date: it would take the number 2018 for the second 2018 of the year 1970."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], date]]:
        yield parse_day


def parse_day(value: Any) -> date:
    """A date, or its ISO form. Raises ValueError (with an Italian message) for anything else."""
    if isinstance(value, datetime) or not isinstance(value, (date, str)):
        raise ValueError("data non valida: si scrive 2025-05-12")
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("data non valida: si scrive 2025-05-12") from None


def parse_clock(value: Any) -> time:
    """An hour as a clock shows it ("8.30", quoted in YAML). Raises ValueError (with an Italian message) for anything else."""
    if isinstance(value, time):
        return value
    match = re.match(r"^([01]?\d|2[0-3])\.([0-5]\d)$", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'ora non valida: {value!r}. Va scritta tra virgolette, per esempio "8.30"')
    return time(int(match[1]), int(match[2]))


class _Modello(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True
        min_anystr_length = 1


class _ConId(_Modello):
    id: str

    @validator("id")
    def _id_form(cls, value: str) -> str:
        if not _ID.match(value):
            raise ValueError("deve essere in minuscolo, senza spazi né accenti (lettere, cifre e _)")
        return value


class Fonte(_Modello):
    """Where a fact comes from: a document and its section, or a public source with its title."""

    documento: str
    sezione: Optional[str] = None
    parte: Optional[str] = None
    titolo: Optional[str] = None
    url: Optional[str] = None

    @root_validator(skip_on_failure=True)
    def _complete(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["documento"] == "pubblica":
            if not values.get("titolo"):
                raise ValueError("una fonte pubblica deve avere un titolo")
        elif not values.get("sezione"):
            raise ValueError("manca la sezione del documento")
        return values


class Documento(_ConId):
    """A document the assistant knows, with the sections that entries must cite between them."""

    titolo: str
    breve: str
    file: str
    data: Optional[str] = None
    sezioni: Dict[str, str]


class Fascia(_Modello):
    """One band of opening hours: days of the week, from, to."""

    giorni: List[str] = Field(min_items=1)
    dalle: time
    alle: time

    @validator("giorni", each_item=True)
    def _weekday(cls, value: str) -> str:
        if value not in GIORNI:
            raise ValueError(f"giorno sconosciuto: {value}")
        return value

    _clock = validator("dalle", "alle", pre=True, allow_reuse=True)(parse_clock)

    @root_validator(skip_on_failure=True)
    def _in_order(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values["alle"] <= values["dalle"]:
            raise ValueError("l'ufficio chiude prima di aprire (alle)")
        return values


class Ufficio(_ConId):
    """An office: where, when, how to reach it, who answers for it, as published; breve: its name in a list of offices."""

    nome: str
    breve: Optional[str] = None
    articolo: str = "l'"
    alias: List[str] = []
    dove: Optional[str] = None
    orari: List[Fascia] = []
    telefono: Optional[str] = None
    mail: Optional[str] = None
    pec: Optional[str] = None
    responsabile: Optional[str] = None
    addetti: Optional[str] = None
    nota: Optional[str] = None
    fonti: List[Fonte] = Field(min_items=1)


class Profilo(_Modello):
    """The office that publishes the assistant."""

    nome: str
    breve: str
    indirizzo: str
    sede: str
    sito: str
    sportello: str
    tariffe_pubblicate_al: Giorno
    fatturazione: Dict[str, str]
    avviso_automatico: str
    fonti: List[Fonte] = Field(min_items=1)


class Aspetto(_ConId):
    """A thing people ask of any service.

    ripiego: the aspects that answer where a service lacks this one; senza_argomento: the entry that answers when no service is
    named.
    """

    etichetta: str
    senza_argomento: Optional[str] = None
    ripiego: List[str] = []


class Voce(_ConId):
    """One thing people ask, its answer, its sources, and ways of asking it."""

    etichetta: str = Field(max_length=40)
    risposta: str
    fonti: List[Fonte] = Field(min_items=1)
    domande: List[str] = []
    seguiti: List[str] = []

    @validator("risposta")
    def _one_paragraph(cls, value: str) -> str:
        if "\n\n" in value:
            raise ValueError("la risposta contiene una riga vuota: i canali la spezzerebbero in due messaggi")
        return value


class Argomento(_ConId):
    """A topic: a service sheet, a procedure, the offices, or a family of requests the assistant declines."""

    tipo: Literal["informazione", "fuori_ambito", "consulenza_legale", "dati_riservati", "emergenza"]
    etichetta: str = Field(max_length=40)
    menzione: str
    ufficio: Optional[str] = None
    moduli: List[str] = []
    sintesi: str
    fonti: List[Fonte] = Field(min_items=1)
    avvisi: List[str] = []
    domande: List[str] = []
    voci: List[Voce] = []


class Modulo(_Modello):
    """A form of the office: who uses it, for what, with which attachments."""

    codice: str
    titolo: str
    chi: str
    per: str
    allegati: List[str]
    servizi: List[str]
    fonti: List[Fonte] = Field(min_items=1)

    @validator("codice")
    def _known_code(cls, value: str) -> str:
        if not CODICE_MODULO.match(value):
            raise ValueError(f"codice di modulo sconosciuto: {value}")
        return value


class Avviso(_ConId):
    """A dated notice added to the answers of the topics that name it."""

    testo: str
    dal: Giorno
    al: Optional[Giorno] = None
    fonti: List[Fonte] = Field(min_items=1)

    def vale(self, giorno: date) -> bool:
        """Whether the notice holds on that day."""
        return self.dal <= giorno and (self.al is None or giorno <= self.al)


class Chiarimento(_ConId):
    """A message too vague to answer: the question that the assistant asks back, and its buttons."""

    domanda: str
    opzioni: List[str] = Field(min_items=2)
    domande: List[str] = Field(min_items=1)


class Scaglione(_Modello):
    """A row of a table by number of pages."""

    da: int
    a: int
    importi: Dict[str, Importo]


class Oltre(_Modello):
    """What is due beyond the last row: a base and a step for every further hundred pages or fraction."""

    base: Importo
    passo: Importo


class Fase(_Modello):
    """A row of a fee table of the protocol; `stampato` keeps what a misprinted cell says."""

    fase: str
    parziale: Importo
    totale: Importo
    aumento: Optional[Importo] = None
    totale_aumentato: Optional[Importo] = None
    nota: Optional[str] = None


class Valori(_Modello):
    """The values of one edition of a table, in one of four shapes; gruppo: how many pages an amount of `importi` is due for."""

    gruppo: Optional[int] = Field(None, ge=1)
    colonne: Dict[str, str] = {}
    scaglioni: List[Scaglione] = []
    oltre: Dict[str, Oltre] = {}
    righe: Dict[str, Dict[str, Importo]] = {}
    etichette: Dict[str, str] = {}
    fasi: List[Fase] = []
    importi: Dict[str, Importo] = {}

    @root_validator(skip_on_failure=True)
    def _not_empty(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not (values["scaglioni"] or values["righe"] or values["fasi"] or values["importi"]):
            raise ValueError("l'edizione non contiene nessun importo")
        return values


class Edizione(_Modello):
    """One edition of a table: from when it holds, by which act, and its values.

    affidabilita: how sure the values of an edition are that does not come from the office's documents; where it is "media", nota
    is the warning that goes with every amount.
    """

    edizione: str
    in_vigore_dal: Optional[Giorno] = None
    in_vigore_fino_al: Optional[Giorno] = None
    atto: str
    affidabilita: Optional[Literal["alta", "media"]] = None
    nota: Optional[str] = None
    fonti: List[Fonte] = Field(min_items=1)
    valori: Valori

    @root_validator(skip_on_failure=True)
    def _warned(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if values.get("affidabilita") == "media" and not values.get("nota"):
            raise ValueError("un'edizione di affidabilità media deve avere una nota che lo dica")
        start, end = values.get("in_vigore_dal"), values.get("in_vigore_fino_al")
        if start and end and end < start:
            raise ValueError("l'edizione finisce prima di cominciare (in_vigore_fino_al)")
        return values


class Tariffa(_ConId):
    """A fee table with its dated editions, oldest first."""

    titolo: str
    unita: str = ""
    nota: Optional[str] = None
    edizioni: List[Edizione] = Field(min_items=1)

    def edizione_al(self, giorno: date) -> Edizione:
        """The edition in force on that day; the oldest one if none was yet."""
        in_vigore = [e for e in self.edizioni if e.in_vigore_dal is None or e.in_vigore_dal <= giorno]
        return in_vigore[-1] if in_vigore else self.edizioni[0]


__all__ = [
    "Argomento",
    "Aspetto",
    "Avviso",
    "Chiarimento",
    "Documento",
    "Edizione",
    "Fascia",
    "Fase",
    "Fonte",
    "Importo",
    "Modulo",
    "Profilo",
    "Tariffa",
    "Ufficio",
    "ValidationError",
    "Valori",
    "Voce",
    "parse_amount",
    "parse_clock",
]
