"""What moment a message asks of: now, today, a day to come, a part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Optional

from bot.dialogue.lettura import DATES, MONTHS, coming_days, prepare
from bot.nlu.text import normalize
from calculators.giorni import festa
from calculators.orari import ROMA
from knowledge.models_calendario import Calendario

_WEEKDAY = r"(?:lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica)"
_NOW = re.compile(
    r"\b(?:adesso|in questo momento|in questo istante|al momento|attualmente|proprio ora|ora come ora|quando riapr\w+)\b"
    r"|(?<!che )(?<!un )(?<!mezz )(?<!mezza )(?<!quale )(?<!qualche )(?<!ultima )(?<!prima )\bora\b(?! (?:di|del|prima|dopo)\b)"
)
# "siete aperti?" and nothing of when: the question is about now
_OPEN_NOW = re.compile(
    r"^(?!.*\b(?:quando|che|quali|dove|perche|giorni|orari\w*)\b)(?:\w+ ){0,3}?(?:siete|e|sono) (?:gia |ancora )?"
    r"(?:apert[oaie]|chius[oaie])(?: o (?:apert|chius)[oaie]| al pubblico)?\W*$"
    r"|^(?:\w+ ){0,6}(?:e|sono) (?:gia |ancora )(?:apert[oaie]|chius[oaie])\W*$"
)
_NEAR = re.compile(
    r"\b(?:(?P<today>oggi|stamattina|stamani|stamane|stasera|questa mattina|questo pomeriggio|questa sera)"
    r"|(?P<tomorrow>domani|domattina)|dopodomani)\b"
)
_PAST = re.compile(rf"\b{_WEEKDAY} scors[oa]|\b(?:scors[oa]|ieri|l altro ieri)\b")
# a day of every week ("il lunedì", "di sabato", "dal lunedì al venerdì"), not the next one of that name
_EVERY_WEEK = re.compile(
    rf"\b(?:il|la|di|del|della|al|dal|ogni|i|le) {_WEEKDAY}\b(?! \d)(?: (?:e|o|ed) (?:il |la )?{_WEEKDAY}\b)*"
    rf"|\b{_WEEKDAY} [eo] {_WEEKDAY}\b"
)
# "lunedì 23", "il 23", without a month
_DAY_OF_MONTH = re.compile(
    rf"\b(?:{_WEEKDAY}|il|l|giorno) (\d{{1,2}})\b(?!\s?[.,:/-]\s?\d|\s*(?:%|euro|anni|giorni|ore|pagine|di\b|{MONTHS}))"
)
_PARTS = {
    "mattina": re.compile(r"\b(?:mattin[ao]|mattinata|domattina|stamattina|stamani|stamane)\b"),
    "pomeriggio": re.compile(r"\b(?:pomeriggio|pomeridian\w+|dopo pranzo)\b"),
    "sera": re.compile(r"\b(?:sera|stasera|serata)\b"),
}
_FEASTS = {  # what people call them: part of the name in the calendar of holidays
    "pasqua": "Angelo",
    "pasquetta": "Angelo",
    "lunedi dell angelo": "Angelo",
    "ferragosto": "Assunzione",
    "befana": "Epifania",
    "epifania": "Epifania",
    "immacolata": "Immacolata",
    "ognissanti": "Ognissanti",
    "tutti i santi": "Ognissanti",
    "capodanno": "Capodanno",
    "natale": "Natale",
    "santo stefano": "Santo Stefano",
    "festa della repubblica": "Repubblica",
    "festa della liberazione": "Liberazione",
    "festa del lavoro": "Lavoro",
    "festa dei lavoratori": "Lavoro",
}
_EVE = re.compile(r"\bvigilia\b|(?<!lunedi di )(?<!lunedi dopo )\bpasqua\b")  # Easter is the day before the Monday of the list
# words that ask whether one finds an office open
ASKS_OPENING = re.compile(
    r"\b(?:apert[oaie]|chius(?:[oaie]|ur[ae])|apr(?:e|ono|ite|iva\w*)|chiud\w+|riapr\w+|orari[oe]?|ricev(?:e|ono|ete)|trovo|venire|vengo|passare"
    r"|passo|ci siete|c e qualcuno|lavorate|in tempo|che ora|fate|operativ[ioa])\b"
)
# what may stand beside the moment in "e domani pomeriggio?", "e lunedì siete aperti?"
_BESIDE_A_MOMENT = re.compile(
    r"^(?:e|ed|ma|o|invece|allora|anche|poi|per|se|ci|vado|vengo|venissi|siete|sono|apert[oaie]|chius[oaie]|trovo|qualcuno|c|lo|la|l|il|gli"
    r"|sportello|uffici[oi]?|posso|venire|passare|di|nel|mattina|mattino|pomeriggio|sera|a|che|ora|fino|prossimo|aprite|apre|aprono|chiude"
    r"|chiudete|chiudono|orari|orario|fa|fate)$"
)


@dataclass(frozen=True)
class Quando:
    """What a question asks of: this very moment (subito), a day, a part of the day (a key of PARTI); or none of them."""

    giorno: Optional[date] = None
    subito: bool = False
    parte: str = ""

    @property
    def asked(self) -> bool:
        """Whether the question asks of some moment."""
        return self.subito or self.giorno is not None


def read(text: str, adesso: datetime, calendario: Calendario) -> Quando:
    """What moment a message asks of. A day of every week ("il lunedì") is none, nor is one that has passed."""
    prepared = prepare(text)
    today = adesso.astimezone(ROMA).date()
    day = _day(prepared, today, calendario)
    part = next((name for name, pattern in _PARTS.items() if pattern.search(prepared)), "")
    now = day in (None, today) and bool(_NOW.search(prepared))
    if day is None and not now and _OPEN_NOW.search(prepared):
        now = True
    return Quando(None if now else day, now, part)


def _day(prepared: str, today: date, calendario: Calendario) -> Optional[date]:
    near = [0 if match["today"] else 1 if match["tomorrow"] else 2 for match in _NEAR.finditer(prepared)]
    if near:  # the last one: "oggi non posso, domani siete aperti?"
        return today + timedelta(days=near[-1])
    feast = _feast(prepared, today, calendario)
    if feast is not None:
        return feast
    specific = _EVERY_WEEK.sub(" ", _PAST.sub(" ", prepared))
    days = [(day, place) for day, place in coming_days(specific, today) if not _DAY_OF_MONTH.match(specific, place)]
    if days:
        return min(days, key=lambda pair: pair[1])[0]
    match = _DAY_OF_MONTH.search(specific)
    return _next_with_number(int(match[1]), today) if match and ASKS_OPENING.search(prepared) else None


def _feast(prepared: str, today: date, calendario: Calendario) -> Optional[date]:
    """The next day of a feast that is named, or its eve."""
    year = [today + timedelta(days=n) for n in range(367)]
    wanted = next((name for said, name in _FEASTS.items() if re.search(rf"\b{said}\b", prepared)), None)
    found = next((day for day in year if wanted and wanted in (festa(day) or "")), None)
    if found is None:
        recurring = [r for r in calendario.ricorrenze if _names(r.nome, prepared)]
        found = next((day for day in year if any(r.cade(day) for r in recurring)), None)
    return found - timedelta(days=1) if found and _EVE.search(prepared) else found


def _names(nome: str, prepared: str) -> bool:
    saint, _, role = nome.partition(",")
    return normalize(saint) in prepared or ("patrono" in role and re.search(r"\bpatron[oa]l?e?\b", prepared) is not None)


def _next_with_number(number: int, today: date) -> Optional[date]:
    """The next day with that number in its month."""
    return next((day for day in (today + timedelta(days=n) for n in range(62)) if day.day == number), None)


def only_a_moment(text: str) -> bool:
    """Whether a message says nothing but the moment it asks of: "e domani pomeriggio?" """
    prepared = prepare(text)
    for pattern in (_NOW, _NEAR, DATES, *_PARTS.values()):
        prepared = pattern.sub(" ", prepared)
    return all(_BESIDE_A_MOMENT.match(word) for word in re.findall(r"[^\W\d]+", prepared))
