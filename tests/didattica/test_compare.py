"""Better, worse, and answered as wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.composer import Composer
from bot.dialogue.reply import payload
from bot.didattica.compare import Insegnata, Risultato, answers_as_wanted, compared, examine, taught_questions
from bot.prove.cases import Caso, Reply, cases, faults, hold
from bot.prove.patterns import Patterns
from knowledge import Conoscenza, Overlay

from .conftest import Write
from .test_overlay import ENTRY, OFFICE, QUESTIONS


def reply(text: str, voce: str = "", esito: str = "risposta") -> Reply:
    return Reply([{"text": text, "metadata": {"argomento": voce.partition(".")[0], "voce": voce, "esito": esito}}])


def test_what_was_taught_is_known_from_the_changes(data: Path, write: Write) -> None:
    for numero, content in enumerate([QUESTIONS, ENTRY, OFFICE, {**QUESTIONS, "domande": ["tolta"]}], start=1):
        write(numero, **content)
    write(5, tipo="annulla", annulla=4)
    found = taught_questions(Overlay.read(data / "conoscenza"))
    assert [q.domanda for q in found] == [*QUESTIONS["domande"], *ENTRY["voce"]["domande"]]
    assert {q.voce for q in found} == {"casellario.che_cosa", "struttura.wi_fi"}


def test_answered_as_wanted(conoscenza: Conoscenza) -> None:
    wanted = "casellario.costo"
    assert answers_as_wanted(reply("…", wanted), wanted, conoscenza)
    assert answers_as_wanted(reply("prima\n" + conoscenza.testo(wanted), "bollo.costo"), wanted, conoscenza)
    assert not answers_as_wanted(reply("…", "bollo.costo"), wanted, conoscenza)
    assert not answers_as_wanted(reply("…", wanted, "non_capito"), wanted, conoscenza)
    assert answers_as_wanted(reply("…", "fuori_ambito.spid"), "fuori_ambito", conoscenza)
    assert not answers_as_wanted(reply("…"), "fuori_ambito", conoscenza)


def test_better_worse_and_the_same() -> None:
    before = Risultato({"a": [], "b": ["no"], "c": ["no"], "d": []}, {"q": "x.y"}, set())
    after = Risultato({"a": ["no"], "b": [], "c": ["ancora no"], "d": [], "nuova": []}, {"q": "v.w"}, {"q"})
    found = compared(before, after, [Insegnata("q", "v.w")])
    assert [w["nome"] for w in found["peggiorate"]] == ["a"] and [b["nome"] for b in found["migliorate"]] == ["b"]
    assert [s["nome"] for s in found["ancora_no"]] == ["c"]
    assert (found["prove"], found["superate_prima"], found["superate"]) == (5, 2, 3)
    assert found["insegnate"] == [{"domanda": "q", "voce": "v.w", "prima": "x.y", "dopo": "v.w", "riuscita": True}]
    alone = compared(None, after, [])
    assert alone["peggiorate"] == [] and [s["nome"] for s in alone["ancora_no"]] == ["a", "c"] and alone["superate_prima"] is None


def test_a_conversation_is_held_until_its_first_fault(conoscenza: Conoscenza, composer: Composer) -> None:
    patterns, said = Patterns(composer), []
    turns = [
        {"utente": "uno", "attesi": ["{{ testo casellario.costo }}"]},
        {"preme": "casellario.costo", "attesi": ["mai"]},
        {"utente": "tre", "attesi": ["."]},
    ]

    def say(text: str) -> Reply:
        said.append(text)
        return reply(conoscenza.testo("casellario.costo"), "casellario.costo")

    found = hold(Caso("prova", turns), say, patterns)
    assert found[0].startswith("turno 2, «casellario.costo»: manca «mai»") and said == ["uno", payload("casellario.costo")]
    result = examine(lambda: say, [Caso("prova", turns)], [Insegnata("quanto?", "casellario.costo")], conoscenza, patterns)
    assert result.conversazioni["prova"] == found and result.riuscite == {"quanto?"}


@pytest.mark.parametrize(
    ("turn", "answer", "words"),
    [
        ({"non_attesi": ["ciao"]}, reply("Ciao!"), "c'è «ciao»"),
        ({"attesi": ["{{ testo casellario.costo }}"]}, reply("x"), "manca «testo casellario.costo»"),
        ({"bottoni": ["casellario.costo"]}, reply("x"), "mancano i pulsanti casellario.costo"),
        ({"attesi": ["{{ testo casellario.mai_vista }}"]}, reply("x"), "non ha più"),
        ({}, Reply([]), "vuota"),
        ({}, Reply([{"text": "a"}, {"text": "a"}]), "due volte"),
        ({}, reply("{{ ufficio }}"), "non è testo"),
    ],
)
def test_faults_are_said(composer: Composer, turn: dict[str, list[str]], answer: Reply, words: str) -> None:
    assert any(words in fault for fault in faults(turn, answer, Patterns(composer)))


def test_the_cases_ship_with_the_program() -> None:
    assert len(cases()) >= 40 and len({caso.nome for caso in cases()}) == len(cases())
