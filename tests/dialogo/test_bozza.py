"""Drafts in conversation: every form from the start to the document, and at every one of its questions what people do besides answering."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import event

from bot.bozze.composizione import BLANK, TO_WRITE, compose, due, fields_of
from bot.bozze.pdf import render_pdf
from bot.dialogue.composer import Composer, phrases_of
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Stato
from bot.dialogue.turn import Turno
from bot.settings import ROOT, settings
from bot.storage import bozze as archivio
from bot.storage.bozze import PRONTA, RIEPILOGO
from bot.storage.database import ArchivioNonDisponibile, engine
from knowledge import yaml_files
from knowledge.models_bozze import Campo

from .drafting import (
    ADESSO,
    BAD,
    CASE_NAMES,
    CASES,
    FIRST,
    FORMS,
    KNOWN,
    OGGI,
    PEOPLE,
    YES,
    Applicant,
    Question,
    Somebody,
    begun,
    flat,
    good,
)
from .hearing import NOTHING, heard, sure

ASIDE, ASIDE_TEXT = "uffici.orari_generali", "a che ora aprite la mattina?"
OTHER_CODE = Somebody("Anna", "Perron", "F", "Aosta", date(1980, 1, 1)).codice
OTHERWISE = {  # other good answers, for corrections
    "nome": "Anna",
    "cognome": "Perron",
    "codice_fiscale": OTHER_CODE,
    "luogo": "Torino",
    "indirizzo": "corso Lancieri 7, 11100 Aosta",
    "telefono": "0165 306254",
    "email": "altra@example.com",
    "pec": "altra@pec.example.com",
    "partita_iva": "01114601006",
    "iban": "FR1420041010050500013M02606",
    "bic": "UNCRITMM",
    "data": "20/02/2026",
    "intero": "7",
    "importo": "99,50 euro",
    "procedimento": "31/2025",
    "protocollo": "678/2024",
    "denominazione": "Dora Baltea S.p.A.",
    "testo": "il verbale di sequestro",
}


@dataclass(frozen=True)
class Walk:
    """A draft filled in from the start to the review, and made."""

    who: Applicant
    questions: list[Question]
    review: Risposta
    at_review: Question
    ready: Risposta


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    address = f"sqlite:///{tmp_path_factory.mktemp('bozze') / 'assistente.db'}"
    used = engine(address)
    event.listen(used, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))  # a disk less to wait for
    used.dispose()
    yield address
    used.dispose()


@pytest.fixture(scope="module")
def composer(url: str) -> Composer:
    domain = yaml_files.read(ROOT / "domain.yml")
    return Composer(KNOWN, phrases_of(domain["responses"]), database=url)


@pytest.fixture(scope="module")
def walks(composer: Composer, url: str) -> Callable[[str, int], Walk]:
    """The draft of a form in one of its cases, held once and looked at by many tests."""
    held: dict[tuple[str, int], Walk] = {}

    def walk(code: str, number: int) -> Walk:
        if (code, number) not in held:
            case = next(c for form, n, c in CASES if (form, n) == (code, number))
            who, reply = begun(composer, url, code)
            review, questions = who.to_the_review(reply, case)
            at_review = Question(who.record, who.stato, who.values)
            held[code, number] = Walk(who, questions, review, at_review, who.says("sì, va bene", YES))
        return held[code, number]

    return walk


Walks = Callable[[str, int], Walk]


@pytest.fixture(scope="module")
def questions(walks: Walks) -> Callable[[str], list[Question]]:
    """The questions of a form over all its cases, each once."""

    def of(code: str) -> list[Question]:
        found: dict[tuple[str, ...], Question] = {}
        for form, number, _ in CASES:
            if form == code:
                for question in walks(form, number).questions:
                    found.setdefault(question.record.chiesti, question)
        return list(found.values())

    return of


@pytest.fixture(scope="module")
def new_questions(questions: Callable[[str], list[Question]]) -> Callable[[str], list[Question]]:
    """The questions of a form, those about one field only in the first of the forms that have it."""
    return lambda code: [q for q in questions(code) if not q.alone or FIRST[q.field.id][0] == code]


Questions = Callable[[str], list[Question]]


def shown_values(code: str, values: dict[str, str], case: dict[str, str]) -> list[tuple[Campo, str]]:
    """The fields due with a value, and how each is to be read."""
    found = [KNOWN.campi[c.campo] for c in due(KNOWN.bozze[code], values) if values.get(c.campo, TO_WRITE) != TO_WRITE]
    return [(campo, good(campo, case)[1]) for campo in found]


def open_question(who: Applicant) -> str:
    bozza = KNOWN.bozze[who.record.codice]
    return bozza.gruppi[who.record.gruppi[-1]].domanda if len(who.asked) > 1 else KNOWN.campi[who.asked[0]].domanda


# ---- From the start to the document


@pytest.mark.parametrize("code, number, case", CASES, ids=CASE_NAMES)
def test_every_case_comes_to_the_document(walks: Walks, code: str, number: int, case: dict[str, str]) -> None:
    walk = walks(code, number)
    bozza, values = KNOWN.bozze[code], walk.at_review.valori
    assert {c.campo for c in due(bozza, values) if not c.facoltativo} <= set(values)
    for campo, said in shown_values(code, values, case):
        assert f"{campo.etichetta}: {said}" in walk.review.testo
        assert f"{campo.etichetta}: {said}" in walk.ready.testo
    assert walk.review.opzioni[0].chiave == "bozza.conferma"
    offered = {o.chiave for o in walk.review.opzioni[1:]}
    assert offered == {f"bozza.modifica.{c.campo}" for c in due(bozza, values)}


@pytest.mark.parametrize("code, number, case", CASES, ids=CASE_NAMES)
def test_what_is_ready_says_it_all(walks: Walks, code: str, number: int, case: dict[str, str]) -> None:
    walk = walks(code, number)
    assert walk.who.record.fase == PRONTA and not walk.who.asked
    saved = walk.who.saved
    richiesta = saved.richiesta
    assert saved.fase == PRONTA and richiesta is not None
    assert (richiesta.codice, richiesta.riferimento, richiesta.creata) == (code, saved.riferimento, OGGI)
    address = f"{settings().public_url}/bozze/{saved.token}/{code}-{saved.riferimento}"
    told = [saved.riferimento, f"{address}.pdf", f"{address}.docx", *richiesta.allegati, *richiesta.costi, *richiesta.ricorda]
    told += [f"{label}: {value}" for label, value in richiesta.consegna]
    assert not [line for line in (*told, richiesta.fonte) if line not in walk.ready.testo]
    assert richiesta.costi and richiesta.firma and richiesta.fonte
    written = "\n".join((richiesta.oggetto, *richiesta.righe, *richiesta.allegati, *richiesta.ricorda))
    assert not re.search(r"[{}]", written), "un segnaposto non riempito"
    assert BLANK not in written, "tutto era stato detto"
    assert not re.search(r"\.\.|,,|\bNone\b| ,", written)


@pytest.mark.parametrize("code", FORMS)
def test_every_value_is_in_the_pdf(walks: Walks, code: str) -> None:
    for number, case in [(n, c) for form, n, c in CASES if form == code][-1:]:
        walk = walks(code, number)
        richiesta = walk.who.saved.richiesta
        assert richiesta is not None
        reader = pypdf.PdfReader(io.BytesIO(render_pdf(richiesta, "https://assistente.example/bozze/prova")))
        text = flat(" ".join(page.extract_text() for page in reader.pages))
        for campo, said in shown_values(code, walk.at_review.valori, case):
            assert flat(said) in text, f"{campo.id}: {said}"
        assert richiesta.riferimento in text


@pytest.mark.parametrize("code", FORMS)
def test_the_links_are_those_of_the_draft_alone(walks: Walks, code: str) -> None:
    walk = walks(code, 0)
    assert walk.who.saved.token not in walk.review.testo
    found = archivio.by_token(walk.who.saved.token, walk.who.adesso, url=walk.who.url)
    assert found is not None and found.id == walk.who.record.id


def in_one_message(case: dict[str, str], names: list[str]) -> str:
    """What was asked together, in one message: the persons as people write themselves, the rest by name."""
    told: list[str] = []
    campi = [KNOWN.campi[name] for name in names]
    for campo in campi:
        typed = good(campo, case)[0]
        who = PEOPLE.get(campo.soggetto)
        same = {c.tipo: c for c in campi if c.soggetto == campo.soggetto}
        if who and campo.tipo == "nome" and "cognome" in same:
            told.append(f"{who.nome} {who.cognome}")
        elif who and campo.tipo == "cognome" and "nome" in same:
            continue
        elif who and campo.id.endswith("nato_a"):
            told.append(f"nata a {who.comune} il {who.nascita:%d/%m/%Y}")
        elif who and campo.id.endswith("nato_il"):
            continue
        elif campo.tipo == "indirizzo" and campo.id == "residenza":
            told.append(f"residente in {typed}")
        elif campo.tipo == "codice_fiscale":
            told.append(f"codice fiscale {typed}")
        elif campo.tipo == "scelta" or campo.tipo in ("telefono", "email"):
            told.append(typed)
    return ", ".join(told)


@pytest.mark.parametrize("code", FORMS)
def test_the_whole_person_in_one_message(walks: Walks, questions: Questions, composer: Composer, url: str, code: str) -> None:
    asked = [q for q in questions(code) if {"nome", "cognome"} <= set(q.record.chiesti)]
    assert asked, "nessuna domanda chiede chi firma"
    for question in asked:
        who = question.before(composer, url)
        wanted = [n for n in who.missing() if KNOWN.campi[n].soggetto == "richiedente" and KNOWN.campi[n].tipo != "scelta"]
        who.says(in_one_message({}, wanted))
        given = {"nome", "cognome", "nato_a", "nato_il", "codice_fiscale", "residenza", "telefono", "email"} & set(wanted)
        persona = PEOPLE["richiedente"]
        expected = {
            "nome": persona.nome,
            "cognome": persona.cognome,
            "nato_a": persona.comune,
            "nato_il": persona.nascita.isoformat(),
            "codice_fiscale": persona.codice,
            "residenza": "via Monte Emilius 12, 11100 Aosta",
            "telefono": "+393471200984",
            "email": "marta.bionaz@example.com",
        }
        assert {n: who.values.get(n) for n in given} == {n: expected[n] for n in given}
        assert not given & set(who.asked) or len(who.asked) > 1


def test_the_person_may_come_with_the_request(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    persona = PEOPLE["richiedente"]
    wish = sure("bozza/casellario")
    who.says(
        f"prepara il mod. A02, certificato penale senza urgenza per lavoro: sono {persona.nome} {persona.cognome}, nata a Ivrea il "
        f"21 agosto 1999, codice fiscale {persona.codice}",
        wish,
    )
    assert who.record.codice == "A02"
    assert who.values == {
        "tipo_certificato": "penale",
        "urgente": "no",
        "uso": "lavoro",
        "nome": "Marta",
        "cognome": "Bionaz",
        "nato_a": "Ivrea",
        "nato_il": "1999-08-21",
        "codice_fiscale": persona.codice,
    }
    assert who.asked and not set(who.asked) & set(who.values)


def test_what_was_said_before_is_not_asked_but_no_name_is_taken(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    who.says("mi serve un certificato penale per lavoro, mi chiamo Marta Bionaz", sure("casellario.costo"))
    who.says("prepara il modulo A02", sure("bozza/casellario"))
    assert who.values == {"tipo_certificato": "penale", "uso": "lavoro"}


# ---- Answers that cannot be


@pytest.mark.parametrize("code", FORMS)
def test_bad_values_are_explained_and_only_they_are_asked_again(
    new_questions: Questions, composer: Composer, url: str, code: str
) -> None:
    for question in new_questions(code):
        if not question.alone:
            continue
        campo, who = question.field, question.before(composer, url)
        for bad in BAD[campo.tipo]:
            reply = who.says(bad)
            where = f"{campo.id}: {bad[:40]} -> {reply.testo[:300]}"
            assert who.asked == (campo.id,) and who.values == question.valori, where
            assert reply.testo.endswith(campo.domanda) and len(reply.testo) > len(campo.domanda) + 15, where
        who.answers()
        assert campo.id in who.values


@pytest.mark.parametrize("code", FORMS)
def test_one_bad_value_among_good_ones(questions: Questions, composer: Composer, url: str, code: str) -> None:
    """Of a whole message only the wrong datum is asked again."""
    for question in [q for q in questions(code) if {"nome", "cognome", "nato_il"} <= set(q.record.chiesti)]:
        who = question.before(composer, url)
        reply = who.says("Marta Bionaz, nata a Ivrea il 31/02/1999")
        assert who.asked == ("nato_il",) and "31/02/1999" in reply.testo, reply.testo
        assert [who.values.get(n) for n in ("nome", "cognome", "nato_a", "nato_il")] == ["Marta", "Bionaz", "Ivrea", None]
        who.says("21/08/1999")
        assert who.values["nato_il"] == "1999-08-21"


def test_a_codice_fiscale_of_somebody_else_is_pointed_out_and_may_stay(composer: Composer, url: str) -> None:
    mine = {"per_chi_tutela": "interessato"}
    who, reply = begun(composer, url, "A01")
    *_, question = [q for q in who.to_the_review(reply, mine)[1] if q.record.chiesti == ("codice_fiscale",)]
    who = question.before(composer, url)
    reply, _ = who.to_the_review(who.says(OTHER_CODE), mine)
    reply = who.presses("bozza.modifica.copie")
    reply = who.says("2")
    assert "Controlli: Il codice fiscale" in reply.testo and "il cognome Bionaz" in reply.testo
    ready = who.says("sì", YES)
    assert who.saved.fase == PRONTA and "il cognome Bionaz" in ready.testo


# ---- Corrections


@pytest.mark.parametrize("code", FORMS)
def test_the_surname_can_be_corrected_at_every_question(questions: Questions, composer: Composer, url: str, code: str) -> None:
    tried = 0
    for question in questions(code):
        if question.valori.get("cognome") is None:
            continue
        who = question.before(composer, url)
        reply = who.says("ho sbagliato il cognome, è Perron")
        assert who.values == {**question.valori, "cognome": "Perron"}, f"{question.record.chiesti}: {reply.testo}"
        assert "Corretto: Cognome: Perron" in reply.testo
        assert who.asked == question.record.chiesti and reply.testo.endswith(open_question(who))
        tried += 1
    assert tried


@pytest.mark.parametrize("code, number, case", CASES, ids=CASE_NAMES)
def test_every_datum_can_be_changed_in_the_review(
    walks: Walks, composer: Composer, url: str, code: str, number: int, case: dict[str, str]
) -> None:
    walk = walks(code, number)
    for campo in fields_of(KNOWN.bozze[code], KNOWN):
        if f"bozza.modifica.{campo.id}" not in {o.chiave for o in walk.review.opzioni} or FIRST[campo.id] != (code, number):
            continue
        who = walk.at_review.before(composer, url)
        asked = who.presses(f"bozza.modifica.{campo.id}")
        assert who.asked == (campo.id,) and asked.testo.endswith(campo.domanda)
        others = [s for s in campo.scelte if s.valore != who.values.get(campo.id)]
        new = others[0].titolo if others else OTHERWISE[campo.tipo]
        if campo.id.endswith("_fine"):
            new = "20/03/2026"
        elif campo.id.endswith("_inizio"):
            new = "20/01/2026"
        elif campo.id == "partita_iva":
            new = OTHERWISE["partita_iva"]
        reply = who.says(new)
        changed = {k for k in {*who.values, *walk.at_review.valori} if who.values.get(k) != walk.at_review.valori.get(k)}
        assert changed == {campo.id}, f"{campo.id}: {new} -> {reply.testo[:300]}"
        reply, _ = who.to_the_review(reply, {**case, campo.id: who.values[campo.id]})
        assert f"{campo.etichetta}: " in reply.testo and walk.at_review.valori.items() - who.values.items() <= {
            (campo.id, walk.at_review.valori.get(campo.id))
        }


@pytest.mark.parametrize("code", FORMS)
def test_a_field_called_wrong_is_asked_again(walks: Walks, composer: Composer, url: str, code: str) -> None:
    walk = walks(code, 0)
    for name in ("cognome", "nato_a", "residenza", "codice_fiscale", "iban"):
        if name not in walk.at_review.valori:
            continue
        campo = KNOWN.campi[name]
        who = walk.at_review.before(composer, url)
        who.says(f"il dato «{campo.etichetta.lower()}» è sbagliato")
        assert who.asked == (name,)
        who.says(OTHERWISE[campo.tipo])
        assert who.record.fase == RIEPILOGO and who.values[name] != walk.at_review.valori[name]


@pytest.mark.parametrize("code", FORMS)
def test_what_is_ready_can_be_corrected_and_made_again(walks: Walks, composer: Composer, url: str, code: str) -> None:
    walk = walks(code, 0)
    who = walk.at_review.before(composer, url)
    who.says("confermo", YES)
    first = who.saved
    assert first.richiesta is not None
    review = who.says("scusi, il cognome è sbagliato: è Perron")
    assert who.record.fase == RIEPILOGO and "Cognome: Perron" in review.testo
    assert who.saved.richiesta is None, "il vecchio documento dice un altro cognome"
    again = who.says("sì", YES)
    assert who.saved.fase == PRONTA and who.saved.riferimento == first.riferimento and "Cognome: Perron" in again.testo
    richiesta = who.saved.richiesta
    assert richiesta is not None and any(value == "Perron" for _, value in richiesta.richiedente)


def test_no_in_the_review_asks_what_to_change(walks: Walks, composer: Composer, url: str) -> None:
    who = walks("A01", 0).at_review.before(composer, url)
    reply = who.says("no, c'è un errore")
    assert composer.phrase("bozza_cosa_cambio") in reply.testo and any(
        o.chiave == "bozza.modifica.cognome" for o in reply.opzioni
    )
    who.says("il cognome è Perron")
    assert who.values["cognome"] == "Perron" and who.record.fase == RIEPILOGO


# ---- Why, something else, "I do not know"


@pytest.mark.parametrize("code", FORMS)
def test_why_at_every_question(new_questions: Questions, composer: Composer, url: str, code: str) -> None:
    for number, question in enumerate(new_questions(code)):
        written = ("perché me lo chiede?", "a cosa Le serve?", "perché lo vuole sapere?")[number % 3]
        who = question.before(composer, url)
        asked = open_question(who)
        reply = who.says(written, sure("bozza_perche"))
        assert question.field.perche in reply.testo and reply.testo.endswith(asked), reply.testo
        assert who.asked == question.record.chiesti and who.values == question.valori


@pytest.mark.parametrize("code", FORMS)
def test_something_else_in_the_middle(new_questions: Questions, walks: Walks, composer: Composer, url: str, code: str) -> None:
    for question in [*new_questions(code), walks(code, 0).at_review]:
        who = question.before(composer, url)
        reply = who.says(ASIDE_TEXT, ASIDE)
        assert KNOWN.testo(ASIDE) in reply.testo
        asked = open_question(who) if who.asked else composer.phrase("bozza_conferma")
        assert reply.testo.endswith(asked)
        assert who.asked == question.record.chiesti and who.values == question.valori
        if question.alone and question.field.scelte:
            assert [o.titolo for o in reply.opzioni] == [s.titolo for s in question.field.scelte]


def test_thanks_and_greetings_leave_the_question_open(walks: Walks, composer: Composer, url: str) -> None:
    for question in [*walks("A09", 0).questions[:4], walks("A09", 0).at_review]:
        who = question.before(composer, url)
        for said, act in (("grazie mille", "ringraziamento"), ("voglio parlare con una persona", "operatore")):
            reply = who.says(said, sure(act))
            assert composer.phrase(act, who.turns - 1) in reply.testo, reply.testo
            assert composer.phrase("bozza_continuo") in reply.testo and who.asked == question.record.chiesti
        who.says("arrivederci", sure("congedo"))
        assert who.values == question.valori
        who.says("ricominciamo da capo", sure("ricomincia"))
        assert who.stato.compilazione is None


def test_another_path_or_a_computation_leaves_the_draft_aside(walks: Walks, composer: Composer, url: str) -> None:
    """Only one thing is asked at a time; the draft waits to be resumed."""
    question = next(q for q in walks("A09", 0).questions if q.alone and q.field.tipo != "testo")
    for said, understood, asked in (
        ("prepari le copie degli atti", "bozza/copie_atti", "A che punto è il procedimento?"),
        ("mi calcola i diritti di copia?", "calcolo/diritti_copia", "Copia semplice o autentica"),
    ):
        who = question.before(composer, url)
        number = who.record.id
        reply = who.says(said, understood)
        assert asked in reply.testo and composer.phrase("bozza_continuo") not in reply.testo, reply.testo
        assert who.stato.compilazione is None
        who.says("riprendi la bozza", sure("bozza_riprendi"))
        assert who.record.id == number and who.values == question.valori


@pytest.mark.parametrize("code", FORMS)
def test_i_do_not_know_leaves_a_line_to_write_on(new_questions: Questions, composer: Composer, url: str, code: str) -> None:
    needed = {c.campo for c in KNOWN.bozze[code].chiesti() if c.indispensabile}
    for question in new_questions(code):
        who = question.before(composer, url)
        reply = who.says("non lo so")
        if not question.alone:
            assert who.values == question.valori and who.asked, "di più dati insieme, ciascuno si chiede da solo"
        elif question.field.id in needed:
            assert who.asked == (question.field.id,) and question.field.id not in who.values
            assert f"({question.field.etichetta.lower()})" in reply.testo
        elif any(s.titolo == "Non lo so" for s in question.field.scelte):
            assert who.values[question.field.id] == "non_so"
        else:
            assert who.values == {**question.valori, question.field.id: TO_WRITE}, reply.testo


@pytest.mark.parametrize("code", FORMS)
def test_the_least_that_makes_a_document(composer: Composer, url: str, code: str) -> None:
    """Who knows only what is indispensable has a document to fill in by hand, and nothing indispensable is ever missing."""
    bozza = KNOWN.bozze[code]
    needed = {c.campo for c in bozza.chiesti() if c.indispensabile}
    who, _ = begun(composer, url, code)
    for _ in range(60):
        if not who.asked:
            break
        known = who.asked[0] in needed and len(who.asked) == 1
        who.says(good(KNOWN.campi[who.asked[0]])[0] if known else "non lo so")
    assert who.record.fase == RIEPILOGO
    who.says("sì", YES)
    richiesta = who.saved.richiesta
    assert richiesta is not None
    assert {c.campo for c in due(bozza, who.values) if c.indispensabile} <= {k for k, v in who.values.items() if v != TO_WRITE}
    written = "\n".join(richiesta.righe)
    assert "{" not in written and re.search(r"Bionaz", written + str(richiesta.richiedente))
    assert BLANK in written or code == "LSG"
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(render_pdf(richiesta, "https://x.example"))).pages)
    assert "Bionaz" in text


def test_what_is_not_understood_is_explained_more_each_time(composer: Composer, url: str) -> None:
    who, _ = begun(composer, url, "A06")
    said = [who.says("brum brum").testo for _ in range(4)]
    assert who.asked == ("fase",), "si chiede il primo dato necessario, non quelli che si possono tacere"
    assert composer.phrase("bozza_non_letto", 0) in said[0] and said[0].endswith(KNOWN.campi["fase"].domanda)
    assert KNOWN.campi["fase"].perche in said[1]
    assert composer.phrase("bozza_salta") in said[3]
    who.says("lo scrivo a mano")
    assert who.values == {"fase": TO_WRITE}


# ---- Leaving and coming back


@pytest.mark.parametrize("code", FORMS)
def test_called_off_and_resumed(new_questions: Questions, walks: Walks, composer: Composer, url: str, code: str) -> None:
    for question in [*new_questions(code), walks(code, 0).at_review]:
        who = question.before(composer, url)
        reply = who.says("annulla", sure("annulla"))
        assert reply.testo == composer.phrase("bozza_interrotta") and who.stato.compilazione is None
        who.says("buongiorno", sure("saluto"))
        who.stato = Stato()  # the record of another session
        reply = who.says("riprendi la bozza", sure("bozza_riprendi"))
        assert who.values == question.valori and who.record.codice == code
        assert composer.phrase("bozza_riprendo").split("{")[0] in reply.testo
        assert question.field.id in who.asked if question.record.chiesti else not who.asked, reply.testo


def test_the_form_that_comes_after_is_not_forgotten_when_the_draft_is_resumed(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    turno = Turno("", NOTHING, Stato(), OGGI, conversazione=who.conversazione, adesso=ADESSO)
    composer.drafts.begin(["C04", "A03"], turno)
    who.stato = Stato()  # the record of another session, after a restart
    reply = who.says("riprendi la bozza", sure("bozza_riprendi"))
    assert (who.record.codice, who.record.poi) == ("C04", ("A03",))
    who.to_the_review(reply)
    ready = who.says("sì", YES)
    assert [o.chiave for o in ready.opzioni] == ["bozza.A03"]
    who.stato = Stato()
    who.says("riprendi la bozza", sure("bozza_riprendi"))
    assert who.record.poi == ("A03",), "anche a documento fatto"
    who.says("sì", YES)
    who.says("sì", YES)
    assert (who.record.codice, who.record.poi) == ("A03", ())


def test_nothing_to_resume(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    assert who.says("riprendi la bozza", sure("bozza_riprendi")).testo == composer.phrase("bozza_nessuna")
    who, _ = begun(composer, url, "A01")
    who.adesso += timedelta(hours=settings().bozze_ore, minutes=1)
    assert who.says("riprendi la bozza", sure("bozza_riprendi")).testo == composer.phrase("bozza_nessuna")


@pytest.mark.parametrize("written", ["Marta", "confermo", ASIDE_TEXT])
def test_an_expired_draft_is_no_more_asked_about(composer: Composer, url: str, written: str) -> None:
    who, _ = begun(composer, url, "A04")
    question = open_question(who)
    who.adesso += timedelta(hours=settings().bozze_ore, minutes=1)
    reply = who.says(written, sure(ASIDE) if written == ASIDE_TEXT else NOTHING)
    assert question not in reply.testo and who.stato.compilazione is None
    assert (KNOWN.testo(ASIDE) if written == ASIDE_TEXT else composer.phrase("bozza_nessuna")) in reply.testo


@pytest.mark.parametrize("code", FORMS)
def test_my_data_are_deleted(questions: Questions, walks: Walks, composer: Composer, url: str, code: str) -> None:
    made = walks(code, 0)
    ready = made.at_review.before(composer, url)
    ready.says("sì", YES)
    for who in [q.before(composer, url) for q in [*questions(code)[::4], made.at_review]] + [ready]:
        other = archivio.create(who.conversazione, "A11", who.adesso, url=url)
        reply = who.says("cancella i miei dati", sure("bozza_cancella"))
        assert reply.cancella and reply.testo == composer.phrase("bozza_cancellati") and reply.stato == Stato(esito="cancellato")
        assert reply.as_message()["custom"] == {"cancella_conversazione": True}
        assert archivio.all_of(who.conversazione, ADESSO, url=url) == []
        assert archivio.get(other.id, who.conversazione, url=url) is None


# ---- Taking data away

CONTACTS = {"telefono": "+393471200984", "email": "marta.bionaz@example.com"}


def with_contacts(walks: Walks, composer: Composer, url: str) -> Applicant:
    at_review = walks("A01", 0).at_review
    return replace(at_review, valori={**at_review.valori, **CONTACTS}).before(composer, url)


@pytest.mark.parametrize(
    "said, taken",
    [
        ("togli il telefono", ["telefono"]),
        ("cancella il telefono, per favore", ["telefono"]),
        ("senza telefono", ["telefono"]),
        ("meglio senza e-mail", ["email"]),
        ("il telefono lo tolga", ["telefono"]),
        ("l'e-mail non la metta", ["email"]),
        ("può togliere la mail?", ["email"]),
        ("non voglio mettere il telefono", ["telefono"]),
        ("togli telefono e e-mail", ["telefono", "email"]),
        ("niente cellulare, niente mail", ["telefono", "email"]),
        ("leva pure il telefono", ["telefono"]),
        ("il telefono toglilo, grazie", ["telefono"]),
    ],
)
@pytest.mark.parametrize("ready", [False, True], ids=["riepilogo", "pronta"])
def test_a_datum_is_taken_away(walks: Walks, composer: Composer, url: str, said: str, taken: list[str], ready: bool) -> None:
    who = with_contacts(walks, composer, url)
    if ready:
        who.says("sì", YES)
    before = who.values
    # the classifier may hear "delete my data": a datum that is named is only that datum
    reply = who.says(said, sure("bozza_cancella"))
    assert who.values == {**before, **dict.fromkeys(taken, TO_WRITE)} and not reply.cancella
    assert who.record.fase == RIEPILOGO and who.saved.richiesta is None
    labels = [KNOWN.campi[name].etichetta for name in taken]
    assert reply.testo.startswith("Tolto: ") and all(label in reply.testo.split("\n")[0] for label in labels)
    assert not [label for label in labels if f"\n{label}: " in reply.testo]
    who.says("sì", YES)
    richiesta = who.saved.richiesta
    assert richiesta is not None and not {KNOWN.campi[name].etichetta for name in taken} & {k for k, _ in richiesta.richiedente}


def test_a_datum_is_taken_away_while_others_are_asked(composer: Composer, url: str) -> None:
    who, _ = begun(composer, url, "A01")
    who.says("per me, senza urgenza, telefono 347 120 0984")
    asked, values = who.asked, who.values
    assert values["telefono"] == CONTACTS["telefono"]
    reply = who.says("togli il telefono")
    assert who.values == {**values, "telefono": TO_WRITE} and who.asked == asked and reply.testo.endswith(open_question(who))


def test_a_datum_is_taken_away_and_another_corrected(walks: Walks, composer: Composer, url: str) -> None:
    who = with_contacts(walks, composer, url)
    reply = who.says("togli il telefono, il cognome è Perron")
    assert (who.values["telefono"], who.values["cognome"]) == (TO_WRITE, "Perron") and "Cognome: Perron" in reply.testo


@pytest.mark.parametrize("said", ["lascialo vuoto", "nessuno", "niente", "toglilo", "non lo metta", "lo lasci in bianco", None])
def test_the_change_of_an_optional_datum_may_leave_it_empty(walks: Walks, composer: Composer, url: str, said: str | None) -> None:
    who = with_contacts(walks, composer, url)
    reply = who.presses("bozza.modifica.telefono")
    assert [(o.titolo, o.chiave) for o in reply.opzioni] == [("Lascia vuoto", "bozza.togli.telefono")]
    reply = who.says(said) if said else who.presses("bozza.togli.telefono")
    assert who.values == {**walks("A01", 0).at_review.valori, **CONTACTS, "telefono": TO_WRITE}
    assert "Riepilogo" in reply.testo and not who.asked
    assert ("Aggiungi: telefono", "bozza.modifica.telefono") in [(o.titolo, o.chiave) for o in reply.opzioni]
    assert "bozza.togli.telefono" not in [o.chiave for o in who.presses("bozza.modifica.telefono").opzioni]


@pytest.mark.parametrize("name", ["cognome", "nato_a", "urgente"])
def test_a_datum_that_is_needed_cannot_be_left_empty(walks: Walks, composer: Composer, url: str, name: str) -> None:
    who = walks("A01", 0).at_review.before(composer, url)
    assert "Lascia vuoto" not in [o.titolo for o in who.presses(f"bozza.modifica.{name}").opzioni]
    who.presses(f"bozza.togli.{name}")
    assert who.values == walks("A01", 0).at_review.valori


def test_a_datum_the_request_is_nothing_without_is_asked_again(walks: Walks, composer: Composer, url: str) -> None:
    who = walks("A01", 0).at_review.before(composer, url)
    reply = who.says("togli il cognome")
    assert who.asked == ("cognome",) and "non è completa" in reply.testo and who.values["cognome"] == "Bionaz"
    who.presses("bozza.conferma")
    who = walks("A01", 0).at_review.before(composer, url)
    reply = who.says("togli il luogo di nascita")
    assert "Luogo di nascita: da scrivere a mano" in reply.testo and who.values["nato_a"] == TO_WRITE


@pytest.mark.parametrize(
    "said", ["cancella i miei dati, anche il telefono", "elimina tutto, telefono compreso", "cancella la bozza e il telefono"]
)
def test_all_the_data_are_more_than_one_of_them(walks: Walks, composer: Composer, url: str, said: str) -> None:
    who = with_contacts(walks, composer, url)
    assert who.says(said, sure("bozza_cancella")).cancella


@pytest.mark.parametrize("surname", ["Levi", "Togliatti", "Leva"])
@pytest.mark.parametrize("said", ["il cognome è {}", "{}", "ho sbagliato il cognome, è {}"])
def test_a_surname_is_no_order(walks: Walks, composer: Composer, url: str, surname: str, said: str) -> None:
    who = with_contacts(walks, composer, url)
    who.presses("bozza.modifica.cognome")
    reply = who.says(said.format(surname))
    assert who.values["cognome"] == surname, reply.testo


@pytest.mark.parametrize(
    "said", ["senza urgenza", "senza PEC", "non ho il telefono", "il telefono è 0165 306254", "togli la PEC"]
)
def test_nothing_is_taken_away_of_what_is_not_there_or_is_said_otherwise(
    walks: Walks, composer: Composer, url: str, said: str
) -> None:
    who = with_contacts(walks, composer, url)
    reply = who.says(said)
    assert "Tolto" not in reply.testo and who.values["email"] == CONTACTS["email"] and who.values["telefono"] != TO_WRITE


# ---- LSG

CLAIM = {
    "magistrato": "il magistrato è la dott.ssa Anna Rey",
    "numero_procedimento": "procedimento numero 1770/2026",
    "tipologia_beneficiario": "interprete",
    "incarico_inizio": "inizio incarico 12/01/2026",
    "incarico_fine": "fine incarico 02/03/2026",
}


@pytest.mark.parametrize("name", CLAIM)
@pytest.mark.parametrize("said", ["non lo so", "lo scrivo a mano", "salta", "preferisco di no"])
def test_the_claim_is_never_ready_without_its_five_data(composer: Composer, url: str, name: str, said: str) -> None:
    who, _ = begun(composer, url, "LSG")
    who.says(", ".join(text for other, text in CLAIM.items() if other != name))
    assert set(CLAIM) - set(who.values) == {name} and who.asked == (name,)
    who.says(said)
    assert who.asked == (name,) and name not in who.values
    for act in ("bozza.conferma", "bozza.salta"):
        who.presses(act)
        assert who.saved.fase != PRONTA and who.values.get(name) is None and who.asked == (name,), act


def test_the_claim_takes_its_data_in_one_message(composer: Composer, url: str) -> None:
    who, _ = begun(composer, url, "LSG")
    who.says(", ".join(CLAIM.values()))
    assert who.values == {
        "magistrato": "dott.ssa Anna Rey",
        "numero_procedimento": "1770/2026",
        "tipologia_beneficiario": "interprete",
        "incarico_inizio": "2026-01-12",
        "incarico_fine": "2026-03-02",
    }


@pytest.mark.parametrize("said", ["fine incarico 11/01/2026", "incarico dal 12/01/2026 al 10/12/2025"])
def test_an_end_before_the_start_is_refused(composer: Composer, url: str, said: str) -> None:
    who, _ = begun(composer, url, "LSG")
    who.says(", ".join(text for other, text in CLAIM.items() if other != "incarico_fine"))
    reply = who.says(said)
    assert "prima dell'inizio" in reply.testo and who.asked == ("incarico_fine",) and "incarico_fine" not in who.values
    who.says("12/01/2026")
    assert who.values["incarico_fine"] == "2026-01-12"


def test_an_end_before_the_start_is_refused_in_the_review_too(walks: Walks, composer: Composer, url: str) -> None:
    for name, said in (("incarico_fine", "1/1/2026"), ("incarico_inizio", "1/4/2026")):
        who = walks("LSG", 0).at_review.before(composer, url)
        who.presses(f"bozza.modifica.{name}")
        reply = who.says(said)
        assert "prima dell'inizio" in reply.testo and who.asked == ("incarico_fine",)
        who.presses("bozza.conferma")
        assert who.saved.fase != PRONTA


def claim(composer: Composer, url: str, conversazione: str, **changes: str) -> tuple[Applicant, Risposta]:
    """A claim made up to the review, in a conversation."""
    who = Applicant(composer, url, conversazione=conversazione)
    reply = who.presses("bozza.LSG")
    review, _ = who.to_the_review(reply, {"tipologia_beneficiario": "interprete"})
    if changes:
        archivio.update(who.record.id, conversazione, adesso=who.adesso, valori={**who.values, **changes}, url=url)
        who.presses("bozza.modifica.onorario")
        review = who.says("500 euro")
    return who, review


@pytest.mark.parametrize(
    "changes, duplicate",
    [
        ({}, True),
        ({"incarico_inizio": "2026-03-02", "incarico_fine": "2026-04-01"}, True),
        ({"incarico_inizio": "2026-01-20", "incarico_fine": "2026-01-25"}, True),
        ({"nome": "MARTA", "cognome": "bionaz"}, True),
        ({"incarico_inizio": "2026-03-03", "incarico_fine": "2026-04-01"}, False),
        ({"incarico_inizio": "2025-01-01", "incarico_fine": "2026-01-11"}, False),
        ({"numero_procedimento": "1771/2026"}, False),
        ({"cognome": "Perron"}, False),
    ],
)
def test_a_possible_duplicate_is_pointed_out(
    composer: Composer, url: str, request: pytest.FixtureRequest, changes: dict[str, str], duplicate: bool
) -> None:
    conversazione = f"doppia-{request.node.name}"
    first, review = claim(composer, url, conversazione)
    assert "duplicata" not in review.testo
    reference = first.saved.riferimento
    first.says("sì", YES)
    second, review = claim(composer, url, conversazione, **changes)
    assert ("istanza duplicata" in review.testo) == duplicate == (reference in review.testo)
    ready = second.says("sì", YES)
    assert ("istanza duplicata" in ready.testo) == duplicate and second.saved.fase == PRONTA


def test_the_claim_of_another_conversation_is_no_duplicate(composer: Composer, url: str) -> None:
    claim(composer, url, "doppia-uno")
    assert "duplicata" not in claim(composer, url, "doppia-due")[1].testo


@pytest.mark.parametrize("end, told, late", [("2026-03-02", "10/06/2026", False), ("2026-01-20", "30/04/2026", True)])
def test_the_hundred_days(composer: Composer, url: str, end: str, told: str, late: bool) -> None:
    who, review = claim(composer, url, f"termine-{end}", incarico_fine=end)
    ready = who.says("sì", YES)
    for reply in (review, ready):
        assert f"Va presentata entro il {told}" in reply.testo
        assert ("già passato" in reply.testo) == late


def test_the_document_of_the_claim_names_the_module_the_portal_cannot_replace(walks: Walks) -> None:
    assert "non può sostituirlo" in walks("LSG", 0).ready.testo


# ---- SIAMM

DEFENCE = "incarico conferito il 12/01/2026, data dell'istanza 02/03/2026, Tribunale di Udine, r.g. 1770/2026"


def test_the_claim_of_a_defender_takes_several_data_in_one_message(composer: Composer, url: str) -> None:
    who, _ = begun(composer, url, "SIAMM")
    who.says("avv. Giulia Furlan, foro di Udine")
    who.says(DEFENCE)
    assert who.values == {
        "nome": "Giulia",
        "cognome": "Furlan",
        "foro": "Udine",
        "difesa_inizio": "2026-01-12",
        "difesa_fine": "2026-03-02",
        "ufficio_giudiziario": "Tribunale di Udine",
        "numero_procedimento": "1770/2026",
    }
    who.says("Paolo Favre, nato a Courmayeur il 14/11/1988")
    assert who.values["assistito_cognome"] == "Favre" and who.values["assistito_nato_il"] == "1988-11-14"
    who.says("numero 345/2025 del 20/01/2026, compenso 1.200 euro, anticipazioni 98 euro, ultima udienza 15/07/2026")
    given = {k: who.values[k] for k in ("patrocinio_numero", "patrocinio_data", "compenso", "anticipazioni", "udienza_data")}
    assert given == {
        "patrocinio_numero": "345/2025",
        "patrocinio_data": "2026-01-20",
        "compenso": "1200.00",
        "anticipazioni": "98.00",
        "udienza_data": "2026-07-15",
    }
    assert who.values["numero_procedimento"] == "1770/2026"


@pytest.mark.parametrize(
    "name", ["difesa_inizio", "difesa_fine", "numero_procedimento", "assistito_cognome", "patrocinio_numero", "patrocinio_data"]
)
def test_the_claim_of_a_defender_is_never_ready_without_what_the_portal_wants(
    walks: Walks, composer: Composer, url: str, name: str
) -> None:
    at_review = walks("SIAMM", 0).at_review
    who = replace(at_review, valori={k: v for k, v in at_review.valori.items() if k != name}).before(composer, url)
    who.presses("bozza.conferma")
    assert who.saved.fase != PRONTA and who.asked == (name,)
    who.says("lo scrivo a mano")
    assert who.asked == (name,) and name not in who.values


def test_a_defence_that_ends_before_it_begins_is_refused(composer: Composer, url: str) -> None:
    who, _ = begun(composer, url, "SIAMM")
    reply = who.says("data inizio incarico 12/01/2026, data fine incarico 11/01/2026")
    assert "prima dell'inizio" in reply.testo and who.asked == ("difesa_fine",)


def test_the_day_before_the_last_hearing(walks: Walks) -> None:
    walk = walks("SIAMM", 0)
    at_review = walk.at_review
    assert at_review.valori.get("udienza_data") is None and "Va presentata entro" not in walk.review.testo
    assert "almeno il giorno prima dell'ultima udienza" in walk.ready.testo


@pytest.mark.parametrize("day, told", [("15/07/2026", "14/07/2026"), ("20/05/2026", "19/05/2026")])
def test_the_term_is_told_once_the_hearing_is_known(walks: Walks, composer: Composer, url: str, day: str, told: str) -> None:
    who = walks("SIAMM", 0).at_review.before(composer, url)
    review = who.says(f"ultima udienza {day}")
    assert f"Va presentata entro il {told}." in review.testo and "con riserva a verbale" in review.testo
    assert ("già passato" in review.testo) == (day == "20/05/2026")
    assert review.testo.count("..") == 0


def test_a_second_claim_of_the_same_defence_may_be_a_duplicate(walks: Walks, composer: Composer, url: str) -> None:
    values = walks("SIAMM", 0).at_review.valori
    conversazione = "doppia-siamm"
    for changes, expected in (({}, True), ({"assistito_cognome": "Perron"}, False), ({"numero_procedimento": "9/2026"}, False)):
        archivio.delete_all(conversazione, url=url)
        first = archivio.create(conversazione, "SIAMM", ADESSO, url=url)
        archivio.update(first.id, conversazione, adesso=ADESSO, valori={**values, **changes}, url=url)
        other = archivio.create(conversazione, "LSG", ADESSO, url=url)
        archivio.update(other.id, conversazione, adesso=ADESSO, valori=values, url=url)
        who = Applicant(composer, url, conversazione=conversazione)
        who.presses("bozza.SIAMM")
        archivio.update(who.record.id, conversazione, adesso=who.adesso, valori=dict(values), url=url)
        review = who.says("il compenso è 900 euro")
        assert (first.riferimento in review.testo) == expected and other.riferimento not in review.testo, review.testo


def test_the_claim_of_a_defender_is_a_reminder_for_its_portal(walks: Walks) -> None:
    ready = walks("SIAMM", 0).ready.testo
    assert ready.startswith("La bozza è pronta: Istanza di liquidazione del difensore")
    assert "SpediGius" in ready and "SIAMM-" in ready and "Modulo" not in ready.split("\n")[0]


# ---- The database away

FUNCTIONS = ("create", "get", "update", "all_of", "latest", "delete_all")


def given_or_said(who: Applicant, reply: Risposta) -> object:
    """What was given, or the words where there is no draft."""
    return reply.testo if who.stato.compilazione is None else (who.values, who.record.fase)


def broken(*_: Any, **__: Any) -> Any:
    raise ArchivioNonDisponibile("OperationalError")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_the_database_nothing_is_lost(
    walks: Walks, composer: Composer, url: str, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    walk = walks("A01", 0)
    points: list[tuple[Question | None, str, Any]] = [(q, good(q.field)[0], NOTHING) for q in walk.questions if q.alone]
    points += [(walk.at_review, "sì", YES), (walk.at_review, "il cognome è sbagliato, è Perron", NOTHING)]
    points += [(walk.questions[0], "riprendi la bozza", sure("bozza_riprendi"))]
    points += [
        (walk.at_review, "cancella i miei dati", sure("bozza_cancella")),
        (None, "prepara il mod. A01", sure("bozza/casellario")),
    ]
    faults = 0
    for question, said, understood in points:
        who = question.before(composer, url) if question else Applicant(composer, url)
        record = who.stato.compilazione
        with monkeypatch.context() as patched:
            patched.setattr(archivio, function, broken)
            reply = who.says(said, understood)
        if reply.testo.startswith(composer.phrase("bozza_guasto")):
            faults += 1
            assert who.stato.compilazione == record and not reply.cancella
            other = question.before(composer, url) if question else Applicant(composer, url)
            again, without_faults = who.says(said, understood), other.says(said, understood)
            assert given_or_said(who, again) == given_or_said(other, without_faults)
        assert "Traceback" not in reply.testo and "Error" not in reply.testo
    assert faults


def test_a_button_without_the_database(walks: Walks, composer: Composer, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("bozza.A01", "bozza.conferma", "bozza.modifica.nome", "bozza.riprendi", "bozza.valore.urgente.si"):
        who = walks("A01", 0).at_review.before(composer, url)
        with monkeypatch.context() as patched:
            for function in FUNCTIONS:
                patched.setattr(archivio, function, broken)
            reply = who.presses(key)
        assert reply.testo == composer.phrase("bozza_guasto"), key
        assert who.values == walks("A01", 0).at_review.valori


def test_a_question_in_the_middle_is_answered_without_the_database(
    walks: Walks, composer: Composer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = walks("A01", 0).questions[2].before(composer, url)
    with monkeypatch.context() as patched:
        for function in FUNCTIONS:
            patched.setattr(archivio, function, broken)
        reply = who.says(ASIDE_TEXT, ASIDE)
    assert composer.phrase("bozza_guasto") in reply.testo or KNOWN.testo(ASIDE) in reply.testo
    assert who.stato.compilazione is not None


# ---- Of others


def test_conversations_never_mix(composer: Composer, url: str) -> None:
    people = [Applicant(composer, url) for _ in range(6)]
    replies = [who.presses(f"bozza.{code}") for who, code in zip(people, ("A01", "A01", "A09", "A09", "LSG", "C04"), strict=True)]
    names = ["Giulia", "Bruno", "Carla", "Dario", "Elena", "Fabio"]
    for _ in range(40):
        for number, (who, name) in enumerate(zip(people, names, strict=True)):
            if who.record.fase == RIEPILOGO and not who.asked:
                continue
            if who.asked == ("nome",):
                replies[number] = who.says(name)
            elif "nome" in who.missing()[:1]:
                replies[number] = who.says(f"Nome: {name}")
            else:
                replies[number] = who.answers()
    for who, name, reply in zip(people, names, replies, strict=True):
        assert who.values["nome"] == name and f"Nome: {name}" in reply.testo
        assert not [other for other in names if other != name and other in reply.testo]


def test_the_draft_of_another_is_out_of_reach(walks: Walks, composer: Composer, url: str) -> None:
    victim = walks("A01", 0).at_review.before(composer, url)
    for said, understood in (("sì", YES), ("cognome Perron", NOTHING), ("riprendi la bozza", sure("bozza_riprendi"))):
        thief = Applicant(composer, url, stato=victim.stato)
        before = victim.saved
        reply = thief.says(said, understood)
        assert victim.saved == before and "Bionaz" not in reply.testo and thief.stato.compilazione is None
    for key in ("bozza.conferma", "bozza.modifica.nome", "bozza.riprendi"):
        thief = Applicant(composer, url, stato=victim.stato)
        reply = thief.presses(key)
        assert "Bionaz" not in reply.testo and victim.saved == before, key


@pytest.mark.parametrize(
    "key", ["bozza.", "bozza.Z99", "bozza.conferma", "bozza.modifica.inesistente", "bozza.valore.x.y", "bozza.salta"]
)
def test_buttons_of_no_draft(composer: Composer, url: str, key: str) -> None:
    reply = Applicant(composer, url).presses(key)
    assert reply.testo.strip() and reply.stato.compilazione is None


# ---- The delegation after the request


@pytest.mark.parametrize(
    "code, field", [("A01", "consegna"), ("A02", "consegna"), ("A09", "consegna_335"), ("A06", "presenta"), ("B04", "consegna")]
)
def test_the_delegation_is_offered_after_the_request_and_knows_what_was_said(
    composer: Composer, url: str, code: str, field: str
) -> None:
    who, reply = begun(composer, url, code)
    who.to_the_review(reply, {field: "delegato"})
    assert who.values[field] == "delegato"
    ready = who.says("sì", YES)
    assert "Mod. A11" in ready.testo and [o.chiave for o in ready.opzioni] == ["bozza.A11"]
    before = who.values
    who.says("sì", YES)
    assert who.record.codice == "A11" and who.record.fase != PRONTA
    common = {c.campo for c in KNOWN.bozze["A11"].chiesti()} & {k for k, v in before.items() if v != TO_WRITE}
    assert {"nome", "cognome", "delegato_nome", "delegato_cognome"} <= common
    assert {k: who.values.get(k) for k in common} == {k: before[k] for k in common}
    assert not common & set(who.missing())
    who.to_the_review(reply)
    assert "A11" not in [o.titolo for o in who.says("sì", YES).opzioni], "una delega non ne chiede un'altra"


def test_the_delegation_can_be_declined(composer: Composer, url: str) -> None:
    who, reply = begun(composer, url, "A01")
    who.to_the_review(reply, {"consegna": "delegato"})
    who.says("sì", YES)
    reply = who.says("no grazie", sure("rifiuto"))
    assert who.stato.compilazione is None or who.record.codice == "A01"
    assert "Prepariamo insieme" not in reply.testo


def test_the_path_of_a_delegate_leads_to_both_forms(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    who.says("prepara la richiesta dei carichi pendenti, vado io con la delega di mio padre", sure("bozza/carichi_pendenti"))
    assert (who.record.codice, who.record.poi) == ("A01", ("A11",))
    assert who.values["consegna"] == "delegato"
    who.to_the_review(who.says("boh"), {"consegna": "delegato"})
    who.says("sì", YES)
    who.presses("bozza.A11")
    assert who.record.codice == "A11" and who.values["oggetto_delega"] == "carichi_pendenti"


# ---- Beginning


@pytest.mark.parametrize("code", FORMS)
def test_a_form_is_named_by_its_code(composer: Composer, url: str, code: str) -> None:
    if KNOWN.bozze[code].portale:
        return
    for said in (
        f"mi prepari il modulo {code}",
        f"compila il mod. {code.lower()}",
        f"vorrei preparare {code[0]} {int(code[1:])}",
    ):
        who = Applicant(composer, url)
        reply = who.says(said, sure("bozza/quale"))
        assert who.record.codice == code and "Prepariamo insieme" in reply.testo, said


def test_emergencies_come_before_the_draft(walks: Walks, composer: Composer, url: str) -> None:
    emergency = next(f"{a.id}.{a.voci[0].id}" for a in KNOWN.argomenti.values() if a.tipo == "emergenza" and a.voci)
    who = walks("A01", 0).questions[3].before(composer, url)
    reply = who.says("aiuto mi stanno picchiando", heard({emergency: 0.95}))
    assert "112" in reply.testo or "1522" in reply.testo
    assert who.stato.compilazione is not None
    question = next(q for q in walks("A03", 0).questions if q.record.chiesti[0] == "reato")
    who = question.before(composer, url)
    reply = who.says("mio marito mi ha picchiata e mi minaccia", heard({emergency: 0.95}))
    assert KNOWN.testo(emergency) in reply.testo and "reato" in who.values, "detto e scritto: il dato non si perde"


def test_a_draft_may_be_left_for_another(walks: Walks, composer: Composer, url: str) -> None:
    who = walks("A01", 0).questions[0].before(composer, url)
    first = who.record.id
    who.says("prepara invece il mod. A09", sure("bozza/registro_335"))
    assert who.record.codice == "A09" and who.record.id != first
    assert archivio.get(first, who.conversazione, url=url) is not None


def test_the_stored_request_is_the_one_composed(walks: Walks) -> None:
    walk = walks("A02", 0)
    saved = walk.who.saved
    assert saved.richiesta is not None
    made = compose(
        KNOWN.bozze["A02"],
        walk.at_review.valori,
        KNOWN,
        riferimento=saved.riferimento,
        creata=OGGI,
        scade=saved.richiesta.scade,
    )
    assert replace(saved.richiesta, ricorda=made.ricorda) == made
