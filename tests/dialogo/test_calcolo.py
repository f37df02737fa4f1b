"""Computations in conversation: every calculator, and at every one of its questions a digression, a wrong answer, a way out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue.composer import Composer
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Stato
from calculators.elenco import CALCOLATORI
from calculators.model import DATA, IMPORTO, INTERO, Parametro

from .hearing import NOTHING, Person, heard, sure

OGGI = date(2026, 11, 21)
MOST_QUESTIONS = 15
ASIDE = "uffici.orari_generali"
ASIDE_TEXT = "a che ora aprite la mattina?"
BETWEEN = heard({"calcolo_modifica": 0.9}, elliptical=0.9)
ALL = sorted(CALCOLATORI)


def person(composer: Composer, stato: Stato | None = None) -> Person:
    return Person(composer, stato, OGGI)


def plausible(parametro: Parametro) -> str:
    """An answer to a question, as somebody would type it."""
    if parametro.scelte:
        return parametro.scelte[0].titolo
    if parametro.tipo == DATA:
        return "20/02/2025" if parametro.nome == "al" else "10/01/2025"
    return "50 euro" if parametro.tipo == IMPORTO else "12"


def asked(who: Person, name: str) -> Parametro | None:
    """The parameter that has just been asked, None when there is a result."""
    conto = who.stato.conto
    assert conto is not None and conto.id == name
    return CALCOLATORI[name].parametro(conto.chiesto) if conto.chiesto else None


def to_the_end(who: Person, name: str, said: Risposta) -> tuple[Risposta, list[Stato]]:
    """Answer everything; the result, and the record before each answer."""
    records: list[Stato] = []
    for _ in range(MOST_QUESTIONS):
        parametro = asked(who, name)
        if parametro is None:
            return said, records
        assert parametro.domanda in said.testo
        records.append(who.stato)
        said = who.says(plausible(parametro), BETWEEN)
    raise AssertionError(f"{name}: dopo {MOST_QUESTIONS} domande nessun risultato")


def questions(composer: Composer, name: str) -> tuple[Risposta, list[Stato]]:
    who = person(composer)
    return to_the_end(who, name, who.presses(f"calcolo.{name}"))


@pytest.mark.parametrize("name", ALL)
def test_every_calculator_comes_to_a_result(composer: Composer, name: str) -> None:
    result, records = questions(composer, name)
    assert records, "un calcolo che non chiede niente non dipende da niente"
    assert "Fonte: " in result.testo and not result.opzioni
    assert "€" in result.testo.splitlines()[0] or any(c.isdigit() for c in result.testo.splitlines()[0])


@pytest.mark.parametrize("name", ALL)
def test_a_question_in_the_middle_is_answered_and_the_computation_goes_on(composer: Composer, name: str) -> None:
    result, records = questions(composer, name)
    for record in records:
        who = person(composer, record)
        reply = who.says(ASIDE_TEXT, ASIDE)
        parametro = asked(who, name)
        assert parametro is not None and record.conto is not None and parametro.nome == record.conto.chiesto
        assert composer.conoscenza.testo(ASIDE) in reply.testo
        assert reply.testo.rstrip().endswith(parametro.domanda)
        again, _ = to_the_end(who, name, reply)
        assert again.testo == result.testo


@pytest.mark.parametrize("name", ALL)
def test_everything_can_be_called_off(composer: Composer, name: str) -> None:
    for record in questions(composer, name)[1]:
        who = person(composer, record)
        reply = who.says("lasciamo perdere", sure("annulla"))
        assert reply.testo == composer.phrase("annulla") and who.stato.conto is None


@pytest.mark.parametrize("name", ALL)
def test_an_answer_that_cannot_be_read_loses_nothing(composer: Composer, name: str) -> None:
    for record in questions(composer, name)[1]:
        who, replies = person(composer, record), []
        for _ in range(3):
            replies.append(who.says("mah chissà", NOTHING).testo)
            assert who.stato.conto is not None and record.conto is not None
            assert who.stato.conto.valori == record.conto.valori and who.stato.conto.chiesto == record.conto.chiesto
        assert len(set(replies)) > 1
        assert composer.phrase("calcolo_sportello") in replies[-1]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("written", ["0", "-15", "meno otto", "98765432109876"])
def test_impossible_numbers_are_named_and_asked_again(composer: Composer, name: str, written: str) -> None:
    for record in questions(composer, name)[1]:
        assert record.conto is not None
        parametro = CALCOLATORI[name].parametro(record.conto.chiesto)
        if parametro.tipo not in (INTERO, IMPORTO):
            continue
        who = person(composer, record)
        reply = who.says(written, NOTHING)
        assert who.stato.conto is not None and who.stato.conto.chiesto == parametro.nome, reply.testo
        assert parametro.etichetta in reply.testo and parametro.domanda in reply.testo
        assert who.stato.conto.valori == record.conto.valori


@pytest.mark.parametrize("name", ALL)
def test_every_bound_is_kept(name: str) -> None:
    for parametro in CALCOLATORI[name].parametri:
        if parametro.tipo in (INTERO, IMPORTO) and not parametro.facoltativo:
            assert parametro.minimo is not None and parametro.massimo is not None, f"{name}.{parametro.nome}"


@pytest.mark.parametrize("name", ALL)
def test_a_choice_changed_afterwards_gives_the_result_anew(composer: Composer, name: str) -> None:
    result, records = questions(composer, name)
    for record in records:
        assert record.conto is not None
        parametro = CALCOLATORI[name].parametro(record.conto.chiesto)
        if len(parametro.scelte) < 2:
            continue
        who = person(composer)
        to_the_end(who, name, who.presses(f"calcolo.{name}"))
        other = who.presses(f"calcolo.{name}.{parametro.nome}.{parametro.scelte[1].valore}")
        assert other.testo != result.testo
        to_the_end(who, name, other)


def test_buttons_of_what_is_no_more_are_not_understood(composer: Composer) -> None:
    for key in ("calcolo.inesistente", "calcolo.bollo.inesistente.si", "calcolo.bollo.soggetto.forse", "calcolo."):
        assert "Fonte" not in person(composer).presses(key).testo


def test_the_list_names_them_all(composer: Composer) -> None:
    reply = person(composer).says("che calcoli sai fare?", "calcolo_elenco")
    assert all(c.titolo in reply.testo for c in CALCOLATORI.values())
    assert {o.chiave for o in reply.opzioni} <= {f"calcolo.{name}" for name in ALL}


def copies(composer: Composer, text: str) -> Person:
    who = person(composer)
    who.says(text, "calcolo/diritti_copia")
    return who


def amount(composer: Composer, table: str, page: int, column: str) -> str:
    from knowledge.templates import euro

    edizione = composer.conoscenza.tariffe[table].edizione_al(composer.conoscenza.profilo.tariffe_pubblicate_al)
    row = next(s for s in edizione.valori.scaglioni if s.da <= page <= s.a)
    value: Decimal = row.importi[column]
    return euro(value)


def test_all_at_once(composer: Composer) -> None:
    reply = person(composer).says("37 pagine in copia conforme, mi servono subito", "calcolo/diritti_copia")
    assert reply.testo.startswith(amount(composer, "diritti_copia_autentica", 37, "urgente"))


def test_corrections_and_changes(composer: Composer) -> None:
    who = copies(composer, "30 pagine in copia semplice senza urgenza")
    assert who.says("no scusi, sono 12", BETWEEN).testo.startswith(amount(composer, "diritti_copia_semplice", 12, "non_urgente"))
    assert who.says("e se fosse urgente?", BETWEEN).testo.startswith(amount(composer, "diritti_copia_semplice", 12, "urgente"))
    assert who.says("e conforme?", BETWEEN).testo.startswith(amount(composer, "diritti_copia_autentica", 12, "urgente"))
    assert who.says("e una in meno?", BETWEEN).testo.startswith(amount(composer, "diritti_copia_autentica", 11, "urgente"))


def test_a_result_is_forgotten_after_a_while(composer: Composer) -> None:
    who = copies(composer, "30 pagine in copia semplice senza urgenza")
    for _ in range(5):
        who.says(ASIDE_TEXT, ASIDE)
    assert who.stato.conto is None


def test_about_a_hundred_is_asked_again(composer: Composer) -> None:
    who = copies(composer, "mi calcoli le copie semplici non urgenti")
    reply = who.says("un centinaio", NOTHING)
    assert "pagine" in reply.testo and who.stato.conto is not None and who.stato.conto.chiesto == "pagine"
