"""Paths from a situation to a form: every answer of every question, by button and typed, and what people do besides answering."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bozze.composizione import title_of
from bot.dialogue.composer import Composer, phrases_of
from bot.dialogue.lettura import prepare
from bot.dialogue.percorso import OFFERED, _answered
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Cammino, Stato
from bot.dialogue.turn import Turno
from bot.settings import ROOT
from knowledge import yaml_files
from knowledge.models_bozze import Nodo, Percorso, Strada

from .drafting import KNOWN, Applicant
from .hearing import NOTHING, sure

ASIDE, ASIDE_TEXT = "uffici.orari_generali", "a che ora aprite la mattina?"
PATHS = list(KNOWN.percorsi.values())
NODES = [(path, nodo) for path in PATHS for nodo in path.nodi]
ANSWERS = [(path, nodo, place) for path, nodo in NODES for place in range(len(nodo.strade))]
ANSWER_NAMES = [f"{path.id}.{nodo.id}.{place}" for path, nodo, place in ANSWERS]
NODE_NAMES = [f"{path.id}.{nodo.id}" for path, nodo in NODES]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{Path(tmp_path_factory.mktemp('percorsi')) / 'assistente.db'}"


@pytest.fixture(scope="module")
def composer(url: str) -> Composer:
    domain = yaml_files.read(ROOT / "domain.yml")
    return Composer(KNOWN, phrases_of(domain["responses"]), database=url)


def at(composer: Composer, url: str, path: Percorso, nodo: Nodo, bozza: bool = False) -> Applicant:
    """Somebody who has just been asked a question of a path."""
    who = Applicant(composer, url)
    cammino = Cammino(path.id, nodo.id, bozza=bozza)
    asked = composer.guide._ask(path, nodo, cammino, _turn(who))
    who.stato = Stato.from_dict(asked.stato.as_dict())
    return who


def _turn(who: Applicant, said: str = "") -> Turno:
    return Turno(said, NOTHING, who.stato, who.giorno)


def leads(reply: Risposta, strada: Strada, path: Percorso) -> bool:
    """Whether a reply is what an answer is declared to lead to."""
    if strada.poi:
        return reply.testo.endswith(path.nodo(strada.poi).domanda)
    if strada.voce:
        return KNOWN.testo(strada.voce) in reply.testo and reply.stato.cammino is None
    if strada.percorso and KNOWN.percorsi[strada.percorso].nodi:
        return reply.testo.endswith(KNOWN.percorsi[strada.percorso].nodi[0].domanda)
    forms = strada.moduli or KNOWN.percorsi[strada.percorso or ""].moduli
    return names_the_form(reply, forms)


def names_the_form(reply: Risposta, forms: list[str]) -> bool:
    bozza = KNOWN.bozze[forms[0]]
    wanted = [title_of(bozza, KNOWN), bozza.firma, bozza.consegna, "Costo: ", "Fonte: "]
    wanted += [f"Mod. {code}" for code in forms if code in KNOWN.moduli]
    if forms[0] in KNOWN.moduli:
        wanted += KNOWN.moduli[forms[0]].allegati
    return all(text in reply.testo for text in wanted) and [o.chiave for o in reply.opzioni] == [f"bozza.{c}" for c in forms]


# ---- Every answer


@pytest.mark.parametrize("path, nodo, place", ANSWERS, ids=ANSWER_NAMES)
def test_the_button_of_every_answer_leads_where_it_says(
    composer: Composer, url: str, path: Percorso, nodo: Nodo, place: int
) -> None:
    who = at(composer, url, path, nodo)
    strada = nodo.strade[place]
    reply = who.presses(f"percorso.{path.id}.{nodo.id}.{place}")
    assert leads(reply, strada, path), reply.testo
    if strada.nota and not strada.poi:
        assert strada.nota in reply.testo
    if strada.moduli:
        assert who.stato.esito == OFFERED and who.stato.cammino is None


@pytest.mark.parametrize("path, nodo, place", ANSWERS, ids=ANSWER_NAMES)
def test_every_answer_can_be_typed(composer: Composer, url: str, path: Percorso, nodo: Nodo, place: int) -> None:
    strada = nodo.strade[place]
    for typed in (strada.titolo, strada.titolo.upper(), f"{strada.titolo.lower()}.", str(place + 1)):
        who = at(composer, url, path, nodo)
        reply = who.says(typed)
        assert leads(reply, strada, path), f"«{typed}» -> {reply.testo[:300]}"


@pytest.mark.parametrize("path, nodo, place", ANSWERS, ids=ANSWER_NAMES)
def test_the_words_of_an_answer_are_read_as_that_answer(composer: Composer, path: Percorso, nodo: Nodo, place: int) -> None:
    """Its title, read without its button, is no other answer's words."""
    assert _answered(nodo, prepare(nodo.strade[place].titolo)) == place


