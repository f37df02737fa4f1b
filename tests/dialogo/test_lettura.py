"""Values out of messages: numbers, dates and choices as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.lettura import prepare, read
from calculators.model import DATA, IMPORTO, INSIEME, INTERO, SCELTA, Calcolatore, Parametro, Risultato, Scelta, Valore, Valori

OGGI = date(2026, 11, 21)  # a Saturday
PAGINE = Parametro("pagine", INTERO, "Quante pagine sono?", "numero di pagine", unita=(r"pagin\w+", r"facciat\w+"))
GIORNI = Parametro("giorni", INTERO, "Quanti giorni?", "numero di giorni", unita=(r"giorn\w+",))
URGENZA = Parametro(
    "urgenza",
    SCELTA,
    "Con urgenza?",
    "urgenza",
    scelte=(Scelta("no", "Senza urgenza", (r"senza (?:fretta|urgenza)",)), Scelta("si", "Con urgenza", (r"urgen\w+", r"subito"))),
)
TUTTI = Parametro(
    "certificati",
    INSIEME,
    "Quali?",
    "certificati",
    scelte=(Scelta("a", "Casellario", ("casellari",)), Scelta("b", "Carichi", ("carichi",))),
)
DAL = Parametro("dal", DATA, "Dal?", "inizio", prima=("dal", "da"))
AL = Parametro("al", DATA, "Al?", "fine", prima=("al", "a", "fino al"))
SPESA = Parametro("spesa", IMPORTO, "Quanto?", "spesa")


def calcolatore(*parametri: Parametro) -> Calcolatore:
    return Calcolatore("prova", "Prova", "", lambda _: "", (), parametri, lambda v, c: Risultato("prova"))


def value(text: str, parametro: Parametro, known: Valori | None = None, asked: bool = False) -> Valore | None:
    found = read(text, calcolatore(parametro), known or {}, parametro.nome if asked else "", OGGI)
    return found.valori.get(parametro.nome)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("37 pagine", 37),
        ("trentasette pagine in copia", 37),
        ("sono duecento facciate", 200),
        ("milleduecentocinquanta pagine", 1250),
        ("1.200 pagine", 1200),
        ("due pagine", 2),
        ("una pagina sola", 1),
        ("pagine: 12", 12),
        ("pagine 340 e basta", 340),
        ("430 o 440 facciate? no, sono 450 facciate", 450),
        ("40 pagine del verbale del 12 marzo 2025", 40),
        ("art. 116 c.p.p.: copia di n. 60 facciate", 60),
        ("zero pagine", 0),
        ("meno 8 pagine", -8),
        ("-15 pagine", -15),
        ("9876543210 pagine", 9876543210),
    ],
)
def test_a_number_belongs_to_the_word_beside_it(text: str, pages: int) -> None:
    assert value(text, PAGINE) == pages


@pytest.mark.parametrize(
    "text",
    [
        "il procedimento 123/24",
        "art. 335 c.p.p.",
        "il 12 marzo",
        "in 15 giorni",
        "ho 40 anni e 3 figli",
        "modulo 21 bis",
        "un centinaio",
    ],
)
def test_numbers_of_other_things_are_not_pages(text: str) -> None:
    assert value(text, PAGINE) is None


@pytest.mark.parametrize(
    ("text", "pages"), [("37", 37), ("trentasette", 37), ("sono 276", 276), ("credo 40, no scusi 45", 45), ("una", 1), ("sei", 6)]
)
def test_a_bare_number_answers_the_question(text: str, pages: int) -> None:
    assert value(text, PAGINE, asked=True) == pages


def test_about_a_hundred_is_no_number() -> None:
    found = read("un centinaio", calcolatore(PAGINE), {}, "pagine", OGGI)
    assert found.valori == {} and found.vaghi == ("pagine",)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("e una in più?", 101),
        ("tre pagine in meno", 97),
        ("togliendo le ultime due", 98),
        ("aggiungendo altre 5", 105),
        ("due di più", 102),
    ],
)
def test_more_and_less_start_from_what_is_known(text: str, pages: int) -> None:
    assert value(text, PAGINE, known={"pagine": 100}) == pages


def test_more_days_are_not_more_pages() -> None:
    assert value("tre giorni in più", PAGINE, known={"pagine": 100}) is None
    assert value("tre giorni in più", GIORNI, known={"giorni": 10}) == 13


@pytest.mark.parametrize(
    ("text", "choice"),
    [("senza fretta", "no"), ("è urgente", "si"), ("mi servono subito!", "si"), ("Senza urgenza", "no"), ("la voglio blu", None)],
)
def test_choices(text: str, choice: str | None) -> None:
    assert value(text, URGENZA) == choice


@pytest.mark.parametrize(
    ("text", "choice"), [("sì", "si"), ("No grazie", "no"), ("certo", "si"), ("ok", "si"), ("nessuna", "no"), ("boh", None)]
)
def test_yes_and_no_answer_the_question_and_only_it(text: str, choice: str | None) -> None:
    assert value(text, URGENZA, asked=True) == choice
    assert value(text, URGENZA) is None


def test_several_choices() -> None:
    assert value("casellario e carichi pendenti", TUTTI) == ("a", "b")
    assert value("solo i carichi", TUTTI) == ("b",)
    assert value("tutti e due", TUTTI, asked=True) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("il 10/01/2025", date(2025, 1, 10)),
        ("10-1-25", date(2025, 1, 10)),
        ("2025-01-10", date(2025, 1, 10)),
        ("3 marzo scorso", date(2026, 3, 3)),
        ("il tre marzo duemilaventicinque", date(2025, 3, 3)),
        ("primo aprile 2025", date(2025, 4, 1)),
        ("1° aprile 2025", date(2025, 4, 1)),
        ("12 nov. 2025", date(2025, 11, 12)),
        ("ieri", date(2026, 11, 20)),
        ("l'altro ieri", date(2026, 11, 19)),
        ("lunedì scorso", date(2026, 11, 16)),
        ("3 giorni fa", date(2026, 11, 18)),
        ("il 12 dicembre dell'anno scorso", date(2025, 12, 12)),
        ("notificato il 6 maggio", date(2026, 5, 6)),
        ("il 10/01/2025, in che giorno scade?", date(2025, 1, 10)),
        ("dal 15/7, quindi?", date(2026, 7, 15)),
        ("11.02.2023, grazie", date(2023, 2, 11)),
        ("mercoledì 25 novembre 2026", date(2026, 11, 25)),
        ("lunedì prossimo", date(2026, 11, 23)),
        ("tra 3 giorni", date(2026, 11, 24)),
    ],
)
def test_dates_in_every_way(text: str, day: date) -> None:
    assert value(text, DAL) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("dal 3 aprile 2025 al 20 maggio 2025", date(2025, 4, 3), date(2025, 5, 20)),
        ("dal 3 aprile al 20 maggio 2025", date(2025, 4, 3), date(2025, 5, 20)),
        ("dal 1/2 al 15/6", date(2026, 2, 1), date(2026, 6, 15)),
        ("entrata il 5 gennaio 2025, uscita il 7 marzo 2025", date(2025, 1, 5), date(2025, 3, 7)),
        ("dal 20 dicembre 2024 al 10 gennaio", date(2024, 12, 20), date(2025, 1, 10)),
        ("dal 20 dicembre al 10 gennaio 2025", date(2024, 12, 20), date(2025, 1, 10)),
        ("dal 7 settembre 2024 a oggi", date(2024, 9, 7), OGGI),
        ("dal 10 ottobre al 10 dicembre", date(2025, 10, 10), date(2025, 12, 10)),
        ("dal venti al trenta di giugno", date(2026, 6, 20), date(2026, 6, 30)),
    ],
)
def test_two_dates(text: str, first: date, last: date) -> None:
    found = read(text, calcolatore(DAL, AL), {}, "", OGGI).valori
    assert found == {"dal": first, "al": last}


def test_months_and_years_are_not_days() -> None:
    assert value("3 mesi", GIORNI, asked=True) is None
    assert value("2 anni", GIORNI, asked=True) is None


def test_impossible_dates_are_not_read() -> None:
    assert value("il 31/02/2025", DAL) is None
    assert value("il 45 marzo", DAL) is None


@pytest.mark.parametrize(
    ("text", "amount"), [("€ 12,50", "12.50"), ("1.234,5 euro", "1234.5"), ("ho speso 30 euro", "30"), ("euro 7", "7")]
)
def test_amounts(text: str, amount: str) -> None:
    assert value(text, SPESA) == Decimal(amount)


@given(st.text(max_size=300))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    everything = calcolatore(PAGINE, GIORNI, URGENZA, TUTTI, DAL, AL, SPESA)
    for asked in ("", "pagine", "dal", "spesa", "urgenza"):
        read(text, everything, {"pagine": 3}, asked, OGGI)


@given(st.integers(min_value=1, max_value=99_999))
def test_digits_are_read_as_they_are(number: int) -> None:
    assert value(f"{number} pagine", PAGINE) == number
    assert value(f"{number:,} pagine".replace(",", "."), PAGINE) == number
    assert prepare(str(number)) == str(number)
