"""Words shared by the calculators: dates, lists and editions in Italian, patterns that hear a "not"."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Sequence

from babel.dates import format_date

from knowledge.models import Edizione

_CENT = Decimal("0.01")
# What may stand between "non" and the word that it denies ("non era in un box").
_BETWEEN = (
    r"(?:(?:e|era|erano|sono|stat[oaie]|sta|stava|stavano|un|uno|una|il|lo|la|l|i|gli|le|in|nel|nella|al|all|alla|di|del|dell"
    r"|della|"
    r"proprio|area|luogo|locale|mezzo|fase|recupero)\s+){0,4}"
)


def data_estesa(giorno: date) -> str:
    """ "10 luglio 2025"."""
    return format_date(giorno, "d MMMM y", locale="it_IT")


def con_settimana(giorno: date) -> str:
    """ "giovedì 10 luglio 2025"."""
    return format_date(giorno, "EEEE d MMMM y", locale="it_IT")


def il(giorno: date) -> str:
    """ "il 10 luglio 2025", "l'8 luglio 2025"."""
    return _articolo(giorno, "il ", "l'") + data_estesa(giorno)


def dal(giorno: date) -> str:
    """ "dal 10 luglio 2025", "dall'8 luglio 2025"."""
    return _articolo(giorno, "dal ", "dall'") + data_estesa(giorno)


def al(giorno: date) -> str:
    """ "al 10 luglio 2025", "all'8 luglio 2025"."""
    return _articolo(giorno, "al ", "all'") + data_estesa(giorno)


def del_giorno(giorno: date) -> str:
    """ "del 10 luglio 2025", "dell'8 luglio 2025"."""
    return _articolo(giorno, "del ", "dell'") + data_estesa(giorno)


def _articolo(giorno: date, intero: str, eliso: str) -> str:
    return eliso if giorno.day in (8, 11) else intero


def elenco(parti: Sequence[str]) -> str:
    """ "a", "a e b", "a, b e c"; "" for none."""
    return " e ".join([", ".join(parti[:-1]), parti[-1]] if len(parti) > 1 else parti)


def quanti(numero: int, singolare: str, plurale: str) -> str:
    """ "1 giorno", "1.200 giorni"."""
    return f"{numero:,}".replace(",", ".") + " " + (singolare if numero == 1 else plurale)


def tariffa_di(edizione: Edizione) -> str:
    """The edition of a table as it is cited: the act and the day from which it holds, where it has one."""
    since = f", in vigore {dal(edizione.in_vigore_dal)}" if edizione.in_vigore_dal else ""
    return edizione.atto + since


def al_centesimo(importo: Decimal) -> Decimal:
    """Rounded to the cent, half up."""
    return importo.quantize(_CENT, rounding=ROUND_HALF_UP)


def non_negato(parole: str) -> str:
    """A pattern that finds one of the words where the message does not deny it ("non era una moto", "invece di una moto")."""
    denied = rf"\b(?:non|mica|niente|nulla|invece|anziche|piuttosto che)\s+{_BETWEEN}(?:{parole})"
    return rf"^(?!.*{denied}|.*\b(?:{parole}) no\b)(?=.*\b(?:{parole}))"


def negato(parole: str) -> str:
    """A pattern that finds one of the words denied ("non era coperto", "senza tetto")."""
    return rf"\b(?:non|mica|senza|niente|nessun\w*|privo di|priva di|no)\s+{_BETWEEN}(?:{parole})"
