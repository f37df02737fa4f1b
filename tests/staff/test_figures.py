"""Figures and charts: what counts as what, in which day, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from bot.staff.charts import by_day, step_of
from bot.staff.figures import COLUMNS, Period, as_csv, figures, period, row
from bot.storage.eventi import Evento

MONTH = Period(date(2026, 10, 1), date(2026, 10, 31))


def event(tipo: str, esito: str = "", quando: str = "2026-10-10T10:00:00+00:00", canale: str = "web", **more: object) -> Evento:
    return Evento(tipo=tipo, esito=esito, quando=datetime.fromisoformat(quando), canale=canale, **more)


def test_questions_answered_are_a_share_of_questions_only() -> None:
    counted = row([event("risposta", e) for e in ("risposta", "calcolo", "non_capito", "saluto", "domanda", "annulla")])
    assert (counted.messaggi, counted.risposte, counted.non_capite, counted.quota) == (6, 2, 1, 2 / 3)
    assert row([]).quota is None


def test_a_day_is_a_day_here_also_when_the_clocks_change() -> None:
    events = [
        event("risposta", "risposta", "2026-09-30T22:30:00+00:00"),  # already the first of October here
        event("risposta", "risposta", "2026-10-24T22:30:00+00:00"),  # the 25th: the night of the change
        event("risposta", "risposta", "2026-10-25T22:30:00+00:00"),  # still the 25th
        event("risposta", "risposta", "2026-10-31T22:30:00+00:00"),
    ]
    found = figures(events, MONTH)
    assert {d.day: r.messaggi for d, r in found.giorni.items() if r.messaggi} == {1: 1, 25: 2, 31: 1}
    start, end = MONTH.moments
    assert start.astimezone(timezone.utc).isoformat() == "2026-09-30T22:00:00+00:00"
    assert end.astimezone(timezone.utc).isoformat() == "2026-10-31T23:00:00+00:00"


def test_waits_channels_topics_drafts() -> None:
    events = [
        event("passaggio", "richiesto"),
        event("passaggio", "preso", valore=30),
        event("passaggio", "richiesto", canale="tg"),
        event("passaggio", "preso", valore=90, canale="tg"),
        event("passaggio", "fuori_orario"),
        event("risposta", "risposta", argomento="bollo"),
        event("risposta", "risposta", argomento="casellario"),
        event("risposta", "non_capito", argomento="casellario", canale="tg"),
        event("valutazione", "utile", argomento="casellario"),
        event("risposta", "risposta", canale="int"),
        event("bozza", voce="A02"),
        event("bozza", voce="A02"),
        event("calcolo", voce="bollo"),
    ]
    found = figures(events, MONTH)
    assert found.attesa_mediana == 60 and found.totale.passaggi == 2 and found.totale.presi == 2
    assert list(found.argomenti) == ["casellario", "bollo"] and found.argomenti["casellario"].utili == 1
    assert set(found.canali) == {"web", "tg"}, "i colleghi non sono il pubblico"
    assert found.bozze == {"A02": 2} and found.calcoli == {"bollo": 1}
    assert figures([], MONTH).attesa_mediana is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_asked_is_a_period(dal: str, al: str) -> None:
    today = date(2026, 11, 20)
    found = period(dal, al, today)
    assert found.dal <= found.al <= today and len(found.days) <= 366


@given(st.lists(st.sampled_from(["=1+1", "+1", "-1", "@x", "\t=1", "casellario", 'con "virgolette"; e\na capo']), max_size=8))
def test_the_table_is_read_by_spreadsheets_as_text(topics: list[str]) -> None:
    read = list(csv.reader(io.StringIO(as_csv([event("risposta", argomento=t) for t in topics]).lstrip("\ufeff")), delimiter=";"))
    assert tuple(read[0]) == COLUMNS and all(len(r) == len(COLUMNS) for r in read)
    assert sum(int(r[6]) for r in read[1:]) == len(topics)
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t") for r in read for cell in r)
    assert not any(":" in r[0] for r in read[1:]), "il giorno, non l'ora"


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=366))
@example([1, 100_000])
def test_a_chart_fits_its_frame_and_its_words_say_its_numbers(values: list[int]) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(len(values))]
    chart = by_day("Prova", days, values)
    assert len(chart.bars) == len(values)
    for bar, value in zip(chart.bars, values, strict=True):
        assert bar.x >= 0 and bar.x + bar.width <= chart.width and bar.y >= 0 and bar.height >= 0
        assert bar.titolo.endswith(f": {value}") and (bar.height > 0) == (value > 0)
    assert f"in tutto {sum(values)}" in chart.riassunto
    assert int(chart.valori[-1].testo) >= max(values) and 2 <= len(chart.valori) <= 6


def test_lines_of_the_axis_are_round_numbers() -> None:
    assert [step_of(n) for n in (0, 1, 4, 5, 9, 40, 41, 500)] == [1, 1, 1, 2, 5, 10, 20, 200]
