"""One day out of an Italian date, with an impossible one told as such."""

from __future__ import annotations

import re
from datetime import date
from typing import Optional

from bot.bozze.errori import DatoNonValido
from bot.dialogue.lettura import prepare, read
from calculators.model import DATA, Calcolatore, Parametro, Risultato

MONTHS = (
    "gen(?:naio)?|feb(?:braio)?|mar(?:zo)?|apr(?:ile)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago(?:sto)?|set(?:t(?:embre)?)?|ott(?:obre)?"
    "|nov(?:embre)?|dic(?:embre)?"
)
_ORDER = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
_ISO = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-\s]\s?(\d{1,2})(?:\s?[/.\-\s]\s?(\d{4}|\d{2}))?(?!\d)")
_RUN = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_WORDS = re.compile(
    rf"(?<![\d.,])(\d{{1,2}}|primo|1°|1º)\s*(?:[°º]\s*)?(?:di\s+|del mese di\s+|/|-|\.)?\s*({MONTHS})\b\.?"
    r"(?:[\s,/.-]*(?:del(?:l anno| lontano)?|anno)?\s*(\d{4}|\d{2})(?!\d))?"
)
_DAY = Parametro("giorno", DATA, "", "")
_READER = Calcolatore("giorno", "", "", lambda _: "", (), (_DAY,), lambda v, c: Risultato(""))  # only the reader of dates is used


def read_day(text: str, oggi: date, past: bool = False, birth: bool = False, year: Optional[int] = None) -> date:
    """The day a text says: 21/08/1999, 21.8.99, 21 agosto '99, "ventuno agosto millenovecentonovantanove", 1999-08-21, oggi,
    ieri.

    past: the day must lie in the past, by which years of two digits are read. birth: the year must be said. year: the year
    where none is said (default: the day nearest in the past). Raises DatoNonValido where there is no date or no such day.
    """
    said = re.sub(r"\s+", " ", text).strip()[:60]
    prepared = prepare(text)
    found = _parts(prepared)
    if found is None:
        if re.search(r"\d", prepared) and not re.search(r"\b(?:giorn|settiman|mes[ei])", prepared):
            raise DatoNonValido(f"«{said}» non è una data completa. La scriva con giorno, mese e anno, per esempio 21/08/1999.")
        day = read(text, _READER, {}, "giorno", oggi).valori.get("giorno") if not birth else None
        if not isinstance(day, date):
            raise DatoNonValido(f"«{said}» non è una data. La scriva con giorno, mese e anno, per esempio 21/08/1999.")
        return day
    day_number, month, year_said = found
    if not year_said and birth:
        raise DatoNonValido(f"«{said}»: manca l'anno. Scriva giorno, mese e anno, per esempio 21/08/1999.")
    if not year_said:
        return _without_year(day_number, month, said, oggi, year)
    full = int(year_said)
    if len(year_said) == 2:
        full += 2000
        if (past and (full, month, day_number) > (oggi.year, oggi.month, oggi.day)) or (not past and full > oggi.year + 50):
            full -= 100
    return _existing(full, month, day_number, said)


def _parts(text: str) -> Optional["tuple[int, int, str]"]:
    iso = _ISO.search(text)
    if iso:
        return int(iso[3]), int(iso[2]), iso[1]
    words = _WORDS.search(text)
    if words:
        day = 1 if not words[1].isdigit() else int(words[1])
        return day, _ORDER.index(words[2][:3]) + 1, words[3] or ""
    for pattern in (_RUN, _NUMERIC):
        numeric = pattern.search(text)
        if numeric:
            return int(numeric[1]), int(numeric[2]), numeric[3] or ""
    return None


def _without_year(day: int, month: int, said: str, oggi: date, year: Optional[int]) -> date:
    if year is not None:
        return _existing(year, month, day, said)
    for candidate in (oggi.year, oggi.year - 1):
        if (month, day) <= (oggi.month, oggi.day) or candidate < oggi.year:
            return _existing(candidate, month, day, said)
    raise AssertionError("last year is before this one")


def _existing(year: int, month: int, day: int, said: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DatoNonValido(
            f"Il giorno «{said}» non esiste nel calendario: controlli giorno e mese, per esempio 21/08/1999."
        ) from None
