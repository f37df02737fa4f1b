"""Shapes of what drafts are made of: the fields that are asked, the requests they fill in, the questions that lead to a form."""

# ruff: noqa: RUF012 (pydantic copies the defaults of its models for each instance)

from __future__ import annotations

import re
from typing import Dict, List, Mapping, Optional, Union

from pydantic import Field, root_validator, validator

from knowledge.models import CODICE_MODULO, Fonte, _ConId, _Modello

TIPI_CAMPO = (
    "nome",
    "cognome",
    "denominazione",
    "codice_fiscale",
    "partita_iva",
    "iban",
    "bic",
    "email",
    "pec",
    "telefono",
    "luogo",
    "indirizzo",
    "data",
    "intero",
    "importo",
    "procedimento",
    "protocollo",
    "scelta",
    "testo",
)
_PORTAL_CODE = re.compile(r"^[A-Z]{2,10}$")


def _compiles(value: str) -> str:
    """A regular expression that Python reads. Raises ValueError (with an Italian message) for one it does not."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"espressione non valida: {value!r} ({error})") from None
    return value


class ScelteCampo(_Modello):
    """A value a field of kind `scelta` may take.

    titolo: the button. stampa: how the request says it (titolo if missing). modi: regular expressions that say it, searched in
    the message in lower case, without accents and apostrophes, numbers in digits; the first choice that matches wins.
    """

    valore: str
    titolo: str = Field(max_length=40)
    stampa: Optional[str] = None
    modi: List[str] = []

    _compiled = validator("modi", each_item=True, allow_reuse=True)(_compiles)


class Campo(_ConId):
    """One thing a draft asks, declared once for all forms.

    soggetto: whose datum it is ("richiedente", "delegato", "assistito", "ente", ...), so that two names in a form are told apart.
    domanda: the question when it is asked alone. perche: the answer to "perché me lo chiedi?". parole: regular expressions (lower
    case, no accents) that name the field in a message: "ho sbagliato il cognome". passato, futuro: where a date may not be.
    """

    tipo: str
    etichetta: str = Field(max_length=60)
    domanda: str
    perche: str
    esempio: Optional[str] = None
    soggetto: str = "richiedente"
    parole: List[str] = Field(min_items=1)
    scelte: List[ScelteCampo] = []
    solo_passato: bool = False
    massimo: Optional[int] = None

    _compiled = validator("parole", each_item=True, allow_reuse=True)(_compiles)

    @validator("tipo")
    def _known_kind(cls, value: str) -> str:
        if value not in TIPI_CAMPO:
            raise ValueError(f"tipo di campo sconosciuto: {value}; si può scrivere: {', '.join(TIPI_CAMPO)}")
        return value

    @root_validator(skip_on_failure=True)
    def _choices_where_chosen(cls, values: Dict[str, object]) -> Dict[str, object]:
        if (values["tipo"] == "scelta") != bool(values["scelte"]):
            raise ValueError("un campo di tipo scelta deve avere le scelte, gli altri no")
        return values


class Condizione(_Modello):
    """When something is needed: the field has one of these values ("*": any value)."""

    campo: str
    vale: List[str] = Field(min_items=1)


class CampoChiesto(_Modello):
    """A field in a draft.

    facoltativo: taken when said and offered in the review, never insisted on. indispensabile: it cannot be left blank, to be
    written by hand.
    """

    campo: str
    facoltativo: bool = False
    indispensabile: bool = False
    quando: List[Condizione] = []  # all of them


class Gruppo(_Modello):
    """Fields asked together, with one question; what the answer leaves out is asked field by field."""

    domanda: str
    campi: List[CampoChiesto] = Field(min_items=1)


class Riga(_Modello):
    """A line of the request, an attachment, a thing to remember: a text with {campo} in it, and when it is due."""

    testo: str
    quando: List[Condizione] = []


class CostoBozza(_Modello):
    """Where the cost comes from: a calculator and its parameters, by field or fixed; or a sentence for requests free of charge.

    conversioni: for a parameter, which of its values a value of the field stands for ("*": any other); without one the field's
    value is the parameter's. se_manca: what is said where the calculator lacks something ("it depends on the number of pages").
    """

    calcolatore: Optional[str] = None
    valori: Dict[str, Union[str, int]] = {}  # parameter: fixed value
    campi: Dict[str, str] = {}  # parameter: field whose value it takes
    conversioni: Dict[str, Dict[str, str]] = {}
    testo: Optional[str] = None
    se_manca: Optional[str] = None

    def parametri(self, valori: Mapping[str, str]) -> Dict[str, Union[str, int]]:
        """The calculator's parameters for the values of a draft, as written: the caller gives them the type the parameter has."""
        found: Dict[str, Union[str, int]] = dict(self.valori)
        for parametro, campo in self.campi.items():
            if campo in valori:
                table = self.conversioni.get(parametro, {})
                found[parametro] = table.get(valori[campo], table.get("*", valori[campo]))
        return found

    @root_validator(skip_on_failure=True)
    def _one_of_two(cls, values: Dict[str, object]) -> Dict[str, object]:
        if bool(values.get("calcolatore")) == bool(values.get("testo")):
            raise ValueError("il costo si dà con un calcolatore oppure con un testo")
        return values


