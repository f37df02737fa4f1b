"""When an office is open: weekly hours, holidays, closures, the nights on which the hour changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.orari import Apertura, apertura, giornata
from calculators.orari_in_parole import adesso_in_parole, giorno_in_parole, stato
from knowledge.models import GIORNI, Fascia, Ufficio
from knowledge.models_calendario import Calendario

ROME = ZoneInfo("Europe/Rome")
FONTI = [{"documento": "carta", "sezione": "2.3"}]
WEEKDAYS = list(GIORNI[:5])
MINUTE = timedelta(minutes=1)


def office(*bands: tuple[list[str], str, str], **more: Any) -> Ufficio:
    hours = [{"giorni": days, "dalle": start, "alle": end} for days, start, end in bands]
    return Ufficio(**{"id": "prova", "nome": "Ufficio di prova", "orari": hours, "fonti": FONTI, **more})


MORNINGS = office((WEEKDAYS, "8.30", "13.30"))
SATURDAYS = office((list(GIORNI[:6]), "8.30", "13.30"), id="sabati", nome="Ufficio del sabato", breve="Sabati")
AFTERNOONS = office((WEEKDAYS, "8.30", "13.30"), (["martedì", "giovedì"], "14.00", "17.30"))
NONE = Calendario()
PATRON = {"id": "patrono", "nome": "San Tale, patrono", "giorno": "7 settembre", "fonti": FONTI}


def at(day: str, hour: str = "10.00") -> datetime:
    hours, minutes = hour.split(".")
    return datetime.combine(date.fromisoformat(day), time(int(hours), int(minutes)), ROME)


def calendar(*closures: dict[str, Any], **more: Any) -> Calendario:
    return Calendario(chiusure=[{"id": f"c{n}", **closure} for n, closure in enumerate(closures)], **more)


def test_open_from_the_first_minute_to_the_last() -> None:
    assert apertura(MORNINGS, NONE, at("2026-11-23", "8.29")) == Apertura(False, riapre=at("2026-11-23", "8.30"))
    for hour in ("8.30", "10.00", "13.29"):
        assert apertura(MORNINGS, NONE, at("2026-11-23", hour)) == Apertura(True, chiude=at("2026-11-23", "13.30"))
    assert apertura(MORNINGS, NONE, at("2026-11-23", "13.30")) == Apertura(False, riapre=at("2026-11-24", "8.30"))


@pytest.mark.parametrize(
    ("office", "now", "reopens", "reason"),
    [
        (MORNINGS, at("2026-11-21"), at("2026-11-23", "8.30"), None),  # Saturday
        (SATURDAYS, at("2026-11-21", "14.00"), at("2026-11-23", "8.30"), None),
        (SATURDAYS, at("2026-12-04", "14.00"), at("2026-12-05", "8.30"), None),  # Friday afternoon
        (AFTERNOONS, at("2026-11-24", "13.45"), at("2026-11-24", "14.00"), None),
        (AFTERNOONS, at("2026-11-25", "13.45"), at("2026-11-26", "8.30"), None),
        (MORNINGS, at("2026-12-08"), at("2026-12-09", "8.30"), "festa nazionale: Immacolata Concezione"),
        (MORNINGS, at("2026-12-07", "20.00"), at("2026-12-09", "8.30"), None),
        (MORNINGS, at("2026-04-06"), at("2026-04-07", "8.30"), "festa nazionale: Lunedì dell'Angelo"),
        (MORNINGS, at("2026-04-03", "18.00"), at("2026-04-07", "8.30"), None),  # Good Friday evening
        (MORNINGS, at("2026-12-24", "15.00"), at("2026-12-28", "8.30"), None),  # Christmas on Friday, Boxing Day on Saturday
        (SATURDAYS, at("2026-08-15"), at("2026-08-17", "8.30"), "festa nazionale: Assunzione della Beata Vergine Maria"),
        (SATURDAYS, at("2026-12-31", "14.00"), at("2027-01-02", "8.30"), None),
        (MORNINGS, at("2026-11-02"), None, None),  # no holiday: open
    ],
)
def test_real_days(office: Ufficio, now: datetime, reopens: datetime | None, reason: str | None) -> None:
    found = apertura(office, NONE, now)
    assert (found.aperto, found.riapre, found.motivo) == (reopens is None, reopens, reason)


def test_the_moment_may_come_in_any_zone() -> None:
    """12.45 UTC in July is a quarter to three in Rome."""
    assert not apertura(MORNINGS, NONE, datetime(2026, 7, 6, 12, 45, tzinfo=timezone.utc)).aperto
    assert apertura(MORNINGS, NONE, datetime(2026, 7, 6, 6, 30, tzinfo=timezone.utc)).aperto
    assert not apertura(MORNINGS, NONE, datetime(2026, 1, 7, 6, 30, tzinfo=timezone.utc)).aperto
    with pytest.raises(ValueError, match="fuso orario"):
        apertura(MORNINGS, NONE, datetime(2026, 7, 6, 10, 0))


def test_the_patron_saint_closes_every_year() -> None:
    saint = Calendario(ricorrenze=[PATRON])
    for year, reopens in ((2026, "2026-09-08"), (2027, "2027-09-08"), (2028, "2028-09-08")):
        found = apertura(MORNINGS, saint, at(f"{year}-09-07"))
        assert (found.aperto, found.riapre, found.motivo) == (False, at(reopens, "8.30"), "San Tale, patrono")
    assert apertura(MORNINGS, saint, at("2026-09-08")).aperto


def test_a_closure_of_one_office_is_not_of_the_others() -> None:
    closed = calendar({"dal": "2026-11-23", "al": "2026-11-24", "uffici": ["prova"], "motivo": "trasloco"})
    found = apertura(MORNINGS, closed, at("2026-11-23"))
    assert (found.aperto, found.riapre, found.motivo) == (False, at("2026-11-25", "8.30"), "trasloco")
    assert apertura(SATURDAYS, closed, at("2026-11-23")).aperto
    everywhere = calendar({"dal": "2026-11-23", "uffici": "tutti"})
    assert not apertura(SATURDAYS, everywhere, at("2026-11-23")).aperto
    assert apertura(SATURDAYS, everywhere, at("2026-11-24")).aperto  # without `al`, one day


def test_a_closure_of_some_hours() -> None:
    strike = calendar({"dal": "2026-12-24", "dalle": "10.30", "alle": "12.00", "motivo": "assemblea"})
    assert apertura(MORNINGS, strike, at("2026-12-24", "9.00")).chiude == at("2026-12-24", "10.30")
    during = apertura(MORNINGS, strike, at("2026-12-24", "11.00"))
    assert (during.aperto, during.riapre, during.motivo) == (False, at("2026-12-24", "12.00"), "assemblea")
    assert apertura(MORNINGS, strike, at("2026-12-24", "12.00")).chiude == at("2026-12-24", "13.30")
    early = calendar({"dal": "2026-12-24", "dalle": "11.00", "motivo": "vigilia"})
    assert apertura(AFTERNOONS, early, at("2026-12-24", "15.00")).motivo == "vigilia"
    assert apertura(AFTERNOONS, early, at("2026-12-24", "11.00")).riapre == at("2026-12-28", "8.30")


def test_a_notice_of_the_site_closes_too() -> None:
    notice = {"id": "ponte", "titolo": "Chiuso", "testo": "Chiuso.", "dal": "2026-11-02", "al": "2026-11-02", "chiude": ["prova"]}
    announced = Calendario(avvisi_del_sito=[notice])
    assert not apertura(MORNINGS, announced, at("2026-11-02")).aperto
    assert apertura(SATURDAYS, announced, at("2026-11-02")).aperto
    nothing = Calendario(avvisi_del_sito=[{**notice, "chiude": []}])
    assert apertura(MORNINGS, nothing, at("2026-11-02")).aperto


def test_bands_that_touch_are_one() -> None:
    whole = office((["lunedì"], "8.30", "13.30"), (["lunedì"], "13.30", "17.00"), (["lunedì"], "9.00", "10.00"))
    assert apertura(whole, NONE, at("2026-11-23", "9.00")).chiude == at("2026-11-23", "17.00")


def test_nothing_to_reopen() -> None:
    assert apertura(office(), NONE, at("2026-11-23")) == Apertura(False, motivo="orario non pubblicato")
    forever = calendar({"dal": "2026-01-01", "al": "2036-01-01", "motivo": "soppresso"})
    assert apertura(MORNINGS, forever, at("2026-11-23")) == Apertura(False, motivo="soppresso")


def test_the_nights_on_which_the_hour_changes() -> None:
    """A band over the change counts instants: one hour less in March, one more in October."""
    night = office((["domenica"], "1.00", "4.00"))
    for day, hours in (("2026-03-29", 2), ("2026-10-25", 4)):
        ((start, end),) = giornata(night, NONE, date.fromisoformat(day)).intervalli
        assert end.astimezone(timezone.utc) - start.astimezone(timezone.utc) == timedelta(hours=hours)
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ROME)
    assert apertura(night, NONE, twice).aperto and apertura(night, NONE, twice.replace(fold=1)).aperto
    skipped = office((["domenica"], "2.15", "2.45"))  # does not exist that night: it is the hour that the clocks then show
    ((start, end),) = giornata(skipped, NONE, date(2026, 3, 29)).intervalli
    assert (start.hour, end.hour) == (3, 3) and start < end


# Properties, on any hours and any closures.

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def bands(draw: st.DrawFn) -> Fascia:
    start, end = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
    days = draw(st.lists(st.sampled_from(GIORNI), min_size=1, max_size=7, unique=True))
    return Fascia(giorni=days, dalle=f"{start.hour}.{start.minute:02d}", alle=f"{end.hour}.{end.minute:02d}")


@st.composite
def calendars(draw: st.DrawFn) -> Calendario:
    closures = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
        hours = draw(st.none() | st.lists(clocks, min_size=2, max_size=2, unique=True).map(sorted))
        closure: dict[str, Any] = {"dal": first, "al": first + timedelta(days=draw(st.integers(0, 20)))}
        if hours:
            closure |= {"dalle": hours[0], "alle": hours[1]}
        closures.append({**closure, "uffici": draw(st.sampled_from(["tutti", ["prova"], ["altro"]]))})
    return calendar(*closures, ricorrenze=draw(st.sampled_from([[], [PATRON]])))


# every day of two years, those on which the hour changes often
days = st.dates(date(2026, 1, 1), date(2027, 12, 31)) | st.sampled_from(
    [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]
)
moments = st.builds(
    lambda day, minute: datetime.combine(day, time(0), timezone.utc) + minute * MINUTE, days, st.integers(0, 1439)
)
FEASTS = holidays.country_holidays("IT", years=[2026, 2027, 2028, 2029])


def in_a_band(moment: datetime, fasce: list[Fascia]) -> bool:
    """Whether the clock on the wall is inside the weekly hours."""
    wall = moment.astimezone(ROME)
    return any(GIORNI[wall.weekday()] in f.giorni and f.dalle <= wall.time() < f.alle for f in fasce)


def closed_by_calendar(moment: datetime, calendario: Calendario) -> bool:
    wall = moment.astimezone(ROME)
    if wall.date() in FEASTS or (calendario.ricorrenze and (wall.month, wall.day) == (9, 7)):
        return True
    mine = [c for c in calendario.chiusure if c.uffici in (["tutti"], ["prova"])]
    return any(
        c.dal <= wall.date() <= (c.al or c.dal) and (c.dalle or time(0)) <= wall.time() < (c.alle or time(23, 59, 59))
        for c in mine
    )


def is_open(moment: datetime, fasce: list[Fascia], calendario: Calendario) -> bool:
    return in_a_band(moment, fasce) and not closed_by_calendar(moment, calendario)


def changes_the_hour(moment: datetime) -> bool:
    """Whether the hour changes that day: then a wall clock does not say which instant it is."""
    day = moment.astimezone(ROME).date()
    return datetime.combine(day, time(0), ROME).utcoffset() != datetime.combine(day, time(23), ROME).utcoffset()


@given(fasce=st.lists(bands(), min_size=1, max_size=4), calendario=calendars(), now=moments)
def test_open_is_what_the_clock_on_the_wall_says(fasce: list[Fascia], calendario: Calendario, now: datetime) -> None:
    found = apertura(office().copy(update={"orari": fasce}), calendario, now)
    if not changes_the_hour(now):
        assert found.aperto == is_open(now, fasce, calendario)
    assert (found.chiude is not None) == found.aperto
    assert not (found.aperto and found.riapre)


@given(fasce=st.lists(bands(), min_size=1, max_size=4), calendario=calendars(), now=moments)
def test_it_reopens_at_the_first_moment_that_is_in_the_hours(fasce: list[Fascia], calendario: Calendario, now: datetime) -> None:
    here = office().copy(update={"orari": fasce})
    found = apertura(here, calendario, now)
    if found.riapre is None:
        return
    reopens = found.riapre.astimezone(timezone.utc)
    assert reopens > now
    assert apertura(here, calendario, reopens).aperto
    assert found.riapre.date() not in FEASTS and not closed_by_calendar(reopens, calendario)
    if not changes_the_hour(reopens):
        assert in_a_band(reopens, fasce)
    assert not apertura(here, calendario, reopens - MINUTE).aperto
    for step in range(1, 40):  # nothing in between
        between = now + step * (reopens - now) / 40
        assert between >= reopens or not apertura(here, calendario, between).aperto


@given(fasce=st.lists(bands(), min_size=1, max_size=4), calendario=calendars(), now=moments)
def test_it_is_open_until_it_closes(fasce: list[Fascia], calendario: Calendario, now: datetime) -> None:
    here = office().copy(update={"orari": fasce})
    found = apertura(here, calendario, now)
    if found.chiude is None:
        return
    closes = found.chiude.astimezone(timezone.utc)
    assert closes > now
    assert apertura(here, calendario, closes - MINUTE).aperto or closes - MINUTE < now
    assert not apertura(here, calendario, closes).aperto


# In words.


@pytest.mark.parametrize(
    ("office", "now", "said"),
    [
        (MORNINGS, at("2026-11-23"), "L'ufficio è aperto adesso, fino alle 13.30."),
        (MORNINGS, at("2026-11-21"), "L'ufficio è chiuso: riapre lunedì 23 novembre alle 8.30."),
        (AFTERNOONS, at("2026-11-24", "13.45"), "L'ufficio è chiuso: riapre oggi alle 14.00."),
        (MORNINGS, at("2026-12-31", "20.00"), "L'ufficio è chiuso: riapre lunedì 4 gennaio 2027 alle 8.30."),
        (office(), at("2026-11-23"), "L'orario dell'ufficio non è pubblicato."),
        (
            MORNINGS,
            at("2026-12-08"),
            "L'ufficio oggi è chiuso (festa nazionale: Immacolata Concezione): riapre mercoledì 9 dicembre alle 8.30.",
        ),
        (office((["lunedì"], "1.00", "2.00")), at("2026-11-23", "0.30"), "L'ufficio è chiuso: riapre oggi all'1.00."),
    ],
)
def test_now_in_words(office: Ufficio, now: datetime, said: str) -> None:
    assert stato(apertura(office, NONE, now), now) == said


def test_a_short_closure_does_not_close_the_day() -> None:
    strike = calendar({"dal": "2026-12-23", "dalle": "10.30", "alle": "12.00", "motivo": "assemblea"})
    now = at("2026-12-23", "11.00")
    assert (
        stato(apertura(MORNINGS, strike, now), now) == "L'ufficio in questo momento è chiuso (assemblea): riapre oggi alle 12.00."
    )


def test_offices_that_stand_alike_are_said_together() -> None:
    both = [MORNINGS, SATURDAYS]
    monday, saturday = at("2026-11-23"), at("2026-11-28")
    assert adesso_in_parole(both, NONE, monday, tutti=True) == "In questo momento gli uffici sono aperti, fino alle 13.30."
    assert adesso_in_parole(both, NONE, monday) == "In questo momento questi uffici sono aperti, fino alle 13.30."
    assert adesso_in_parole(both, NONE, saturday) == (
        "In questo momento l'Ufficio di prova è chiuso: riapre lunedì 30 novembre alle 8.30; "
        "l'Ufficio del sabato è aperto, fino alle 13.30."
    )


def test_names_agree() -> None:
    secretary = office((WEEKDAYS, "8.30", "13.30"), nome="Segreteria", articolo="la")
    clerks = office((WEEKDAYS, "8.30", "13.30"), nome="Segreterie", articolo="le")
    assert adesso_in_parole([secretary], NONE, at("2026-11-23")) == "In questo momento la Segreteria è aperta, fino alle 13.30."
    assert "le Segreterie sono chiuse: riaprono" in adesso_in_parole([clerks], NONE, at("2026-11-23", "14.00"))


@pytest.mark.parametrize(
    ("day", "now", "part", "said"),
    [
        ("2026-11-24", at("2026-11-21"), "", "Martedì 24 novembre l'Ufficio di prova apre dalle 8.30 alle 13.30 e dalle 14.00 alle 17.30."),
        ("2026-11-22", at("2026-11-21"), "", "Domani, domenica 22 novembre, l'Ufficio di prova è chiuso: riapre lunedì 23 novembre alle 8.30."),
        ("2026-11-25", at("2026-11-24"), "pomeriggio", "Domani, mercoledì 25 novembre, l'Ufficio di prova di pomeriggio è chiuso, apre dalle 8.30 alle 13.30."),
        ("2026-11-24", at("2026-11-24"), "", "Oggi, martedì 24 novembre, l'Ufficio di prova apre dalle 8.30 alle 13.30 e dalle 14.00 alle 17.30: in questo momento è aperto, fino alle 13.30."),
        ("2026-11-24", at("2026-11-24", "13.45"), "", "Oggi, martedì 24 novembre, l'Ufficio di prova apre dalle 8.30 alle 13.30 e dalle 14.00 alle 17.30: in questo momento è chiuso e riapre oggi alle 14.00."),
        ("2026-11-24", at("2026-11-24", "18.00"), "", "Oggi, martedì 24 novembre, a quest'ora l'Ufficio di prova è chiuso: riapre mercoledì 25 novembre alle 8.30."),
        ("2026-12-08", at("2026-11-24"), "", "Martedì 8 dicembre l'Ufficio di prova è chiuso (festa nazionale: Immacolata Concezione): riapre mercoledì 9 dicembre alle 8.30."),
        ("2027-06-02", at("2026-11-24"), "", "Mercoledì 2 giugno 2027 l'Ufficio di prova è chiuso (festa nazionale: Festa della Repubblica): riapre giovedì 3 giugno 2027 alle 8.30."),
    ],
)  # fmt: skip
def test_a_day_in_words(day: str, now: datetime, part: str, said: str) -> None:
    assert giorno_in_parole([AFTERNOONS], NONE, date.fromisoformat(day), now, part) == said


def test_shortened_hours_say_why() -> None:
    early = calendar({"dal": "2026-12-24", "dalle": "11.00", "motivo": "vigilia di Natale"})
    said = giorno_in_parole([MORNINGS], early, date(2026, 12, 24), at("2026-12-21"))
    assert said == "Giovedì 24 dicembre l'Ufficio di prova apre dalle 8.30 alle 11.00 (vigilia di Natale)."
