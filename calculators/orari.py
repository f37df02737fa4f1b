"""When an office is open: its weekly hours, less the national holidays and the closures of chiusure.yml. Pure: no clock here.

Moments come in and go out aware, in the time of Rome; they are compared as instants, so that the two nights of the year on which
the hour changes count right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Iterator, List, Optional, Tuple
from zoneinfo import ZoneInfo

from calculators.giorni import festa
from knowledge.models import GIORNI, Ufficio
from knowledge.models_calendario import Calendario, Chiusura

ROMA = ZoneInfo("Europe/Rome")
SENZA_ORARIO = "orario non pubblicato"
ORIZZONTE = 400  # days looked at for the next opening: longer than any closure that makes sense
_GIORNO = timedelta(days=1)
Intervallo = Tuple[datetime, datetime]


@dataclass(frozen=True)
class Apertura:
    """An office at one moment.

    aperto: whether it is open; chiude: until when, if so; riapre: the next opening, if it is closed (None: none is known);
    motivo: why it is closed where the weekly hours alone do not say it ("festa nazionale: Natale").
    """

    aperto: bool
    chiude: Optional[datetime] = None
    riapre: Optional[datetime] = None
    motivo: Optional[str] = None


@dataclass(frozen=True)
class Giornata:
    """An office on one day: from when to when it is open (nothing: closed), and why not, beyond its weekly hours."""

    giorno: date
    intervalli: Tuple[Intervallo, ...]
    motivo: Optional[str] = None


def apertura(ufficio: Ufficio, calendario: Calendario, adesso: datetime) -> Apertura:
    """Whether the office is open at that moment, and what comes next. Raises ValueError for a moment without a time zone."""
    if adesso.tzinfo is None:
        raise ValueError("serve un istante con il fuso orario")
    if not ufficio.orari:
        return Apertura(False, motivo=SENZA_ORARIO)
    adesso = adesso.astimezone(ROMA)
    for start, end in giornata(ufficio, calendario, adesso.date()).intervalli:
        if _instant(start) <= _instant(adesso) < _instant(end):
            return Apertura(True, chiude=end)
    riapre = next((start for start, _ in _following(ufficio, calendario, adesso)), None)
    return Apertura(False, riapre=riapre, motivo=_reason(ufficio, calendario, adesso))


def giornata(ufficio: Ufficio, calendario: Calendario, giorno: date) -> Giornata:
    """When the office is open on that day."""
    reason = giorno_di_chiusura(calendario, giorno)
    if reason is not None:
        return Giornata(giorno, (), reason)
    spans: List[Intervallo] = []
    weekday = GIORNI[giorno.weekday()]
    for start, end in sorted((f.dalle, f.alle) for f in ufficio.orari if weekday in f.giorni):
        first, last = _moment(giorno, start), _moment(giorno, end)
        if spans and _instant(first) <= _instant(spans[-1][1]):  # one band goes on where the other ends
            first, last = spans[-1][0], max(spans.pop()[1], last, key=_instant)
        spans.append((first, last))
    closures = [c for c in calendario.tutte() if c.riguarda(ufficio.id, giorno)]
    open_spans = [s for s in spans if _instant(s[0]) < _instant(s[1])]
    for closure in closures:
        open_spans = [left for span in open_spans for left in _less(span, _hours(closure, giorno))]
    shortened = open_spans != spans
    return Giornata(giorno, tuple(open_spans), next((c.motivo for c in closures if c.motivo), None) if shortened else None)


def giorno_di_chiusura(calendario: Calendario, giorno: date) -> Optional[str]:
    """Why all offices are closed that day: a national holiday or one of every year; None on other days, Sundays too."""
    name = festa(giorno)
    if name is not None:
        return "festa nazionale: " + name.split("; ")[-1]
    return next((r.nome for r in calendario.ricorrenze if r.cade(giorno)), None)


def _following(ufficio: Ufficio, calendario: Calendario, adesso: datetime) -> Iterator[Intervallo]:
    for days in range(ORIZZONTE + 1):
        for span in giornata(ufficio, calendario, adesso.date() + days * _GIORNO).intervalli:
            if _instant(span[0]) > _instant(adesso):
                yield span


def _reason(ufficio: Ufficio, calendario: Calendario, adesso: datetime) -> Optional[str]:
    """Why the office is closed at that moment, if it is for the day or for an extraordinary closure."""
    day = adesso.date()
    reason = giorno_di_chiusura(calendario, day)
    if reason is not None:
        return reason
    for closure in calendario.tutte():
        if closure.riguarda(ufficio.id, day):
            start, end = _hours(closure, day)
            if _instant(start) <= _instant(adesso) < _instant(end):
                return closure.motivo
    return None


def _hours(closure: Chiusura, giorno: date) -> Intervallo:
    end = _moment(giorno, closure.alle) if closure.alle else _moment(giorno + _GIORNO, time(0))
    return _moment(giorno, closure.dalle or time(0)), end


def _less(span: Intervallo, closed: Intervallo) -> Iterator[Intervallo]:
    """What of an opening a closure leaves."""
    if _instant(closed[1]) <= _instant(span[0]) or _instant(span[1]) <= _instant(closed[0]):
        yield span
        return
    if _instant(span[0]) < _instant(closed[0]):
        yield span[0], closed[0]
    if _instant(closed[1]) < _instant(span[1]):
        yield closed[1], span[1]


def _moment(giorno: date, ora: time) -> datetime:
    """An hour of a day in Rome; one that the clocks skip is the hour they then show."""
    wall = datetime.combine(giorno, ora, ROMA)
    return wall.astimezone(timezone.utc).astimezone(ROMA)


def _instant(moment: datetime) -> datetime:
    """A moment as an instant: Python compares two hours of one zone by their faces alone."""
    return moment.astimezone(timezone.utc)
