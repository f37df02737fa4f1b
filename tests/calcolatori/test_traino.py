"""Towing: every cell of 11.4, and what people say of a recovery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.model import Contesto
from calculators.traino import CALCOLATORE
from tests.conoscenza.reading import amounts_in, rows, section

from .letture import calcolato, detto

MEZZI = ("motoveicoli", "autoveicoli", "autocarri")
RECUPERI = ("ordinario", "difficoltoso")


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(2))
def test_every_cell_is_the_printed_one(contesto: Contesto, documents: dict[str, str], row: int, column: int) -> None:
    printed = [amounts_in(cells[2:]) for cells in rows(section(documents["carta"], "11.4"))]
    result = calcolato(CALCOLATORE, contesto, {"mezzo": MEZZI[row], "recupero": RECUPERI[column]})
    assert result.importo == printed[row][column]
    assert "IVA esclusa" in result.avvertenze[0]
    assert [fonte.sezione for fonte in result.fonti] == ["11.4"]


@given(mezzo=st.sampled_from(MEZZI), quantita=st.integers(1, 1_000))
def test_so_many_cost_so_much(contesto: Contesto, mezzo: str, quantita: int) -> None:
    easy, hard = (
        calcolato(CALCOLATORE, contesto, {"mezzo": mezzo, "recupero": recupero, "quantita": quantita}).importo
        for recupero in RECUPERI
    )
    assert easy is not None and hard is not None
    assert easy == quantita * contesto.pubblicata("traino").valori.righe[mezzo]["ordinario"]
    assert hard * 4 == easy * 5


def test_asks_vehicle_and_recovery() -> None:
    asked = [
        CALCOLATORE.mancante(values) for values in ({}, {"mezzo": "autocarri"}, {"mezzo": "autocarri", "recupero": "ordinario"})
    ]
    assert [p.nome if p else "" for p in asked] == ["mezzo", "recupero", ""]


DETTI = {
    "ordinario": [
        "recupero normale", "no, nessuna difficoltà", "senza problemi", "era in un parcheggio", "non è stato difficile", "niente di complicato",
        "facile, a bordo strada", "non difficoltoso", "no recupero difficoltoso", "senza maggiorazione", "era parcheggiata davanti casa",
        "tutto liscio", "non era nel burrone, era in un parcheggio",
    ],
    "difficoltoso": [
        "recupero difficoltoso", "era in un burrone", "finita in un torrente", "abbiamo usato la gru", "ribaltato nella neve",
        "non è stato facile per niente", "molto complicato", "incastrata sotto un albero con il verricello", "era fuori strada, in un fosso",
        "con la maggiorazione del 25%", "altro che semplice", "dal bosco con l'argano",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("valore", "testo"), [(v, t) for v, texts in DETTI.items() for t in texts])
def test_what_people_say(valore: str, testo: str) -> None:
    assert detto(CALCOLATORE, testo).get("recupero") == valore


@pytest.mark.parametrize(
    "testo", ["indennità complessiva di traino", "tre camion, uno difficile e gli altri no", "quanto per il carro attrezzi?"]
)
def test_what_is_asked_rather_than_guessed(testo: str) -> None:
    assert "recupero" not in detto(CALCOLATORE, testo)


@pytest.mark.parametrize(
    ("testo", "quantita"),
    [
        ("due macchine", 2),
        ("n. 4 autovetture", 4),
        ("una moto", None),
        ("un quad e una moto", 2),
        ("con due mezzi ho tirato su un camion", None),
    ],
)
def test_how_many(testo: str, quantita: int | None) -> None:
    assert detto(CALCOLATORE, testo).get("quantita") == quantita
