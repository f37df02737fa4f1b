"""The dated editions of the fee tables: sound as they are, and whoever breaks one reads in Italian what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import Conoscenza
from knowledge.loader import FOLDER, Guasto
from knowledge.models import Edizione, Tariffa, ValidationError
from knowledge.verify import check_editions, verify

from .test_verifica import spoil

PUBLISHED_COPIES = ("diritti_copia_semplice", "diritti_copia_autentica", "copia_semplice_gdp", "copia_autentica_gdp")
SUPPORTS = ("copia_supporto_senza_pagine", "copia_supporto_pagine")


def amounts(edizione: Edizione) -> list[Decimal]:
    valori = edizione.valori
    return [
        *(cell for row in valori.scaglioni for cell in row.importi.values()),
        *(part for oltre in valori.oltre.values() for part in (oltre.base, oltre.passo)),
        *(cell for row in valori.righe.values() for cell in row.values()),
        *valori.importi.values(),
    ]


def test_what_the_office_publishes_comes_from_its_documents(conoscenza: Conoscenza) -> None:
    for tariffa in conoscenza.tariffe.values():
        published = tariffa.edizione_al(conoscenza.profilo.tariffe_pubblicate_al)
        assert published.fonti[0].documento != "pubblica", tariffa.id


def test_later_editions_say_how_sure_they_are_and_where_they_were_read(conoscenza: Conoscenza) -> None:
    later = [(t, e) for t in conoscenza.tariffe.values() for e in t.edizioni if e.fonti[0].documento == "pubblica"]
    assert later
    for tariffa, edizione in later:
        where = f"{tariffa.id} {edizione.edizione}"
        assert edizione.affidabilita is not None, where
        assert edizione.in_vigore_dal is not None and edizione.in_vigore_dal > conoscenza.profilo.tariffe_pubblicate_al, where
        assert all(fonte.titolo and (fonte.url or "").startswith("https://") for fonte in edizione.fonti), where


@pytest.mark.parametrize(
    ("tables", "day", "edition"),
    [
        ((*PUBLISHED_COPIES, *SUPPORTS, "diritto_certificato"), date(2021, 8, 18), "2021"),
        (SUPPORTS, date(2025, 1, 1), "2025"),
    ],
)
def test_an_edition_begins_on_its_day_and_not_before(
    tables: tuple[str, ...], day: date, edition: str, conoscenza: Conoscenza
) -> None:
    for name in tables:
        tariffa = conoscenza.tariffe[name]
        assert tariffa.edizione_al(day).edizione == edition, name
        assert tariffa.edizione_al(day - timedelta(days=1)).edizione != edition, name


def test_later_amounts_are_near_the_published_ones(conoscenza: Conoscenza) -> None:
    """Fees follow the cost of living (+1,4% in 2021): a slip of the pen would be further away than that."""
    for name in (*PUBLISHED_COPIES, *SUPPORTS, "diritto_certificato"):
        old, new = conoscenza.tariffe[name].edizioni[:2]
        columns = old.valori.colonne or {"": ""}
        for before, after in zip(old.valori.scaglioni, new.valori.scaglioni, strict=True):
            assert (before.da, before.a) == (after.da, after.a)
            pairs = [(before.importi[c], after.importi[c]) for c in columns if c in after.importi]
            assert pairs and all(Decimal(1) <= b / a < Decimal("1.03") for a, b in pairs), (name, before.da)
        for cell, value in new.valori.importi.items():
            assert Decimal(1) <= value / old.valori.importi[cell] < Decimal("1.03"), (name, cell)


def test_every_amount_is_a_positive_decimal_of_cents(conoscenza: Conoscenza) -> None:
    for tariffa in conoscenza.tariffe.values():
        for edizione in tariffa.edizioni:
            for value in amounts(edizione):
                assert isinstance(value, Decimal) and value > 0 and value.as_tuple().exponent == -2, tariffa.id


# ---- What breaks

Slip = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    content = yaml.safe_load((FOLDER / "tariffe" / "diritti_copia.yml").read_text(encoding="utf-8"))
    return dict(next(t for t in content["tariffe"] if t["id"] == "copia_supporto_senza_pagine"))


def faults(table: dict[str, Any], slip: Slip) -> list[Guasto]:
    broken = deepcopy(table)
    slip(broken)
    alone = {"tariffe": {broken["id"]: Tariffa(**broken)}, "origin": lambda *_: None}
    return check_editions(type("Solo", (), alone)())


FAULTY: list[tuple[Slip, str]] = [
    (lambda t: t["edizioni"][1].update(in_vigore_dal="2018-08-10"), "si sovrappone all'edizione 2018"),
    (lambda t: t["edizioni"][1].update(in_vigore_dal="2017-01-01"), "si sovrappone all'edizione 2018"),
    (lambda t: t["edizioni"][2].update(in_vigore_dal="2024-12-31"), "si sovrappone all'edizione 2021"),
    (lambda t: t["edizioni"][2].update(in_vigore_dal="2025-01-02"), "tra l'edizione 2021 e questa c'è un vuoto"),
    (lambda t: t["edizioni"][1].update(in_vigore_fino_al="2024-12-30"), "tra l'edizione 2021 e questa c'è un vuoto"),
    (lambda t: t["edizioni"][1].update(in_vigore_fino_al="2025-01-31"), "si sovrappone all'edizione 2021"),
    (lambda t: t["edizioni"][0].update(in_vigore_fino_al="2022-01-01"), "si sovrappone all'edizione 2018"),
    (lambda t: t["edizioni"][2].pop("in_vigore_dal"), "manca la data di entrata in vigore"),
    (lambda t: t["edizioni"][2].update(edizione="2021"), "due edizioni hanno lo stesso nome"),
    (lambda t: t["edizioni"].reverse(), "si sovrappone all'edizione 2025"),
]


@pytest.mark.parametrize(("slip", "words"), FAULTY, ids=[f"{n:02d}" for n in range(len(FAULTY))])
def test_editions_that_do_not_follow_one_another(table: dict[str, Any], slip: Slip, words: str) -> None:
    assert faults(table, lambda t: None) == []
    found = faults(table, slip)
    assert any(words in fault.messaggio for fault in found), found
    assert all(fault.chiave.startswith("copia_supporto_senza_pagine.") for fault in found)


REFUSED: list[tuple[Slip, str]] = [
    (lambda t: t["edizioni"][1].pop("atto"), "field required"),
    (lambda t: t["edizioni"][1].update(atto="  "), "ensure this value has at least 1 characters"),
    (lambda t: t["edizioni"][1].pop("fonti"), "field required"),
    (lambda t: t["edizioni"][1]["valori"]["importi"].update(dischetto=4.6), "importo non valido: 4.6"),
    (lambda t: t["edizioni"][1]["valori"]["importi"].update(dischetto="4.60"), "importo non valido"),
    (lambda t: t["edizioni"][1]["valori"]["importi"].update(dischetto=None), "none is not an allowed value"),
    (lambda t: t["edizioni"][1].update(in_vigore_fino_al="2020-01-01"), "finisce prima di cominciare"),
    (lambda t: t["edizioni"][1].update(affidabilita="media"), "deve avere una nota"),
    (lambda t: t["edizioni"][1].update(affidabilita="bassa"), "unexpected value"),
    (lambda t: t["edizioni"][1]["fonti"][0].pop("titolo"), "una fonte pubblica deve avere un titolo"),
]


@pytest.mark.parametrize(("slip", "words"), REFUSED, ids=[f"{n:02d}" for n in range(len(REFUSED))])
def test_an_edition_that_cannot_be_read(table: dict[str, Any], slip: Slip, words: str) -> None:
    broken = deepcopy(table)
    slip(broken)
    with pytest.raises(ValidationError) as refused:
        Tariffa(**broken)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda t: t["edizioni"][-1].pop("atto"), "manca (è obbligatorio)"),
        (lambda t: t["edizioni"][-1].update(atto=" "), "il testo è vuoto"),
        (lambda t: t["edizioni"][-1]["valori"]["importi"].update(fisico=25.0), "importo non valido: 25.0"),
        (lambda t: t["edizioni"][-1].update(in_vigore_dal="2025-03-01"), "c'è un vuoto"),
        (lambda t: t["edizioni"][1].update(affidabilita="media"), "deve avere una nota"),
    ],
    ids=["without act", "empty act", "float", "gap", "medium without note"],
)
def test_make_verifica_fails_in_italian(tmp_path: Path, slip: Slip, words: str) -> None:
    """The same through the file, as a clerk would break it."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    spoil(
        folder, "tariffe/diritti_copia.yml", lambda c: slip(next(t for t in c["tariffe"] if t["id"] == "copia_supporto_pagine"))
    )
    found, _ = verify(folder)
    assert any(words in fault.messaggio for fault in found), "\n".join(map(str, found))
