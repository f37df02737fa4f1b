"""Arithmetic of days: terms in days, months and years, working days, Italian holidays."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import Dict, Optional

import holidays

SABATO, DOMENICA = 5, 6
PATRONO = (9, 7)  # San Grato, patron saint of Aosta: a holiday of the town, not a national one
_GIORNO = timedelta(days=1)


@lru_cache(maxsize=256)
def _feste(anno: int) -> Dict[date, str]:
    found = holidays.country_holidays("IT", years=anno, language="it_IT")
    return {day: name for day, name in found.items() if day.year == anno}


def festa(giorno: date) -> Optional[str]:
    """The national holiday of a day, None if there is none. Sundays are not holidays here."""
    return _feste(giorno.year).get(giorno)


def festivo(giorno: date) -> bool:
    """Whether the day is a Sunday or a national holiday."""
    return giorno.weekday() == DOMENICA or festa(giorno) is not None


def lavorativo(giorno: date) -> bool:
    """Whether the day is a working day of the offices: Monday to Friday, holidays left out."""
    return giorno.weekday() < SABATO and festa(giorno) is None


def patrono(giorno: date) -> bool:
    """Whether the day is the one of the patron saint of Aosta."""
    return (giorno.month, giorno.day) == PATRONO


def aggiungi_giorni(giorno: date, quanti: int) -> date:
    """The last of so many days, the first one left out (art. 155 c.p.c., 172 c.p.p.); backwards if negative."""
    return giorno + timedelta(days=quanti)


def aggiungi_mesi(giorno: date, quanti: int) -> date:
    """The same day so many months later by the calendar; the last of the month where that month is shorter."""
    years, month = divmod(giorno.month - 1 + quanti, 12)
    year, month = giorno.year + years, month + 1
    return date(year, month, min(giorno.day, calendar.monthrange(year, month)[1]))


def aggiungi_anni(giorno: date, quanti: int) -> date:
    """The same day so many years later; 28 February for a 29 February where there is none."""
    return aggiungi_mesi(giorno, 12 * quanti)


def aggiungi_lavorativi(giorno: date, quanti: int) -> date:
    """The last of so many working days after a day, which is left out."""
    while quanti:
        giorno += _GIORNO
        quanti -= lavorativo(giorno)
    return giorno


def primo_non_festivo(giorno: date, sabato: bool = False) -> date:
    """The day itself or the first after it that is no Sunday or holiday; no Saturday either, if `sabato`."""
    while festivo(giorno) or (sabato and giorno.weekday() == SABATO):
        giorno += _GIORNO
    return giorno


def ultimo_lavorativo(giorno: date) -> date:
    """The day itself or the last working day before it."""
    while not lavorativo(giorno):
        giorno -= _GIORNO
    return giorno


def giorni_compresi(dal: date, al: date) -> int:
    """How many days from one to the other, both counted."""
    return (al - dal).days + 1


def tocca_agosto(dal: date, al: date) -> bool:
    """Whether some day of August is after the first day and not after the last."""
    first = dal + _GIORNO
    return any(date(year, 8, 1) <= al and first <= date(year, 8, 31) for year in range(first.year, al.year + 1))


def passa_per_il_patrono(dal: date, al: date) -> Optional[date]:
    """The patron saint's day after the first day and not after the last, if it would be a working day."""
    for year in range(dal.year, al.year + 1):
        day = date(year, *PATRONO)
        if dal < day <= al and lavorativo(day):
            return day
    return None


def nome_del_giorno(giorno: date) -> str:
    """Why nothing is done that day: the holiday's name, "sabato" or "domenica"; "" on a working day."""
    name = festa(giorno)
    if name:
        return name.split("; ")[-1]
    return {SABATO: "sabato", DOMENICA: "domenica"}.get(giorno.weekday(), "")
