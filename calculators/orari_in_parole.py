"""Opening hours in Italian sentences, from what orari.py finds."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date

from calculators.orari import ROMA, SENZA_ORARIO, Apertura


def stato(apertura: Apertura, adesso: datetime) -> str:
    """How an office stands now: "L'ufficio è aperto adesso, fino alle 13.30.", "L'ufficio è chiuso: riapre oggi alle 14.00." """
    if apertura.motivo == SENZA_ORARIO:
        return "L'orario dell'ufficio non è pubblicato."
    if apertura.aperto and apertura.chiude is not None:
        return f"L'ufficio è aperto adesso, fino {alle(apertura.chiude)}."
    today = apertura.riapre is not None and _day(apertura.riapre) == _day(adesso)
    closed = "L'ufficio è chiuso"
    if apertura.motivo:
        closed = f"L'ufficio {'in questo momento' if today else 'oggi'} è chiuso ({apertura.motivo})"
    return f"{closed}: {riapre(apertura.riapre, adesso)}." if apertura.riapre else f"{closed}."


def riapre(momento: datetime, adesso: datetime) -> str:
    """ "riapre oggi alle 14.00", "riapre lunedì 23 novembre alle 8.30"; the year only if it is not this one."""
    day, today = _day(momento), _day(adesso)
    if day == today:
        return f"riapre oggi {alle(momento)}"
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return f"riapre {format_date(day, pattern, locale='it_IT')} {alle(momento)}"


def ora(momento: datetime) -> str:
    """ "8.30"."""
    local = momento.astimezone(ROMA)
    return f"{local.hour}.{local.minute:02d}"


def alle(momento: datetime) -> str:
    """ "alle 8.30", "all'1.00"."""
    said = ora(momento)
    return f"all'{said}" if said.startswith("1.") else f"alle {said}"


def _day(momento: datetime) -> date:
    return momento.astimezone(ROMA).date()
