"""Values out of Italian messages: numbers in digits and words, dates in every form, the choices of a calculator's parameter.

Numbers in words become digits with text2num, dates in words become dates with dateparser; what a value belongs to is told by the
words around it, which each parameter declares (calculators/model.py).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Dict, Iterator, List, Optional, Sequence, Set, Tuple

import dateparser
from text_to_num import alpha2digit

from calculators.model import DATA, IMPORTO, INSIEME, INTERO, SCELTA, Calcolatore, Parametro, Valore, Valori

ENOUGH = 1000  # characters looked at: who writes more is telling a story, not giving a number

MONTHS = (
    "gen(?:naio)?|feb(?:braio)?|mar(?:zo)?|apr(?:ile)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago(?:sto)?|set(?:tembre)?|ott(?:obre)?"
    "|nov(?:embre)?|dic(?:embre)?"
)
_WEEKDAYS = "lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica"
DATES = re.compile(
    r"\b(?:\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\s?[/.-]\s?\d{1,2}(?:\s?[/.-]\s?\d{2,4})?(?!\d|,\d)"
    rf"|(?:(?:{_WEEKDAYS})\s+)?(?:\d{{1,2}}|primo|1[°º])\s*(?:di\s+)?(?:{MONTHS})\b\.?"
    r"(?:\s+(?:del\s+)?(?:(?:anno\s+)?\d{4}|\d{2}\b|scorso|prossimo))?"
    rf"|(?:(?:{_WEEKDAYS})(?:\s+(?:scorso|prossimo))?)"
    r"|oggi|ieri l altro|l altro ieri|altro ieri|avantieri|ieri|dopodomani|domani"
    r"|\d+\s+(?:giorni|settimane|mesi)\s+fa|(?:fra|tra)\s+\d+\s+(?:giorni|settimane|mesi))\b"
)
_DAYS_OF_A_MONTH = re.compile(
    rf"\b(dal(?:l)?)\s+(\d{{1,2}})\s+(al(?:l)?)\s+(\d{{1,2}})\s+(?:di\s+)?((?:{MONTHS})\b(?:\s+\d{{4}})?)"
)
_IN_NUMBERS = "primo|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|[a-z]+dici|[a-z]*venti[a-z]*|[a-z]*trent[a-z]*"
# a day of the calendar, unlike "today"
WRITTEN_DATE = re.compile(rf"\d\s?[/.-]\s?\d|(?:\d|\b(?:{_IN_NUMBERS}))[°º]?\s+(?:di\s+)?(?:{MONTHS})\b", re.IGNORECASE)
_LAST_YEAR = re.compile(r"\b(?:l )?anno scorso|dell anno scorso\b")
_NUMBER = re.compile(r"(?<![\w,.])(?:(meno\s+|-\s?))?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?(?![\w,]|\.\d)")
_MONEY = re.compile(r"(?:€|euro|eur)\s*(\d[\d.]*(?:,\d{1,2})?)|(\d[\d.]*(?:,\d{1,2})?)\s*(?:€|euro\b|eur\b)")
# numbers that name something: an article, a rule, a register, an hour
_NAMING = re.compile(
    r"\b(?:art|articol[oi]|artt|legge|l|dpr|d p r|comma|c|mod|modulo|modello|tabella|allegato|rg|rgnr|proc|procedimento|ore|alle"
    r"|stanza|piano|n r|nr reg)\s*\.?\s*$"
)
_NAMED = re.compile(
    r"^\s*(?:/\d|bis\b|ter\b|quater\b|c\s?p\s?[pc]?\b|cpp\b|%|per cento|mb\b|minuti|min\b|ore\b|ann[oi]\b|mes[ei]\b"
    r"|settiman\w+|°)"
)
_BARE = re.compile(r"^(?:meno\s+|-\s?)?\d[\d.]*\W*$")
_ABOUT = re.compile(r"\b(?:centinai[oa]|ventina|trentina|quarantina|cinquantina|decina|decine|dozzina|migliai[oa])\b")
_MORE = re.compile(
    r"\b(\d+|un[oa]?)\s+(?:\w+\s+){0,2}(?:in piu|di piu|in aggiunta)"
    r"|\b(?:aggiung\w+|piu altr[ei]|altr[ei])\s+(\d+)\b|\bpiu\s+(\d+)\b"
)
_LESS = re.compile(
    r"\b(\d+|un[oa]?)\s+(?:\w+\s+){0,2}(?:in meno|di meno)"
    r"|\b(?:togli\w+|tolt[ei]|leva\w*|senza|esclus[ei])\s+(?:l[ea]\s+|gli\s+|i\s+)?(?:ultim[aeio]|prim[aeio])\s+(\d+|\w+)\b"
    r"|\b(?:togli\w+|tolt[eaio]|levan\w+)\s+(?:l[ea] |gli |i )?(\d+|un[oa]?)\b"
)
_ONE = re.compile(r"^un[oa]?$")
_YES = re.compile(
    r"^(?:ma |beh |be |ok |va bene )?(?:si+|certo|certamente|esatto|ok|va bene|d accordo|giusto|sicuro|direi di si|yes|oui)\b"
)
_NO = re.compile(
    r"^(?:ma |beh |be |mah |no no )?(?:no+|nessun\w*|niente|neanche|nemmeno|per niente|assolutamente no|direi di no|nope)\b"
)
WORDS_BETWEEN = r"(?:\W+\w+){0,2}?\W+"


@dataclass(frozen=True)
class Lettura:
    """What a message says of a calculator's parameters: values by name; vaghi: parameters answered with "about a hundred"."""

    valori: Dict[str, Valore] = field(default_factory=dict)
    vaghi: Tuple[str, ...] = ()


