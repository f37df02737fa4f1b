"""Opening hours in Italian sentences, from what orari.py finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from typing import Dict, List, Optional, Sequence, Tuple

from babel.dates import format_date

from calculators.orari import ROMA, SENZA_ORARIO, Apertura, Giornata, apertura, giornata
from calculators.testi import elenco
from knowledge.models import Ufficio
from knowledge.models_calendario import Calendario

# part of the day: from, to, how it is said
PARTI: Dict[str, Tuple[time, time, str]] = {
    "mattina": (time(0), time(13), "di mattina"),
    "pomeriggio": (time(14), time(18), "di pomeriggio"),
    "sera": (time(18), time(23, 59), "di sera"),
}
_NOW = "In questo momento"


def stato(aperto: Apertura, adesso: datetime) -> str:
    """How an office stands now: "L'ufficio è aperto adesso, fino alle 13.30.", "L'ufficio è chiuso: riapre oggi alle 14.00." """
    if aperto.motivo == SENZA_ORARIO:
        return "L'orario dell'ufficio non è pubblicato."
    if aperto.aperto and aperto.chiude is not None:
        return f"L'ufficio è aperto adesso, fino {alle(aperto.chiude)}."
    today = aperto.riapre is not None and _day(aperto.riapre) == _day(adesso)
    closed = "L'ufficio è chiuso"
    if aperto.motivo:
        closed = f"L'ufficio {'in questo momento' if today else 'oggi'} è chiuso ({aperto.motivo})"
    return f"{closed}: riapre {quando(aperto.riapre, adesso)}." if aperto.riapre else f"{closed}."


def adesso_in_parole(uffici: Sequence[Ufficio], calendario: Calendario, adesso: datetime, tutti: bool = False) -> str:
    """How some offices stand now, named: "In questo momento l'Ufficio locale del Casellario è aperto, fino alle 13.30."

    Offices that stand alike are said together. tutti: they are all the offices that have hours.
    """
    said = [_now(apertura(ufficio, calendario, adesso), adesso) for ufficio in uffici]
    return f"{_NOW} {_together(uffici, said, tutti)}."


def giorno_in_parole(
    uffici: Sequence[Ufficio], calendario: Calendario, giorno: date, adesso: datetime, parte: str = "", tutti: bool = False
) -> str:
    """When some offices are open on a day, today or later: "Lunedì 23 novembre l'Ufficio … è aperto dalle 8.30 alle 13.30."

    parte: the part of the day that was asked about, a key of PARTI; tutti: as in adesso_in_parole.
    """
    today = giorno == _day(adesso)
    days = [giornata(ufficio, calendario, giorno) for ufficio in uffici]
    if today and any(d.intervalli for d in days) and all(_over(d, adesso) for d in days):
        said = [_now(apertura(ufficio, calendario, adesso), adesso) for ufficio in uffici]
        return f"{_day_name(giorno, _day(adesso))} a quest'ora {_together(uffici, said, tutti)}."
    said = []
    for ufficio, that_day in zip(uffici, days, strict=True):
        if not that_day.intervalli:
            said.append(_closed_all_day(ufficio, calendario, that_day, adesso))
            continue
        words = _open_hours(that_day, parte)
        if today:
            words += f": in questo momento {_now(apertura(ufficio, calendario, adesso), adesso, ' e')}"
        said.append(words)
    return f"{_day_name(giorno, _day(adesso))} {_together(uffici, said, tutti)}."


def quando(momento: datetime, adesso: datetime) -> str:
    """ "oggi alle 14.00", "lunedì 23 novembre alle 8.30"; the year only if it is not this one."""
    day, today = _day(momento), _day(adesso)
    return f"{'oggi' if day == today else _weekday(day, today)} {alle(momento)}"


def ora(momento: datetime) -> str:
    """ "8.30"."""
    local = momento.astimezone(ROMA)
    return f"{local.hour}.{local.minute:02d}"


def alle(momento: datetime) -> str:
    """ "alle 8.30", "all'1.00"."""
    said = ora(momento)
    return f"all'{said}" if said.startswith("1.") else f"alle {said}"


def con_articolo(ufficio: Ufficio) -> str:
    """ "l'Ufficio locale del Casellario", "la Segreteria Amministrativa Generale"."""
    return ufficio.articolo + ("" if ufficio.articolo.endswith("'") else " ") + ufficio.nome


@dataclass(frozen=True)
class _Accordo:
    """The words of a predicate that agree with its subject."""

    essere: str
    finale: str
    plurale: bool


_ACCORDI = {"la": _Accordo("è", "a", False), "le": _Accordo("sono", "e", True)}
_ACCORDI.update({articolo: _Accordo("sono", "i", True) for articolo in ("i", "gli")})
_SINGOLARE, _PLURALE = _Accordo("è", "o", False), _Accordo("sono", "i", True)


def _agree(predicate: str, accordo: _Accordo) -> str:
    """A predicate made to agree: {è} {o} are the verb and the ending, {apre} {riapre} the other verbs."""
    forms = {"{è}": accordo.essere, "{o}": accordo.finale}
    forms.update({"{apre}": "aprono", "{riapre}": "riaprono"} if accordo.plurale else {"{apre}": "apre", "{riapre}": "riapre"})
    for mark, word in forms.items():
        predicate = predicate.replace(mark, word)
    return predicate


def _together(uffici: Sequence[Ufficio], predicates: Sequence[str], tutti: bool) -> str:
    """Subjects and predicates, the offices of one predicate named together."""
    groups: Dict[str, List[Ufficio]] = {}
    for ufficio, predicate in zip(uffici, predicates, strict=True):
        groups.setdefault(predicate, []).append(ufficio)
    if len(groups) == 1 and len(uffici) > 1:
        return f"{'gli' if tutti else 'questi'} uffici {_agree(predicates[0], _PLURALE)}"
    parts = []
    for predicate, offices in groups.items():
        if len(offices) == 1:
            accordo = _ACCORDI.get(offices[0].articolo, _SINGOLARE)
            parts.append(f"{con_articolo(offices[0])} {_agree(predicate, accordo)}")
        else:
            names = elenco([u.breve or u.nome for u in offices]).replace(" e E", " ed E")
            parts.append(f"{names} {_agree(predicate, _PLURALE)}")
    return "; ".join(parts)


def _now(aperto: Apertura, adesso: datetime, link: str = ":") -> str:
    if aperto.motivo == SENZA_ORARIO:
        return "non {è} fra gli uffici di cui è pubblicato l'orario"
    if aperto.aperto and aperto.chiude is not None:
        return f"{{è}} apert{{o}}, fino {alle(aperto.chiude)}"
    closed = "{è} chius{o}" + _because(aperto.motivo)
    return f"{closed}{link} {{riapre}} {quando(aperto.riapre, adesso)}" if aperto.riapre else closed


def _over(that_day: Giornata, adesso: datetime) -> bool:
    """Whether an office does not open again on that day, today."""
    return all(end <= adesso.astimezone(timezone.utc) for _, end in that_day.intervalli)


def _open_hours(that_day: Giornata, parte: str) -> str:
    hours = elenco([f"dalle {ora(start)} alle {ora(end)}" for start, end in that_day.intervalli])
    hours = hours.replace("dalle 1.", "dall'1.").replace("alle 1.", "all'1.") + _because(that_day.motivo)
    if parte in PARTI:
        first, last, said = PARTI[parte]
        if not any(start.time() < last and first < end.time() for start, end in that_day.intervalli):
            return f"{said} {{è}} chius{{o}}, {{apre}} {hours}"
    return "{apre} " + hours


def _closed_all_day(ufficio: Ufficio, calendario: Calendario, that_day: Giornata, adesso: datetime) -> str:
    closed = "{è} chius{o}" + _because(that_day.motivo)
    following = apertura(ufficio, calendario, datetime.combine(that_day.giorno, time(12), ROMA)).riapre
    return f"{closed}: {{riapre}} {quando(following, adesso)}" if following else closed


def _because(motivo: Optional[str]) -> str:
    return f" ({motivo})" if motivo else ""


def _day_name(giorno: date, oggi: date) -> str:
    near = {0: "Oggi, ", 1: "Domani, ", 2: "Dopodomani, "}.get((giorno - oggi).days, "")
    named = near + _weekday(giorno, oggi)
    return named[0].upper() + named[1:] + ("," if near else "")


def _weekday(giorno: date, oggi: date) -> str:
    return format_date(giorno, "EEEE d MMMM" if giorno.year == oggi.year else "EEEE d MMMM y", locale="it_IT")


def _day(momento: datetime) -> date:
    return momento.astimezone(ROMA).date()
