"""Requests of every form, filled in with the good answers of the dialogue's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dialogo.drafting import KNOWN, good

from bot.bozze.composizione import compose, due
from bot.bozze.richiesta import Richiesta


def filling(code: str) -> Iterator[dict[str, str]]:
    """The values of a form after each answer."""
    form, values = KNOWN.bozze[code], dict[str, str]()
    while missing := [c for c in due(form, values) if c.campo not in values]:
        field = KNOWN.campi[missing[0].campo]
        values[field.id] = field.scelte[0].valore if field.tipo == "scelta" else stored(field.tipo, good(field)[1])
        yield dict(values)


def stored(kind: str, shown: str) -> str:
    """A value as it is kept: days in ISO form."""
    return "-".join(reversed(shown.split("/"))) if kind == "data" else shown


def request(code: str, riferimento: str) -> Richiesta:
    (*_, values) = filling(code)
    day = date(2026, 11, 21)
    return compose(KNOWN.bozze[code], values, KNOWN, riferimento=riferimento, creata=day, scade=day)
