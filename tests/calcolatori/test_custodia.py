"""Custody of vehicles: every cell of 11.1-11.3, the split at 90 days, dates, and what people say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.lettura import read
from calculators.custodia import CALCOLATORE
from calculators.model import Contesto, ValoreNonValido
from knowledge.templates import euro
from tests.conoscenza.reading import amounts_in, rows, section

from .letture import OGGI, calcolato, detto

SEZIONI = {"motoveicoli": "11.1", "autoveicoli": "11.2", "autocarri": "11.3"}
LUOGHI = ("scoperto", "coperto")
MEZZI = st.sampled_from(sorted(SEZIONI))


def printed(documents: dict[str, str], mezzo: str) -> list[list[Decimal]]:
    return [amounts_in(cells[2:]) for cells in rows(section(documents["carta"], SEZIONI[mezzo]))]


def total(contesto: Contesto, mezzo: str, luogo: str, giorni: int, **altri: object) -> Decimal:
    values = {"mezzo": mezzo, "luogo": luogo, "giorni": giorni, **altri}
    amount = calcolato(CALCOLATORE, contesto, values).importo
    assert amount is not None
    return amount


@pytest.mark.parametrize("mezzo", SEZIONI)
@pytest.mark.parametrize("column", (0, 1))
def test_every_cell_is_the_printed_one(contesto: Contesto, documents: dict[str, str], mezzo: str, column: int) -> None:
    first, rest = (row[column] for row in printed(documents, mezzo))
    assert total(contesto, mezzo, LUOGHI[column], 1) == first
    assert total(contesto, mezzo, LUOGHI[column], 90) == 90 * first
    assert total(contesto, mezzo, LUOGHI[column], 91) == 90 * first + rest
    daily = calcolato(CALCOLATORE, contesto, {"mezzo": mezzo, "luogo": LUOGHI[column], "conto": "al_giorno"})
    assert daily.importo == first
    assert euro(rest) in " ".join(daily.passaggi)


@given(mezzo=MEZZI, luogo=st.sampled_from(LUOGHI), giorni=st.integers(1, 20_000))
def test_each_day_adds_its_rate(contesto: Contesto, mezzo: str, luogo: str, giorni: int) -> None:
    rows_ = contesto.pubblicata(f"custodia_{mezzo}").valori.righe
    assert total(contesto, mezzo, luogo, giorni) == sum(
        rows_["primi_90" if day <= 90 else "successivo"][luogo] for day in range(1, giorni + 1)
    )


@given(mezzo=MEZZI, giorni=st.integers(1, 5_000), quantita=st.integers(1, 40))
def test_more_costs_more(contesto: Contesto, mezzo: str, giorni: int, quantita: int) -> None:
    open_air, closed = (total(contesto, mezzo, luogo, giorni, quantita=quantita) for luogo in LUOGHI)
    assert open_air < closed
    assert open_air == quantita * total(contesto, mezzo, "scoperto", giorni)
    assert open_air < total(contesto, mezzo, "scoperto", giorni + 1, quantita=quantita)


@given(start=st.dates(date(1995, 1, 1), OGGI), days=st.integers(0, 9_000))
def test_dates_count_both_ends(contesto: Contesto, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    values = {"mezzo": "autoveicoli", "luogo": "scoperto", "dal": start, "al": end}
    result = calcolato(CALCOLATORE, contesto, values)
    assert result.importo == total(contesto, "autoveicoli", "scoperto", days + 1)
    assert any("contando il primo e l'ultimo" in warning for warning in result.avvertenze)
    assert any("ancora venire" in warning for warning in result.avvertenze) == (end > OGGI)


def test_days_after_the_ninetieth_only(contesto: Contesto) -> None:
    amount = total(contesto, "motoveicoli", "scoperto", 30, conto="oltre")
    assert amount == 30 * contesto.pubblicata("custodia_motoveicoli").valori.righe["successivo"]["scoperto"]


@pytest.mark.parametrize(
    ("dal", "al", "parametro"),
    [
        (date(2025, 5, 20), date(2025, 4, 3), "al"),
        (date(2026, 11, 22), date(2026, 12, 1), "dal"),
        (date(1900, 1, 1), date(2026, 1, 1), "dal"),
    ],
)
def test_dates_that_cannot_be(contesto: Contesto, dal: date, al: date, parametro: str) -> None:
    with pytest.raises(ValoreNonValido) as fault:
        calcolato(CALCOLATORE, contesto, {"mezzo": "autocarri", "luogo": "coperto", "dal": dal, "al": al})
    assert fault.value.parametro == parametro
    assert str(fault.value).endswith(".")


@pytest.mark.parametrize("giorni", (0, -15))
def test_days_that_cannot_be(contesto: Contesto, giorni: int) -> None:
    with pytest.raises(ValoreNonValido, match="positivo"):
        CALCOLATORE.calcola({"mezzo": "autocarri", "luogo": "coperto", "giorni": giorni}, contesto)


def test_towing_is_added(contesto: Contesto) -> None:
    alone = total(contesto, "autocarri", "coperto", 100)
    values = {"traino": "si", "recupero": "difficoltoso"}
    towing = contesto.pubblicata("traino").valori.righe["autocarri"]["difficoltoso"]
    assert total(contesto, "autocarri", "coperto", 100, **values) == alone + towing
    assert total(contesto, "autocarri", "coperto", 100, quantita=2, **values) == 2 * (alone + towing)


def test_vat_and_reductions_are_said(contesto: Contesto) -> None:
    values = {"mezzo": "autoveicoli", "luogo": "scoperto"}
    short = calcolato(CALCOLATORE, contesto, {**values, "giorni": 10})
    long = calcolato(CALCOLATORE, contesto, {**values, "giorni": 366})
    daily = calcolato(CALCOLATORE, contesto, {**values, "conto": "al_giorno_dopo"})
    assert all("IVA esclusa" in result.avvertenze[0] for result in (short, long, daily))
    assert "265/2006" in " ".join(long.avvertenze)
    assert "265/2006" not in " ".join(short.avvertenze)
    assert not short.aggiornamenti


def test_asks_only_what_is_missing() -> None:
    asked = [CALCOLATORE.mancante(values) for values in ({}, {"mezzo": "autocarri"}, {"mezzo": "autocarri", "luogo": "coperto"})]
    assert [p.nome if p else "" for p in asked] == ["mezzo", "luogo", "giorni"]
    known = {"mezzo": "autocarri", "luogo": "coperto"}
    for values, missing in (
        ({"dal": OGGI}, "al"),
        ({"al": OGGI}, "dal"),
        ({"conto": "al_giorno"}, None),
        ({"giorni": 3, "traino": "si"}, "recupero"),
    ):
        parametro = CALCOLATORE.mancante({**known, **values})
        assert (parametro.nome if parametro else None) == missing


DETTI = {
    ("mezzo", "motoveicoli"): [
        "tengo in custodia una moto", "c'è qui uno scooter rosso", "un motorino dei ragazzi", "il ciclomotore del vicino", "era una Vespa",
        "motociclo sequestrato", "un cinquantino", "no, non è un'auto, è una moto", "una motocicletta di grossa cilindrata",
        "invece di una macchina era una moto", "ho quattro motorini",
    ],
    ("mezzo", "autoveicoli"): [
        "una macchina", "l'auto di un indagato", "autovettura", "una berlina nera", "un suv", "la vettura è qui da ieri", "automobile",
        "un camper", "non era una moto, era una macchina", "io tenere macchina", "tengo due automobili", "na machina vecia",
    ],
    ("mezzo", "autocarri"): [
        "un camion", "autocarro frigo", "un tir", "il bilico", "un mezzo pesante", "autotreno", "furgone immatricolato autocarro",
        "non un'auto ma un camion", "motrice senza rimorchio", "io ha camion grande",
    ],
    ("luogo", "scoperto"): [
        "all'aperto", "in un piazzale", "area recintata e scoperta", "fuori, nel cortile", "non era coperto", "senza tetto", "niente tettoia",
        "era allo scoperto", "fuori no tetto", "alle intemperie", "sotto la pioggia", "non in un capannone, all'aperto", "parcheggio recintato",
        "nel capannone no, nel piazzale",
    ],
    ("luogo", "coperto"): [
        "al chiuso", "in un capannone", "dentro il garage", "in un box", "luogo chiuso e coperto", "in rimessa", "autorimessa", "al coperto",
        "non all'aperto, in magazzino", "in un locale chiuso", "stava dentro", "col 25% in più", "non era scoperto, era al chiuso",
    ],
    ("giorni", 120): ["120 giorni", "centoventi giorni", "per 120 gg", "giorni 120", "sono centoventi notti", "giorni 90 + giorni 30",
                      "i primi 90 giorni più altri 30"],
    ("giorni", 14): ["due settimane", "per 2 settimane", "14 giorni esatti"],
    ("giorni", 17): ["due settimane e tre giorni"],
    ("quantita", 3): ["tre moto per 30 giorni", "3 autocarri", "ho n. 3 auto nel piazzale"],
    ("conto", "al_giorno"): ["quanto al giorno?", "la tariffa giornaliera", "quanto prende ogni giorno"],
    ("conto", "al_giorno_primi"): ["quanto al giorno i primi tre mesi", "i primi 90 giorni quanto si prende?"],
    ("conto", "al_giorno_dopo"): ["e dopo i 90 giorni?", "oltre i novanta giorni", "per il periodo successivo", "passati i primi 90 giorni?", "dal 90° giorno in poi"],
    ("conto", "oltre"): ["dopo i primi 90 giorni altri 30 giorni, quanto?"],
    ("conto", "giorni"): ["quindi cento giorni in tutto", "primi 90 giorni più altri 10"],
    ("conto", "date"): ["dal 3 aprile 2025 al 20 maggio 2025", "dal 1/2 al 15/6"],
    ("traino", "si"): ["custodia e traino", "anche il carro attrezzi", "l'ho pure trainata io", "più il trasporto"],
    ("traino", "no"): ["solo la custodia", "no, senza traino", "il traino no", "non l'ho trainata"],
}  # fmt: skip


@pytest.mark.parametrize(("nome", "valore", "testo"), [(n, v, t) for (n, v), texts in DETTI.items() for t in texts])
def test_what_people_say(nome: str, valore: object, testo: str) -> None:
    assert detto(CALCOLATORE, testo).get(nome) == valore


@pytest.mark.parametrize(
    ("testo", "nome"),
    [
        ("ho un furgone", "mezzo"),
        ("una moto e una macchina", "mezzo"),
        ("una moto d'acqua", "mezzo"),
        ("l'ha portata il carro attrezzi sull'autostrada", "mezzo"),
        ("era sotto una tettoia nel cortile", "luogo"),
        ("in piazzale ma coperto da una tettoia", "luogo"),
        ("una dentro e una fuori", "luogo"),
        ("sei mesi", "giorni"),
        ("un anno e mezzo", "giorni"),
        ("auto 120 giorni", "quantita"),
        ("camion, 60 giorni", "quantita"),
    ],
)
def test_what_is_asked_rather_than_guessed(testo: str, nome: str) -> None:
    assert nome not in detto(CALCOLATORE, testo)


def test_a_change_starts_from_what_is_known(contesto: Contesto) -> None:
    values = detto(CALCOLATORE, "quanto si prende al giorno per una moto all'aperto?")
    first = calcolato(CALCOLATORE, contesto, values)
    values |= detto(CALCOLATORE, "e dopo i 90 giorni, al chiuso?", values)
    second = calcolato(CALCOLATORE, contesto, values)
    values |= detto(CALCOLATORE, "quindi 100 giorni quanto fa?", values)
    third = calcolato(CALCOLATORE, contesto, values)
    rates = contesto.pubblicata("custodia_motoveicoli").valori.righe
    assert first.importo == rates["primi_90"]["scoperto"]
    assert second.importo == rates["successivo"]["coperto"]
    assert third.importo == 90 * rates["primi_90"]["coperto"] + 10 * rates["successivo"]["coperto"]
    values |= detto(CALCOLATORE, "dal 3 aprile 2025 al 20 maggio 2025", values)
    assert calcolato(CALCOLATORE, contesto, values).importo == 48 * rates["primi_90"]["coperto"]


@pytest.mark.parametrize(
    "testo",
    [
        "due auto, una 30 giorni e una 45, area scoperta",
        "quanto per un'auto per 30 giorni e un'altra per 60, all'aperto?",
        "una moto ferma 20 giorni, l'altra 40, area scoperta",
    ],
)
def test_vehicles_with_different_times_are_never_added_up_silently(testo: str, contesto: Contesto) -> None:
    values = dict(read(testo, CALCOLATORE, {}, "", contesto.oggi).valori)
    values.setdefault("mezzo", "autoveicoli")
    result = CALCOLATORE.calcola(CALCOLATORE.completi(values), contesto)
    assert values.get("quantita", 1) == 1
    assert any("un mezzo solo" in warning for warning in result.avvertenze)


def test_vehicles_with_the_same_time_are_added_up(contesto: Contesto) -> None:
    values = read("due auto per 30 giorni, area scoperta", CALCOLATORE, {}, "", contesto.oggi).valori
    assert values["quantita"] == 2 and "durate" not in values
