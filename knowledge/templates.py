"""Filling the answers: every amount, room, form and table is written once in its file and cited by name in the texts."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any, Dict, List

from babel.numbers import format_currency
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from knowledge.models import GIORNI, Fascia, Modulo, Profilo, Tariffa, Ufficio


class Sconosciuto(StrictUndefined):
    """What a text names and nothing is called so; says in Italian what is missing."""

    @property
    def _undefined_message(self) -> str:
        owner, name = self._undefined_obj, self._undefined_name
        if isinstance(owner, OfficeText):
            return f"l'ufficio «{owner._ufficio.id}» non ha «{name}»"
        return f"«{name}» non esiste"


def euro(amount: Decimal) -> str:
    """An amount as people and the documents write it: € 1.234,56."""
    return format_currency(amount, "EUR", "¤ #,##0.00", locale="it_IT").replace("\xa0", " ")


def _clock(value: time) -> str:
    return f"{value.hour}.{value.minute:02d}"


def _days(giorni: List[str]) -> str:
    """ "dal lunedì al venerdì" for consecutive days, "il martedì e il giovedì" otherwise."""
    order = [GIORNI.index(g) for g in giorni]
    if len(order) > 2 and order == list(range(order[0], order[0] + len(order))):
        return f"dal {giorni[0]} {'alla' if giorni[-1] == 'domenica' else 'al'} {giorni[-1]}"
    return " e ".join(("la " if g == "domenica" else "il ") + g for g in giorni)


def opening_hours(orari: List[Fascia]) -> str:
    """Opening hours in one phrase, band after band."""
    return "; ".join(f"dalle {_clock(f.dalle)} alle {_clock(f.alle)}, {_days(f.giorni)}" for f in orari)


class OfficeText:
    """An office as the templates see it: every field a text; a missing one is an error, not an empty place."""

    def __init__(self, ufficio: Ufficio):
        self._ufficio = ufficio

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        value = opening_hours(self._ufficio.orari) if name == "orari" else getattr(self._ufficio, name, None)
        if not value or not isinstance(value, str):
            raise AttributeError(f"l'ufficio «{self._ufficio.id}» non ha «{name}»")
        return value


def table_text(tariffa: Tariffa, edizione: Any) -> str:
    """A fee table as lines of text, for an answer that shows it whole."""
    valori, lines = edizione.valori, []
    for row in valori.scaglioni:
        cells = ", ".join(_labelled(valori.colonne, column, amount) for column, amount in row.importi.items())
        lines.append(f"da {row.da} a {row.a} pagine: {cells}")
    if valori.oltre:
        cells = ", ".join(
            _labelled(valori.colonne, column, oltre.base) + f" più {euro(oltre.passo)} ogni ulteriori 100 pagine o frazione"
            for column, oltre in valori.oltre.items()
        )
        lines.append(f"più di 100 pagine: {cells}")
    for row_id, cells in valori.righe.items():
        text = ", ".join(f"{euro(amount)} ({valori.colonne[column]})" for column, amount in cells.items())
        lines.append(f"{valori.etichette[row_id]}: {text}")
    for fase in valori.fasi:
        text = f"fase {fase.fase}: " if len(valori.fasi) > 1 and fase.fase != "maggiorazione" else f"{fase.fase}: "
        text += euro(fase.parziale)
        if len(valori.fasi) > 1:
            text += f" (totale fino a qui {euro(fase.totale)})"
        if fase.totale_aumentato is not None:
            text += f", con l'aumento del 15% {euro(fase.totale_aumentato)}"
        lines.append(text + (f" [{fase.nota}]" if fase.nota else ""))
    if not (valori.scaglioni or valori.righe or valori.fasi):
        lines = [f"{valori.etichette.get(name, name)}: {euro(amount)}" for name, amount in valori.importi.items()]
    return "\n".join("- " + line for line in lines)


def _labelled(colonne: Dict[str, str], column: str, amount: Decimal) -> str:
    return euro(amount) if len(colonne) < 2 else f"{euro(amount)} {colonne[column]}"


class Renderer:
    """Renders the answers' templates against offices, forms, amounts and tables."""

    def __init__(
        self,
        profilo: Profilo,
        uffici: Dict[str, Ufficio],
        moduli: Dict[str, Modulo],
        tariffe: Dict[str, Tariffa],
        importi: Dict[str, Decimal],
    ):
        self._environment = SandboxedEnvironment(undefined=Sconosciuto, autoescape=False)
        published = profilo.tariffe_pubblicate_al
        self._environment.globals = {
            "profilo": profilo,
            "sportello": OfficeText(uffici[profilo.sportello]),
            "ufficio": {key: OfficeText(value) for key, value in uffici.items()},
            "modulo": {key: f"Mod. {key}" for key in moduli},
            "titolo": {key: value.titolo for key, value in moduli.items()},
            "importo": {key: euro(value) for key, value in importi.items()},
            "tabella": {key: table_text(value, value.edizione_al(published)) for key, value in tariffe.items()},
        }

    def render(self, text: str) -> str:
        """The text with its references filled in. Raises jinja2.TemplateError when one names nothing known."""
        return self._environment.from_string(text).render() if "{" in text else text
