"""The office's figures, out of the counts of bot/storage/eventi.py: pure functions, nothing that names a person goes in or out.

A message of the assistant is one event "risposta" with its esito. Acts of conversation (greetings, thanks) and
questions asked back neither raise nor lower the share of questions answered, which is answers / (answers + not understood).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.storage.eventi import Evento

ROME = ZoneInfo("Europe/Rome")
CHANNELS = {"web": "Sito", "tg": "Telegram", "int": "Personale", "rest": "Altri programmi"}
PUBLIC = ("web", "tg", "rest")
ANSWERED = frozenset({"risposta", "calcolo", "percorso", "bozza"})
NOT_UNDERSTOOD = "non_capito"
ANSWER, HANDOVER, RATING, DRAFT, CALCULATION = "risposta", "passaggio", "valutazione", "bozza", "calcolo"
TAKEN = ("preso", "presa")
ASKED = ("richiesto", "richiesta", "in_coda")
LONGEST = 366  # days of a period
EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    dal: date
    al: date

    @property
    def days(self) -> list[date]:
        """Its days in order."""
        return [self.dal + timedelta(days=n) for n in range((self.al - self.dal).days + 1)]

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its beginning, and the beginning of the day after it."""
        after = datetime.combine(self.al + timedelta(days=1), time(), ROME)
        return datetime.combine(self.dal, time(), ROME), after


def period(dal: str, al: str, oggi: date, giorni: int = 30) -> Period:
    """The period asked for in a form; the last `giorni` days where nothing usable is asked. Never longer than LONGEST."""
    end = max(EARLIEST, min(_day(al) or oggi, oggi))
    start = max(EARLIEST, _day(dal) or end - timedelta(days=giorni - 1))
    start = min(start, end)
    return Period(max(start, end - timedelta(days=LONGEST - 1)), end)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Row:
    """What happened in one day, or with one topic, or in one channel."""

    messaggi: int = 0
    risposte: int = 0
    non_capite: int = 0
    passaggi: int = 0
    presi: int = 0
    utili: int = 0
    non_utili: int = 0
    bozze: int = 0
    calcoli: int = 0

    @property
    def quota(self) -> float | None:
        """The share of questions that were answered; None when there was none."""
        asked = self.risposte + self.non_capite
        return self.risposte / asked if asked else None


@dataclass(frozen=True)
class Figures:
    """A period in figures: all together, by day, by channel and by topic (ids); drafts, calculations by code; seconds waited."""

    period: Period
    totale: Row
    giorni: Mapping[date, Row]
    canali: Mapping[str, Row]
    argomenti: Mapping[str, Row]
    bozze: Mapping[str, int]
    calcoli: Mapping[str, int]
    attese: Sequence[int] = field(default_factory=tuple)

    @property
    def attesa_mediana(self) -> float | None:
        """The median of the seconds waited for a person; None when nobody did."""
        return median(self.attese) if self.attese else None


def figures(eventi: Iterable[Evento], of: Period, canali: Sequence[str] = PUBLIC) -> Figures:
    """The figures of a period out of its events, in these channels."""
    wanted = [e for e in eventi if e.canale in canali]
    by_day: dict[date, list[Evento]] = {day: [] for day in of.days}
    by_channel: dict[str, list[Evento]] = {}
    by_topic: dict[str, list[Evento]] = {}
    for event in wanted:
        by_day.setdefault(event.quando.astimezone(ROME).date(), []).append(event)
        by_channel.setdefault(event.canale, []).append(event)
        if event.argomento and event.tipo in (ANSWER, RATING):
            by_topic.setdefault(event.argomento, []).append(event)
    topics = {name: row(events) for name, events in by_topic.items()}
    return Figures(
        of,
        row(wanted),
        {day: row(events) for day, events in by_day.items()},
        {name: row(by_channel[name]) for name in sorted(by_channel)},
        dict(sorted(topics.items(), key=lambda item: (-item[1].messaggi, item[0]))),
        _counted(wanted, DRAFT),
        _counted(wanted, CALCULATION),
        tuple(e.valore for e in wanted if e.tipo == HANDOVER and e.esito in TAKEN and e.valore is not None),
    )


def row(eventi: Iterable[Evento]) -> Row:
    """The counts of some events."""
    count: Counter[str] = Counter()
    for event in eventi:
        if event.tipo == ANSWER:
            count["messaggi"] += 1
            count["risposte"] += event.esito in ANSWERED
            count["non_capite"] += event.esito == NOT_UNDERSTOOD
        elif event.tipo == HANDOVER:
            count["passaggi"] += event.esito in ASKED
            count["presi"] += event.esito in TAKEN
        elif event.tipo == RATING:
            count["utili" if event.esito == "utile" else "non_utili"] += 1
        elif event.tipo in (DRAFT, CALCULATION):
            count["bozze" if event.tipo == DRAFT else "calcoli"] += 1
    return Row(**count)


def _counted(eventi: Iterable[Evento], tipo: str) -> dict[str, int]:
    return dict(Counter(e.voce or "?" for e in eventi if e.tipo == tipo).most_common())


COLUMNS = ("giorno", "canale", "argomento", "tipo", "voce", "esito", "numero", "attesa_totale_secondi")


def as_csv(eventi: Iterable[Evento]) -> str:
    """The counts as a table for a spreadsheet: by day, never by hour, so that nobody's visit can be told apart by its time."""
    count: Counter[tuple[str, ...]] = Counter()
    waited: Counter[tuple[str, ...]] = Counter()
    for e in eventi:
        key = (e.quando.astimezone(ROME).date().isoformat(), e.canale, e.argomento or "", e.tipo, e.voce or "", e.esito or "")
        count[key] += 1
        waited[key] += e.valore or 0
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for group in sorted(count):
        writer.writerow([*(_cell(value) for value in group), count[group], waited[group] or ""])
    return "\ufeff" + out.getvalue()  # the mark by which spreadsheets know UTF-8


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
