"""The travel refund of who is heard: who has a right to it, what counts, the minimum, and what people say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.model import Contesto, ValoreNonValido, Valori
from calculators.viaggio import CALCOLATORE, TERMINE
from knowledge.templates import euro
from tests.conoscenza.reading import section

from .letture import calcolato, detto

TRENO: Valori = {"residenza": "altrove", "mezzo": "linea"}
PRICES = st.integers(1, 10_000_00).map(lambda cents: Decimal(cents) / 100)


def test_the_minimum_and_the_term_are_the_printed_ones(contesto: Contesto, documents: dict[str, str]) -> None:
    text = section(documents["carta"], "6.2")
    minimum = contesto.pubblicata("minimo_liquidabile").valori.importi["minimo"]
    assert f"{minimum}".replace(".", ",") in text
    assert f"entro {TERMINE} giorni dall'audizione" in text


@given(spesa=PRICES, viaggi=st.integers(1, 5), a_tratta=st.booleans())
def test_the_ticket_is_refunded_from_the_minimum_up(contesto: Contesto, spesa: Decimal, viaggi: int, a_tratta: bool) -> None:
    minimum = contesto.pubblicata("minimo_liquidabile").valori.importi["minimo"]
    values = {**TRENO, "spesa": spesa, "viaggi": viaggi, "prezzo": "a_tratta" if a_tratta else "totale"}
    total = spesa * viaggi * (2 if a_tratta else 1)
    result = calcolato(CALCOLATORE, contesto, values)
    assert result.importo == (total if total >= minimum else None)
    assert (euro(minimum) in result.descrizione) == (total < minimum)


def test_exactly_at_the_minimum(contesto: Contesto) -> None:
    minimum = contesto.pubblicata("minimo_liquidabile").valori.importi["minimo"]
    assert calcolato(CALCOLATORE, contesto, {**TRENO, "spesa": minimum}).importo == minimum
    assert calcolato(CALCOLATORE, contesto, {**TRENO, "spesa": minimum - Decimal("0.01")}).importo is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"sentito": "giudice"}, "Tribunale"),
        ({"residenza": "aosta"}, "non spetta"),
        ({"residenza": "altrove", "mezzo": "auto"}, "auto propria"),
        ({"residenza": "altrove", "mezzo": "aereo", "autorizzazione": "no"}, "senza autorizzazione"),
        ({**TRENO, "spesa": Decimal(38), "classe": "prima"}, "seconda classe"),
    ],
)
def test_what_is_not_refunded(contesto: Contesto, values: Valori, words: str) -> None:
    result = calcolato(CALCOLATORE, contesto, values)
    assert result.importo is None
    assert words in result.descrizione
    assert [fonte.sezione for fonte in result.fonti] == ["6.2"]


def test_an_authorised_flight_is(contesto: Contesto) -> None:
    values = {"residenza": "altrove", "mezzo": "aereo", "autorizzazione": "si", "spesa": Decimal("142")}
    result = calcolato(CALCOLATORE, contesto, values)
    assert result.importo == 142
    assert "autorizzazione" in " ".join(result.avvertenze)


def test_a_price_that_cannot_be(contesto: Contesto) -> None:
    with pytest.raises(ValoreNonValido):
        CALCOLATORE.calcola({**TRENO, "spesa": Decimal(0)}, contesto)


DETTI = {
    ("residenza", "altrove"): [
        "vengo da Torino", "abito a Ivrea", "non abito ad Aosta", "sono di un altro comune", "residente a Milano", "fuori Aosta", "in un altro Comune",
        "ho preso il treno da Chivasso", "vivo in Svizzera", "vivo a Sarre",
    ],
    ("residenza", "aosta"): ["abito ad Aosta", "sono residente ad Aosta", "ad Aosta", "vivo in città ad Aosta", "sono aostano", "risiedo nel comune di Aosta"],
    ("mezzo", "linea"): ["in treno", "con il pullman", "ho preso l'autobus", "la corriera", "flixbus", "non in aereo, in treno"],
    ("mezzo", "aereo"): ["in aereo", "ho preso un volo", "un volo autorizzato"],
    ("mezzo", "auto"): ["con la mia auto", "in macchina", "ho speso di benzina", "in taxi"],
    ("autorizzazione", "si"): ["autorizzato dal pm", "con l'ok del pubblico ministero"],
    ("autorizzazione", "no"): ["senza autorizzazione", "il pm non mi aveva autorizzato", "nessuna autorizzazione"],
    ("sentito", "giudice"): ["testimone davanti al giudice", "al processo"],
    ("sentito", "pm"): ["sentito dal pm", "dai carabinieri", "convocato dal pubblico ministero"],
    ("prezzo", "a_tratta"): ["6 euro a tratta", "12 euro solo andata", "7 euro per ogni viaggio"],
    ("prezzo", "totale"): ["18 euro andata e ritorno", "18 euro in tutto"],
    ("viaggi", 3): ["sono venuta tre volte", "3 convocazioni"],
    ("spesa", Decimal("18.40")): ["ho speso 18,40 di treno", "18,40 euro", "€ 18,40", "18 euro e 40", "il treno 18,40 e il taxi 12,00 euro"],
    ("spesa", Decimal("24")): ["24 euro", "ventiquattro euro", "in prima classe 38 euro, la seconda costava 24", "albergo 70 euro e il treno era 24"],
    ("spesa", Decimal("18.90")): ["9,45 andata e 9,45 ritorno"],
    ("spesa", Decimal("22.30")): ["treno 20,30 euro + autobus 2 euro"],
}  # fmt: skip


@pytest.mark.parametrize(("nome", "valore", "testo"), [(n, v, t) for (n, v), texts in DETTI.items() for t in texts])
def test_what_people_say(nome: str, valore: object, testo: str) -> None:
    assert detto(CALCOLATORE, testo).get(nome) == valore


@pytest.mark.parametrize(
    "testo", ["mi ha sentito il pm, 18 euro di treno", "rimborso per la deposizione davanti al pubblico ministero"]
)
def test_where_one_lives_is_asked(testo: str) -> None:
    assert "residenza" not in detto(CALCOLATORE, testo)