@pytest.mark.parametrize("path, nodo, place", ANSWERS, ids=ANSWER_NAMES)
def test_on_the_way_to_a_draft_every_answer_comes_to_it(
    composer: Composer, url: str, path: Percorso, nodo: Nodo, place: int
) -> None:
    strada = nodo.strade[place]
    who = at(composer, url, path, nodo, bozza=True)
    who.presses(f"percorso.{path.id}.{nodo.id}.{place}")
    forms = strada.moduli or (KNOWN.percorsi[strada.percorso].moduli if strada.percorso else [])
    if forms:
        assert (who.record.codice, list(who.record.poi)) == (forms[0], forms[1:])
        assert strada.valori.items() <= who.values.items()
    else:
        assert who.stato.compilazione is None


@pytest.mark.parametrize("path", [p for p in PATHS if p.nodi], ids=lambda p: p.id)
def test_every_form_of_a_path_is_drafted_by_its_button(composer: Composer, url: str, path: Percorso) -> None:
    for nodo in path.nodi:
        for place, strada in enumerate(nodo.strade):
            if not strada.moduli:
                continue
            who = at(composer, url, path, nodo)
            reply = who.presses(f"percorso.{path.id}.{nodo.id}.{place}")
            for option in reply.opzioni:
                taker = Applicant(composer, url, stato=who.stato)
                begun = taker.presses(option)
                assert taker.record.codice == option.chiave.partition(".")[2] and "Prepariamo insieme" in begun.testo


def test_yes_to_the_offer_drafts_the_form_and_the_delegation_after_it(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    who.presses("percorso.carichi_pendenti")
    who.says("vado io con la delega di mio padre")
    reply = who.says("sì grazie, prepariamola", sure("conferma"))
    assert "Prepariamo insieme" in reply.testo
    assert (who.record.codice, who.record.poi) == ("A01", ("A11",))


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.id)
def test_a_path_starts_with_its_first_question(composer: Composer, url: str, path: Percorso) -> None:
    reply = Applicant(composer, url).presses(f"percorso.{path.id}")
    if path.nodi:
        assert reply.testo == path.nodi[0].domanda
        assert [o.titolo for o in reply.opzioni] == [s.titolo for s in path.nodi[0].strade]
    else:
        assert names_the_form(reply, path.moduli)