@dataclass(frozen=True)
class _Number:
    value: Decimal
    start: int
    end: int


def prepare(text: str) -> str:
    """Lower case, no accents, apostrophes as spaces, numbers in digits; punctuation that belongs to numbers and dates stays."""
    text = unicodedata.normalize("NFKC", text[:ENOUGH]).lower().replace("’", "'")
    text = "".join(c for c in unicodedata.normalize("NFD", text.replace("°", "°")) if not unicodedata.combining(c))
    text = re.sub(r"['`\"“”«»()\[\]*_]", " ", text)
    text = re.sub(r"(\d)([a-z])", r"\1 \2", text)
    text = alpha2digit(text, "it")
    text = re.sub(r"\bdue\b", "2", re.sub(r"\bzero\b", "0", text))
    text = re.sub(r"\s+", " ", text).strip()
    return _DAYS_OF_A_MONTH.sub(r"\1 \2 \5 \3 \4 \5", text)  # "dal 20 al 30 giugno"


def read(text: str, calcolatore: Calcolatore, known: Valori, asked: str = "", oggi: Optional[date] = None) -> Lettura:
    """The values in a message.

    text: as written. known: the values given so far (a relative "one more" starts from them). asked: the parameter that has just
    been asked, which a bare number, date, "yes" or "no" answers. oggi: the day relative dates count from.
    """
    prepared = prepare(text)
    found: Dict[str, Valore] = {}
    vague: List[str] = []
    days, without_days = _dates(prepared, oggi or date.today())
    taken: Set[int] = set()
    for parametro in _first_asked(calcolatore.parametri, asked):
        is_asked = parametro.nome == asked
        value: Optional[Valore] = None
        if parametro.legge is not None and not (is_asked and parametro.tipo == INTERO and _BARE.match(prepared)):
            value = parametro.legge(prepared, {**known, **found})
        if value is None and parametro.tipo == SCELTA:
            value = _choice(parametro, prepared, is_asked)
        elif value is None and parametro.tipo == INSIEME:
            value = _choices(parametro, prepared, is_asked)
        elif value is None and parametro.tipo == INTERO:
            value = _integer(parametro, without_days, known, is_asked, taken)
            if value is None and is_asked and _ABOUT.search(prepared):
                vague.append(parametro.nome)
        elif value is None and parametro.tipo == IMPORTO:
            value = _amount(without_days, is_asked)
        if value is not None:
            found[parametro.nome] = value
    found.update(_assigned_dates(calcolatore, prepared, days, known, asked))
    return Lettura(found, tuple(vague))


def _first_asked(parametri: Sequence[Parametro], asked: str) -> List[Parametro]:
    return sorted(parametri, key=lambda p: p.nome != asked)