class Scadenza(_Modello):
    """The term for presenting a request: which of the calculator `scadenze`, and the dates it runs from (the first given).

    spiega: the calculator's own words and warnings are told with the day, for a term that does not simply count from a date.
    """

    termine: str
    dal: List[str] = Field(min_items=1)
    quando: List[Condizione] = []
    spiega: bool = False


class Portale(_Modello):
    """A claim entered in a portal, which is no form of the office: its draft is the list of what to enter, in the portal's order.

    nome: the portal, as people call it. uguali: the fields that are the same in two claims for the same thing. periodo: the field
    of its start and the field of its end: two such claims whose periods overlap may be duplicates.
    """

    nome: str = Field(max_length=20)
    uguali: List[str] = Field(min_items=1)
    periodo: List[str] = Field(min_items=2, max_items=2)


class Bozza(_Modello):
    """What is needed to draft a form, or a claim entered in a portal: fields, wording, attachments, cost, office.

    portale: only for such a claim, whose code is a word in capitals. titolo: only there, as a form has its own. firma: who signs.
    oggetto: the heading of the request. righe: its paragraphs. ricorda: what people often forget. avvisi: the dated notices shown
    with it. Texts cite offices, amounts and forms as the answers do ({{ ufficio.casellario.nome }}) and the values of the draft
    in single braces ({cognome}); what is loaded has the former filled in.
    """

    portale: Optional[Portale] = None  # before `codice`, whose check looks at it
    codice: str
    titolo: Optional[str] = None
    breve: str = Field(max_length=60)  # how people call it: "il certificato dei carichi pendenti"
    ufficio: str
    destinatario: List[str] = Field(min_items=1)
    oggetto: str
    gruppi: List[Gruppo] = Field(min_items=1)
    righe: List[Riga] = Field(min_items=1)
    allegati: List[Riga] = []
    costo: CostoBozza
    ricorda: List[Riga] = []
    firma: str
    consegna: str
    scadenza: Optional[Scadenza] = None
    avvisi: List[str] = []
    fonti: List[Fonte] = Field(min_items=1)

    def chiesti(self) -> List[CampoChiesto]:
        """The fields of all groups, in the order in which they are asked."""
        return [chiesto for gruppo in self.gruppi for chiesto in gruppo.campi]

    @validator("codice")
    def _known_code(cls, value: str, values: Dict[str, object]) -> str:
        if "portale" in values and values["portale"] is None and not CODICE_MODULO.match(value):
            raise ValueError(f"codice di modulo sconosciuto: {value}")
        if values.get("portale") and (CODICE_MODULO.match(value) or not _PORTAL_CODE.match(value)):
            raise ValueError(f"il codice di un'istanza sul portale è una parola in maiuscolo, non quello di un modulo: {value}")
        return value


class Strada(_Modello):
    """One answer to a question of a path, and where it leads: another question (poi), another path (percorso) or forms (moduli).

    modi: regular expressions that say it, searched as those of ScelteCampo; the first answer of the question that matches wins.
    valori: what the answer already says of the draft, by field.
    """

    titolo: str = Field(max_length=40)
    modi: List[str] = []
    poi: Optional[str] = None
    moduli: List[str] = []
    nota: Optional[str] = None
    percorso: Optional[str] = None
    valori: Dict[str, str] = {}
    voce: Optional[str] = None  # or an entry of the knowledge that answers: the case has no form

    _compiled = validator("modi", each_item=True, allow_reuse=True)(_compiles)

    @root_validator(skip_on_failure=True)
    def _leads_somewhere(cls, values: Dict[str, object]) -> Dict[str, object]:
        if sum(bool(values.get(k)) for k in ("poi", "percorso", "moduli", "voce")) != 1:
            raise ValueError(
                "una risposta deve portare a una cosa sola: una domanda (poi), un altro percorso, un modulo o una voce"
            )
        return values


class Nodo(_ConId):
    """A question of a path with its answers, and why it is asked."""

    domanda: str
    perche: str
    strade: List[Strada] = Field(min_items=2)


class Percorso(_ConId):
    """The questions that lead from a situation to a form; the first node comes first.

    argomenti: the topics of knowledge/ that this path serves; etichetta: its button in the path that chooses among paths.
    """

    etichetta: str = Field(max_length=40)
    argomenti: List[str] = []
    nodi: List[Nodo] = []
    moduli: List[str] = []  # a path without questions leads here at once
    fonti: List[Fonte] = Field(min_items=1)

    @root_validator(skip_on_failure=True)
    def _nodes_or_forms(cls, values: Dict[str, object]) -> Dict[str, object]:
        if bool(values.get("nodi")) == bool(values.get("moduli")):
            raise ValueError("un percorso ha domande (nodi) oppure porta subito a un modulo (moduli)")
        return values

    def nodo(self, identificativo: str) -> Nodo:
        """The question of that id. Raises KeyError."""
        for nodo in self.nodi:
            if nodo.id == identificativo:
                return nodo
        raise KeyError(identificativo)
