"""Imposta di bollo: a stamp for every four facciate or fraction, only where due, and what people say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.bollo import CALCOLATORE
from calculators.model import Contesto, Risultato, Valore
from knowledge import Conoscenza, load
from tests.conoscenza.reading import amount, rows, section

from .saying import TODAY, result, said

KNOWN = load()
CONTESTO = Contesto(KNOWN.tariffe, KNOWN.profilo.tariffe_pubblicate_al, TODAY)
PAGES = st.integers(min_value=1, max_value=100_000)


def computed(values: Mapping[str, Valore]) -> Risultato:
    assert CALCOLATORE.mancante(values) is None, CALCOLATORE.mancante(values)
    return CALCOLATORE.calcola(CALCOLATORE.completi(values), CONTESTO)


def due(pages: int, **others: Valore) -> Decimal:
    found = computed({"facciate": pages, "soggetto": "si", **others}).importo
    assert found is not None
    return found


def test_stamp_and_group_are_the_ones_of_the_carta(documents: dict[str, str]) -> None:
    sheet = section(documents["carta"], "10")
    stamp = next(amount(cells[1].lstrip("€ ")) for cells in rows(sheet) if cells[0] == "Marca da bollo")
    group = re.search(r"per ogni gruppo di (\d+) facciate o frazioni", sheet)
    assert group
    size = int(group[1])
    for pages, stamps in ((1, 1), (size, 1), (size + 1, 2), (2 * size, 2), (2 * size + 1, 3), (10 * size, 10)):
        assert due(pages) == stamp * stamps
    assert "ogni quattro pagine va apposta una marca da bollo da € 16,00" in section(documents["carta"], "8.2")
    assert size == 4 and stamp == Decimal("16.00")


@given(PAGES)
def test_a_stamp_more_exactly_after_every_group(pages: int) -> None:
    rise = due(pages + 1) - due(pages)
    assert rise == (due(1) if pages % 4 == 0 else 0)


@given(PAGES, st.sampled_from(("apostille", "legalizzazione")))
def test_nothing_is_due_on_an_exempt_act(pages: int, kind: str) -> None:
    others: tuple[dict[str, Valore], ...] = ({}, {"facciate": pages}, {"legalizzazione": kind})
    for values in others:
        found = computed({"soggetto": "no", **values})
        assert found.importo == 0 and "esente" in found.descrizione


@given(PAGES)
def test_abroad_costs_as_many_stamps_as_the_act_and_says_the_contradiction(pages: int) -> None:
    found = computed({"facciate": pages, "soggetto": "si", "legalizzazione": "apostille"})
    assert found.importo == due(pages)
    assert {fonte.sezione for fonte in found.fonti} == {"10", "8.2"}
    assert "ogni quattro pagine" in found.avvertenze[0]
    assert computed({"facciate": pages, "soggetto": "si"}).avvertenze == ()


def test_what_the_procura_does_not_do() -> None:
    for values in ({"legalizzazione": "non_occorre"}, {"legalizzazione": "apostille", "atto": "amministrativo"}):
        found = computed(values)
        assert found.importo is None and [fonte.sezione for fonte in found.fonti] == ["8.2"]


def test_sheets_become_facciate() -> None:
    base: dict[str, Valore] = {"soggetto": "si", "fogli": 5}
    assert CALCOLATORE.mancante(base) == CALCOLATORE.parametro("lati")
    assert computed({**base, "lati": "una"}).importo == due(5)
    assert computed({**base, "lati": "due"}).importo == due(10)


def test_what_is_asked_and_in_which_order() -> None:
    first = CALCOLATORE.mancante({})
    assert first is not None and first.nome == "facciate" and "facciate" in first.domanda
    second = CALCOLATORE.mancante({"facciate": 9})
    assert second is not None and second.nome == "soggetto"
    assert CALCOLATORE.mancante({"soggetto": "no"}) is None


def test_every_entry_it_names_exists(conoscenza: Conoscenza) -> None:
    assert [key for key in CALCOLATORE.voci if conoscenza.voce(key) is None] == []
    assert {CALCOLATORE.argomento({}), CALCOLATORE.argomento({"legalizzazione": "apostille"})} <= set(conoscenza.argomenti)


READINGS: dict[tuple[str, Valore], list[str]] = {
    ("soggetto", "si"): [
        "soggetto a bollo", "è soggetto a imposta", "sconta il bollo", "ci va il bollo", "paga il bollo", "sì, è soggetto a bollo",
        "no, ci va il bollo", "è assoggettato all'imposta", "in bollo", "non è esente", "ci vuole la marca", "sogetto",
    ],
    ("soggetto", "no"): [
        "è esente", "esente da bollo", "non è soggetto a imposta", "in carta libera", "senza bollo", "non ci va il bollo",
        "non paga il bollo", "no, è esente", "atto esentato", "non sconta l'imposta", "e se fosse esente?",
    ],
    ("legalizzazione", "apostille"): ["con l'apostille", "apostilla", "da apostillare"],
    ("legalizzazione", "legalizzazione"): ["da legalizzare", "legalizzazione consolare", "per la legalizzazione"],
    ("legalizzazione", "no"): ["senza apostille", "non serve la legalizzazione"],
    ("legalizzazione", "non_occorre"): ["apostille per la Germania", "da legalizzare per il Belgio"],
    ("atto", "notarile"): ["atto notarile", "atto del notaio", "procura notarile"],
    ("atto", "giudiziario"): ["atto giudiziario", "una sentenza", "un decreto"],
    ("atto", "amministrativo"): ["certificato di nascita", "atto amministrativo", "certificati anagrafici", "estratto di matrimonio"],
    ("facciate", 9): ["9 facciate", "nove pagine", "facciate: 9", "di n. 9 facciate"],
    ("fogli", 3): ["3 fogli", "tre fogli"],
    ("lati", "due"): ["fronte e retro", "davanti e dietro"],
    ("lati", "una"): ["solo davanti", "da un lato solo"],
}  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in READINGS.items() for text in texts])
def test_a_value_is_read_from_many_words(what: tuple[str, Valore], text: str) -> None:
    assert said(CALCOLATORE, text) == dict([what])


@pytest.mark.parametrize("text", ["non so se è soggetto", "boh", "quante marche da bollo servono?", "quanto costa la marca?"])
def test_what_is_not_said_is_not_read(text: str) -> None:
    assert said(CALCOLATORE, text) == {}


TALKS: list[tuple[list[str], str]] = [
    (["atto di 6 facciate soggetto a bollo"], "32,00"),
    (["quante marche per 17 pagine?", "sì"], "80,00"),
    (["quante marche per 17 pagine?", "no"], "0,00"),
    (["legalizzazione di un atto notarile soggetto a imposta", "12"], "48,00"),
    (["atto di 8 pagine soggetto a bollo", "e con una in più?"], "48,00"),
    (["atto di 8 pagine soggetto a bollo", "anzi sono 3"], "16,00"),
    (["atto di 8 pagine soggetto a bollo", "e se fosse esente?"], "0,00"),
    (["3 fogli in bollo", "fronte e retro"], "32,00"),
    (["3 fogli fronte e retro in bollo", "anzi le facciate sono 4"], "16,00"),
]


@pytest.mark.parametrize(("messages", "expected"), TALKS, ids=[" / ".join(messages) for messages, _ in TALKS])
def test_from_words_to_the_amount(messages: list[str], expected: str, contesto: Contesto) -> None:
    found = result(CALCOLATORE, contesto, *messages)
    assert found.importo == Decimal(expected.replace(",", ".")), (found, said(CALCOLATORE, *messages))