def _choice(parametro: Parametro, text: str, asked: bool) -> Optional[str]:
    for scelta in parametro.scelte:
        if any(re.search(modo, text) for modo in scelta.modi):
            return scelta.valore
    if not asked:
        return None
    values = {s.valore for s in parametro.scelte}
    if {"si", "no"} <= values:
        if _NO.search(text):
            return "no"
        if _YES.search(text):
            return "si"
    for scelta in parametro.scelte:
        title = prepare(scelta.titolo)
        if title == text.strip(" .!?"):
            return scelta.valore
    return None


def _choices(parametro: Parametro, text: str, asked: bool) -> Optional[Tuple[str, ...]]:
    said = [s.valore for s in parametro.scelte if any(re.search(modo, text) for modo in s.modi)]
    if not said and asked and re.search(r"\btutt[ieao]\b|\bentramb\w+", text):
        said = [s.valore for s in parametro.scelte]
    return tuple(dict.fromkeys(said)) or None


def _numbers(text: str) -> Iterator[_Number]:
    for match in _NUMBER.finditer(text):
        if _NAMED.search(text[match.end() :]) or _NAMING.search(text[: match.start()]):
            continue
        value = Decimal(match[2].replace(".", "") + ("." + match[3] if match[3] else ""))
        yield _Number(-value if match[1] else value, match.start(), match.end())


def _integer(parametro: Parametro, text: str, known: Valori, asked: bool, taken: Set[int]) -> Optional[int]:
    current = known.get(parametro.nome)
    if isinstance(current, int) and parametro.unita:
        changed = _relative(text, current, parametro)
        if changed is not None:
            return changed
    numbers = [n for n in _numbers(text) if n.value == n.value.to_integral_value() and n.start not in taken]
    for unit in parametro.unita:
        hits = [n for n in numbers if _beside(text, n, unit)]
        if hits:  # the last one said corrects the ones before
            taken.add(hits[-1].start)
            return int(hits[-1].value)
        if re.search(rf"\bun[oa]?\s+{unit}", text):
            return 1
    if asked and numbers:
        taken.add(numbers[-1].start)
        return int(numbers[-1].value)
    if asked and re.search(r"^(?:solo |soltanto |e |era |sono )?un[oa]?\b(?: sol[oa])?\W*$", text):
        return 1
    return None


def _beside(text: str, number: _Number, unit: str) -> bool:
    return bool(
        re.match(rf"(?:\s*(?:,|e|o)?\s*\w+){{0,2}}?\W*\s(?:{unit})", text[number.end :])
        or re.search(rf"(?:{unit})\s*(?::|sono|erano|e|=|n\.?|nr\.?|circa|totali|in tutto|\s)*\s*$", text[: number.start])
    )


def _relative(text: str, current: int, parametro: Parametro) -> Optional[int]:
    for pattern, sign in ((_LESS, -1), (_MORE, 1)):
        match = pattern.search(text)
        if not match:
            continue
        word = next((g for g in match.groups() if g), "")
        amount = 1 if _ONE.match(word) else int(word) if word.isdigit() else None
        others = re.search(r"\b(giorn\w+|settiman\w+|pagin\w+|facciat\w+|fogli\w*)", match[0])
        if amount is None or (others and not any(re.search(u, others[0]) for u in parametro.unita)):
            continue
        return current + sign * amount
    return None


def _amount(text: str, asked: bool) -> Optional[Decimal]:
    match = _MONEY.search(text)
    if match:
        return Decimal((match[1] or match[2]).rstrip(".").replace(".", "").replace(",", "."))
    numbers = list(_numbers(text)) if asked else []
    return numbers[-1].value.quantize(Decimal("0.01")) if numbers else None


def coming_days(prepared: str, oggi: date) -> List[Tuple[date, int]]:
    """The days named in a prepared text with their places, each the next one of that name: today or later."""
    return [(day, place) for day, place in _dates(prepared, oggi, coming=True)[0] if day >= oggi]


