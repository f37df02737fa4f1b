"""All calculators: declared alike, in the order of the issue, with entries and topics that exist."""

from __future__ import annotations

import re

import pytest

from calculators.elenco import CALCOLATORI
from calculators.model import DATA, IMPORTO, INSIEME, INTERO, SCELTA, Calcolatore
from knowledge import Conoscenza

ALL = list(CALCOLATORI.values())
PARAMETRI = [(c, p) for c in ALL for p in c.parametri]


def test_order() -> None:
    assert list(CALCOLATORI) == [
        "diritti_copia",
        "certificati",
        "bollo",
        "custodia",
        "traino",
        "patrocinio",
        "viaggio",
        "scadenze",
    ]
    assert all(key == calcolatore.id for key, calcolatore in CALCOLATORI.items())


@pytest.mark.parametrize("calcolatore", ALL, ids=lambda c: c.id)
def test_entries_and_topics_exist(calcolatore: Calcolatore, conoscenza: Conoscenza) -> None:
    assert [voce for voce in calcolatore.voci if conoscenza.voce(voce) is None] == []
    assert calcolatore.argomento({}) in conoscenza.argomenti
    assert len(calcolatore.titolo) <= 40 and calcolatore.esempio.endswith("?")


def test_no_entry_belongs_to_two() -> None:
    entries = [voce for calcolatore in ALL for voce in calcolatore.voci]
    terms = set(CALCOLATORI["scadenze"].voci)
    assert len([e for e in entries if e not in terms]) == len({e for e in entries if e not in terms})


@pytest.mark.parametrize(("calcolatore", "parametro"), PARAMETRI, ids=lambda x: getattr(x, "id", getattr(x, "nome", "")))
def test_parameters(calcolatore: Calcolatore, parametro: object) -> None:
    from calculators.model import Parametro

    assert isinstance(parametro, Parametro)
    assert parametro.domanda and parametro.etichetta and parametro.domanda.rstrip(".!").strip()
    assert "?" in parametro.domanda
    values = [scelta.valore for scelta in parametro.scelte]
    assert len(values) == len(set(values))
    assert bool(values) == (parametro.tipo in (SCELTA, INSIEME))
    assert parametro.tipo in (SCELTA, INSIEME, INTERO, DATA, IMPORTO)
    assert all(len(scelta.titolo) <= 45 for scelta in parametro.scelte)
    if parametro.predefinito is not None and parametro.tipo == SCELTA:
        assert parametro.predefinito in values
    for pattern in (*parametro.unita, *parametro.prima, *(modo for scelta in parametro.scelte for modo in scelta.modi)):
        re.compile(pattern)


@pytest.mark.parametrize("calcolatore", ALL, ids=lambda c: c.id)
def test_names_are_unique_and_something_is_asked(calcolatore: Calcolatore) -> None:
    names = [parametro.nome for parametro in calcolatore.parametri]
    assert len(names) == len(set(names))
    assert calcolatore.mancante({}) is not None
