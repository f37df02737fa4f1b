"""Questions without an answer: grouped by meaning, decided, and open again when the decision is undone."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.didattica import Didattica, Rifiutato, describe
from bot.didattica.questions import Domanda, entry_vectors, groups
from bot.privacy import MASK
from bot.storage import decisioni
from bot.storage.questions import record_unanswered
from knowledge import load

from .conftest import NOW

DOGS = ["posso portare il cane?", "si può entrare con il cane", "i cani possono entrare negli uffici?"]
PARKING = ["dove parcheggio la macchina?", "c'è un parcheggio vicino?"]
WEAPONS = ["rinnovo porto d'armi", "porto d'armi scaduto"]


def asked(text: str, times: int = 1) -> Domanda:
    return Domanda(text, times, NOW, ("web",))


@pytest.fixture
def teaching(data: Path, lean: Path, url: str) -> Didattica:
    return Didattica(data, url, lambda: NOW, lean)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vettori")


def test_the_same_matter_is_one_group_whatever_the_order(lean: Path, cache: Path) -> None:
    known = load(lean)
    questions = [asked(text) for text in [*DOGS[1:], *PARKING, *WEAPONS]]
    made = groups(questions, known, cache)
    assert {frozenset(g.testi) for g in made} == {frozenset(DOGS[1:]), frozenset(PARKING), frozenset(WEAPONS)}
    for seed in range(3):
        shuffled = random.Random(seed).sample(questions, len(questions))
        assert groups(shuffled, known, cache) == made
    assert groups([], known, cache) == [] and len(groups(questions[:1], known, cache)) == 1


def test_the_most_asked_comes_first_and_suggestions_are_entries(lean: Path, cache: Path) -> None:
    known = load(lean)
    question = known.argomenti["casellario"].voci[0].domande[0]
    made = groups([asked(PARKING[0]), asked(question, 7)], known, cache)
    assert made[0].testi == (question,) and made[0].volte == 7
    best = made[0].suggerimenti[0]
    assert best.voce == "casellario.che_cosa" and best.vicinanza > 0.95 and "Casellario" in best.titolo
    assert len({s.voce for s in made[0].suggerimenti}) == 5


def test_the_vectors_are_made_once_and_again_when_spoilt(lean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = load(lean)
    first = entry_vectors(known, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("bot.didattica.questions.encode_many", lambda texts: 1 / 0)
        assert entry_vectors(known, tmp_path).keys == first.keys
    file = next(tmp_path.glob("*.npy"))
    file.write_bytes(file.read_bytes()[:100])
    assert (entry_vectors(known, tmp_path).vectors == first.vectors).all()


def test_decisions(teaching: Didattica, url: str) -> None:
    for text in [*DOGS, DOGS[0].upper(), *PARKING, "avete il wifi?", "asdf"]:
        record_unanswered(text, "web", NOW, url)
    record_unanswered(PARKING[0], "tg", NOW + timedelta(hours=1), url)
    first = {d.testo: d for d in teaching.open_questions()}
    assert {d.volte for d in first.values()} == {1, 2} and len(first) == 7
    parking = first[PARKING[0]]
    assert parking.volte == 2 and parking.canali == ("tg", "web") and parking.ultima == NOW + timedelta(hours=1)

    change = teaching.teach_example(PARKING, "casellario.che_cosa", "anna", ["dove si parcheggia?"])
    assert change is not None and change.numero == 1
    entry = teaching.newest().voce("casellario.che_cosa")
    assert entry is not None and entry.domande[-1] == "dove si parcheggia?"
    outside = teaching.teach_out_of_scope(DOGS, "bruno")
    assert outside is not None and teaching.newest().argomenti["fuori_ambito"].domande[-3:] == DOGS
    teaching.ignore(["asdf"], "anna")
    new = teaching.teach_entry(
        ["avete il wifi?"],
        "struttura",
        "anna",
        etichetta="Wi-Fi",
        risposta="Non c'è.\n\n  Chieda in stanza.",
        domande=["avete il wifi?", "Avete il wifi", "c'è internet?", "rete per il pubblico"],
    )
    made = teaching.newest().voce("struttura.wi_fi")
    assert made is not None and made.risposta == "Non c'è.\n  Chieda in stanza." and len(made.domande) == 3
    assert made.fonti[0].titolo == "Indicazione dell'ufficio del 21/11/2026"
    assert teaching.open_questions() == [] and teaching.groups() == []
    assert {d.decisione for d in teaching.decisions()} == {"esempio", "nuova_voce", "fuori_ambito", "ignora"}
    told = [describe(s.cambiamento, teaching.newest()) for s in teaching.history()]
    assert told[0] == "Nuova risposta: «Wi-Fi»" and told[1].startswith("3 domande in più per «")

    teaching.undo(new.numero, "bruno")  # undone, the question is open again
    assert [d.testo for d in teaching.open_questions()] == ["avete il wifi?"]
    teaching.reopen(["asdf"])
    assert {d.testo for d in teaching.open_questions()} == {"avete il wifi?", "asdf"}


def test_what_is_kept_of_a_decision_is_no_text(teaching: Didattica, url: str) -> None:
    teaching.ignore(["il mio segreto"], "anna")
    kept = decisioni.decisions(url=url)[0]
    assert "segreto" not in repr(kept) and kept.impronta == decisioni.fingerprint("Il mio SEGRETO?")


def test_what_was_masked_is_not_taught(teaching: Didattica) -> None:
    change = teaching.teach_example([f"mio zio {MASK} può   venire?"], "bollo.costo", "anna")
    assert change is not None and teaching.newest().argomenti["bollo"].voci[0].domande[-1] == "mio zio può venire?"
    assert [d.impronta for d in teaching.decisions()] == [decisioni.fingerprint(f"mio zio {MASK} può venire?")]


def test_teaching_twice_and_wrongly(teaching: Didattica) -> None:
    change = teaching.teach_example(PARKING, "casellario.che_cosa", "anna")
    assert change is not None
    assert teaching.teach_example(PARKING, "casellario.che_cosa", "bruno") is None  # it has them already
    assert {d.cambiamento for d in teaching.decisions()} == {1} and len(teaching.history()) == 1
    with pytest.raises(Rifiutato, match="già tra le domande"):
        teaching.teach_example(PARKING, "bollo.costo", "anna")
    with pytest.raises(Rifiutato, match="sconosciuto"):
        teaching.teach_example(["altro"], "bollo.cantina", "anna")
    with pytest.raises(Rifiutato) as refused:
        teaching.teach_entry(["a"], "struttura", "anna", etichetta="Boh", risposta="Boh.", domande=["una sola"])
    assert "almeno 3" in str(refused.value)
    assert len(teaching.history()) == 1


def test_an_answer_of_ones_own_words(teaching: Didattica) -> None:
    content = teaching.answer_change("bollo.costo", "Costa {{ importo.marca_bollo }}.", "Quanto costa")
    shown = teaching.preview(content, "anna")
    assert [c.chiave for c in shown.cambi] == ["bollo.costo"] and shown.cambi[0].dopo.startswith("Costa €")
    teaching.save(content, "anna")
    assert teaching.newest().testo("bollo.costo").startswith("Costa €") and not teaching.waiting()[0].insegna
    with pytest.raises(Rifiutato):
        teaching.save(teaching.answer_change("bollo.costo", "Costa {{ importo.boh }}."), "anna")
    with pytest.raises(KeyError):
        teaching.answer_change("bollo.boh", "…")