def _dates(text: str, oggi: date, coming: bool = False) -> Tuple[List[Tuple[date, int]], str]:
    """The days named in a text with their places, and the text with them blanked out (a year is not a number of pages).

    coming: a day without a year is the next of that name, not the last one.
    """
    days: List[Tuple[date, int]] = []
    blanked = text
    matches = list(DATES.finditer(text))
    for match in matches:
        day = _day(match[0], text, oggi, coming)
        if day is None:
            continue
        days.append((day, match.start()))
        blanked = blanked[: match.start()] + " " * (match.end() - match.start()) + blanked[match.end() :]
    return _with_shared_year(text, matches, days), blanked


def _day(said: str, text: str, oggi: date, coming: bool = False) -> Optional[date]:
    said = re.sub(r"\s*([/.-])\s*", r"\1", said) if re.match(r"\d+\s?[/.-]", said) else said
    upcoming = coming or re.search(r"\bprossimo\b|^(?:fra|tra)\b", said)
    if re.search(r"\d", said):
        said = re.sub(rf"\b(?:{_WEEKDAYS})\b", " ", said)
    said = re.sub(r"\b(?:del|anno|scorso|prossimo|di)\b", " ", said.replace("primo", "1").replace("°", "").replace("º", ""))
    said = re.sub(
        r"\s+",
        " ",
        said.replace("l altro ieri", "altro ieri").replace("ieri l altro", "altro ieri").replace("avantieri", "altro ieri"),
    )
    said = said.replace("lunedi", "lunedì").replace("martedi", "martedì").replace("mercoledi", "mercoledì")
    said = re.sub(r"^\s*fra\b", "tra", said.replace("giovedi", "giovedì").replace("venerdi", "venerdì")).strip()
    found = dateparser.parse(
        said,
        languages=["it"],
        settings={
            "DATE_ORDER": "YMD" if re.match(r"\d{4}-", said) else "DMY",
            "PREFER_DATES_FROM": "future" if upcoming else "past",
            "RELATIVE_BASE": datetime(oggi.year, oggi.month, oggi.day),
            "REQUIRE_PARTS": ["day", "month"] if re.search(rf"\b(?:{MONTHS})\b", said) else [],
        },
    )
    if found is None or not 1900 <= found.year <= 2200:
        return None
    day = found.date()
    if _LAST_YEAR.search(text) and not re.search(r"\d{4}", said) and day.year == oggi.year:
        day = day.replace(year=oggi.year - 1) if (day.month, day.day) != (2, 29) else day - timedelta(days=365)
    return day


def _with_shared_year(text: str, matches: Sequence["re.Match[str]"], days: List[Tuple[date, int]]) -> List[Tuple[date, int]]:
    """ "Dal 3 aprile al 20 maggio 2025": the year said once holds for both."""
    if len(days) != 2 or len(matches) != 2:
        return days
    if any(not re.search(rf"\d\s?[/.-]\s?\d|\b(?:{MONTHS})\b", m[0]) for m in matches):
        return days  # "today" has its year already
    has_year = [bool(re.search(r"\d{4}|[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2}\b", m[0])) for m in matches]
    (first, place), (second, other) = days
    if has_year == [False, True]:
        first = _in_year(first, second.year)
        first = _in_year(first, second.year - 1) if first > second else first
    elif has_year == [True, False]:
        second = _in_year(second, first.year)
        second = _in_year(second, first.year + 1) if second < first else second
    elif has_year == [False, False] and second < first:
        first = _in_year(first, second.year)
    return [(first, place), (second, other)]


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def _assigned_dates(
    calcolatore: Calcolatore, text: str, days: Sequence[Tuple[date, int]], known: Valori, asked: str
) -> Dict[str, Valore]:
    """Which parameter each day is: by the word before it ("al 15/6"), else the one asked, else in the order declared."""
    parameters = [p for p in calcolatore.parametri if p.tipo == DATA]
    found: Dict[str, Valore] = {}
    free: List[date] = []
    for day, place in days:
        before = text[max(0, place - 25) : place]
        owner = next((p.nome for p in parameters if any(re.search(rf"(?:{b})\s*$", before) for b in p.prima)), None)
        if owner and owner not in found:
            found[owner] = day
        else:
            free.append(day)
    names = [p.nome for p in _first_asked(parameters, asked)]
    if asked not in names:
        names = [p.nome for p in parameters]
    for day in free:
        name = next((n for n in names if n not in found), None)
        if name is not None:
            found[name] = day
    return found