def walks_to_the_end(path: Percorso, nodo: Nodo, visited: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The questions on every way through a path."""
    here = (*visited, f"{path.id}.{nodo.id}")
    assert len(here) < 10, f"un giro: {here}"
    for strada in nodo.strade:
        if strada.poi:
            yield from walks_to_the_end(path, path.nodo(strada.poi), here)
        elif strada.percorso and KNOWN.percorsi[strada.percorso].nodi:
            following = KNOWN.percorsi[strada.percorso]
            yield from walks_to_the_end(following, following.nodi[0], here)
        else:
            yield here


def test_few_questions_lead_to_every_form() -> None:
    ways = [way for path in PATHS if path.nodi for way in walks_to_the_end(path, path.nodi[0])]
    assert max(map(len, ways)) <= 6
    reached = {code for path in PATHS for code in path.moduli}
    reached |= {code for _, nodo in NODES for strada in nodo.strade for code in strada.moduli}
    assert reached == set(KNOWN.bozze)
    assert {f"{path.id}.{nodo.id}" for path, nodo in NODES} == {name for way in ways for name in way}


# ---- What the first message says is not asked


@pytest.mark.parametrize(
    "said, path, form",
    [
        ("che modulo mi serve per i miei carichi pendenti? li chiedo io per me", "quale", "A01"),
        ("quale modulo uso per il casellario di mio figlio di 9 anni, è per mio figlio", "quale", "A02"),
        ("sono un datore di lavoro e apro un asilo: che modulo per il casellario dei dipendenti?", "casellario", "A05"),
        ("sono l'avvocato, certificato del casellario di un testimone", "casellario", "A02"),
        ("lavoro per il comune, mi servono i casellari di 3 candidati", "casellario", "B01"),
        ("sono il rappresentante legale della società e mi serve l'anagrafe delle sanzioni", "anagrafe_sanzioni", "B04"),
        ("sono un avvocato e voglio sapere delle iscrizioni a carico del mio assistito", "registro_335", "A10"),
        ("sono un consulente con partita iva", "spese_giustizia", "C01"),
        ("sono un interprete, non ho la partita iva", "spese_giustizia", "C02"),
        ("ho in custodia un'auto sequestrata e vorrei essere pagato, sono il custode", "spese_giustizia", "C03"),
        ("sono stato sentito dai carabinieri come persona informata e abito a Ivrea", "persone_informate", "C04"),
        ("sono consulente per la procura di alessandria", "spese_giustizia", "LSG"),
        ("causa civile al tribunale di Udine", "siamm", "SIAMM"),
        ("mi hanno rubato la bici, che modulo per il certificato di chiusa inchiesta?", "quale", "A03"),
        ("devo fare una delega", "quale", "A11"),
    ],
)
def test_what_the_first_message_says_is_not_asked(composer: Composer, url: str, said: str, path: str, form: str) -> None:
    who = Applicant(composer, url)
    reply = composer.guide.start(path, _turn(who, said), bozza=False)
    assert reply.opzioni and reply.opzioni[0].chiave == f"bozza.{form}", reply.testo


def test_only_what_is_missing_is_asked(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    reply = who.says("che modulo per essere pagato come perito?", "percorso/quale")
    assert reply.testo.endswith(KNOWN.percorsi["spese_giustizia"].nodo("iva").domanda)
    reply = who.says("non ho la partita iva")
    assert names_the_form(reply, ["C02"])


def test_the_path_and_then_the_draft_ask_nothing_twice(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    who.says("prepari la richiesta del casellario", "bozza/casellario")
    assert who.stato.cammino is not None and who.stato.cammino.bozza
    who.says("per mia madre, ho la delega")
    assert who.record.codice == "A02" and who.values["consegna"] == "delegato" and who.values["per_chi"] == "interessato"


# ---- Besides answering


@pytest.mark.parametrize("path, nodo", NODES, ids=NODE_NAMES)
@pytest.mark.parametrize("written", ["perché me lo chiede?", "a cosa vi serve?", "perché lo vuole sapere?"])
def test_why(composer: Composer, url: str, path: Percorso, nodo: Nodo, written: str) -> None:
    who = at(composer, url, path, nodo)
    before = who.stato.cammino
    reply = who.says(written)
    assert reply.testo == f"{nodo.perche} {nodo.domanda}" and who.stato.cammino == before
    assert len(reply.opzioni) == len(nodo.strade)


@pytest.mark.parametrize("path, nodo", NODES, ids=NODE_NAMES)
def test_unreadable_answers_are_explained_then_the_desk_is_offered(
    composer: Composer, url: str, path: Percorso, nodo: Nodo
) -> None:
    who = at(composer, url, path, nodo)
    said = [who.says("brum brum zzz").testo for _ in range(3)]
    assert composer.phrase("percorso_non_letto", 0) in said[0] and nodo.perche in said[1]
    assert composer.phrase("percorso_sportello") in said[2] and len(set(said)) == 3
    assert all(text.endswith(nodo.domanda) for text in said)
    reply = who.presses(f"percorso.{path.id}.{nodo.id}.0")
    assert leads(reply, nodo.strade[0], path)


@pytest.mark.parametrize("path, nodo", NODES, ids=NODE_NAMES)
def test_not_knowing_is_explained(composer: Composer, url: str, path: Percorso, nodo: Nodo) -> None:
    who = at(composer, url, path, nodo)
    reply = who.says("boh, non lo so")
    assert nodo.perche in reply.testo and reply.testo.endswith(nodo.domanda) and who.stato.cammino is not None


@pytest.mark.parametrize("path, nodo", NODES, ids=NODE_NAMES)
def test_something_else_in_the_middle_and_back(composer: Composer, url: str, path: Percorso, nodo: Nodo) -> None:
    who = at(composer, url, path, nodo)
    before = who.stato.cammino
    reply = who.says(ASIDE_TEXT, ASIDE)
    assert KNOWN.testo(ASIDE) in reply.testo
    assert reply.testo.endswith(f"{composer.phrase('percorso_riprendo')} {nodo.domanda}") and who.stato.cammino == before
    assert len(reply.opzioni) == len(nodo.strade)
    reply = who.says(nodo.strade[-1].titolo)
    assert leads(reply, nodo.strade[-1], path), reply.testo[:300]


@pytest.mark.parametrize("path, nodo", NODES, ids=NODE_NAMES)
def test_called_off(composer: Composer, url: str, path: Percorso, nodo: Nodo) -> None:
    who = at(composer, url, path, nodo)
    reply = who.says("lasciamo perdere", sure("annulla"))
    assert reply.testo == composer.phrase("annulla") and who.stato.cammino is None
    assert nodo.domanda not in who.says(ASIDE_TEXT, ASIDE).testo


@pytest.mark.parametrize(
    "key",
    ["percorso.", "percorso.inesistente", "percorso.casellario.boh.0", "percorso.casellario.chi.99", "percorso.casellario.chi.x"],
)
def test_buttons_of_no_path(composer: Composer, url: str, key: str) -> None:
    reply = Applicant(composer, url).presses(key)
    assert reply.testo.strip() and reply.stato.cammino is None


def test_the_dated_notice_of_the_online_booking(composer: Composer, url: str) -> None:
    who = Applicant(composer, url)
    nodo = KNOWN.percorsi["casellario"].nodi[0]
    notice = KNOWN.avvisi["prenotazione_casellario"]
    reply = at(composer, url, KNOWN.percorsi["casellario"], nodo).presses("percorso.casellario.chi.0")
    assert (notice.testo in reply.testo) == (notice.dal <= who.giorno and (notice.al is None or who.giorno <= notice.al))
