"""The measure measures what it says: labels, typing mistakes, thresholds, the search, the table."""

from __future__ import annotations

import pytest

from knowledge import Conoscenza

from .held_out import Judge, Question, halves, questions, unseen
from .options import read
from .scores import Guess, at_threshold, best_threshold, score
from .search import Index
from .table import Table, percent
from .typos import NEIGHBOURS, with_typos

COST, HOURS = "casellario.costo", "casellario.orari"


@pytest.fixture(scope="module")
def judge(conoscenza: Conoscenza) -> Judge:
    return Judge(conoscenza)


@pytest.mark.parametrize(
    ("label", "expected", "met"),
    [
        (COST, COST, True),
        (HOURS, COST, False),
        ("casellario", COST, False),
        (COST, "casellario", True),
        ("fuori_ambito", "fuori_ambito", True),
        ("emergenze.112", "emergenze", True),
        ("saluto", "fuori_ambito", True),
        ("saluto", "consulenza_legale", False),
        ("?costo", COST, False),
        ("?costo", "fuori_ambito", False),
        ("chiarimento/certificato", "fuori_ambito", False),
    ],
)
def test_what_meets_an_expectation(judge: Judge, label: str, expected: str, met: bool) -> None:
    assert judge.meets(label, Question("", (expected,))) is met


def test_scopes(judge: Judge) -> None:
    wanted = {"dentro": (COST, "fuori_ambito"), "fuori": ("consulenza_legale",), "emergenza": ("emergenze",)}
    assert {scope: judge.scope(Question("", expected)) for scope, expected in wanted.items()} == {s: s for s in wanted}


def test_the_held_out_questions_are_split_in_two_that_share_nothing() -> None:
    everything = questions()
    validation, test = halves(everything)
    assert len(validation) + len(test) == len(everything)
    assert not {q.text for q in validation} & {q.text for q in test}


def test_what_a_training_example_says_word_for_word_is_not_held_out() -> None:
    asked = [Question("Avete un fax?", (COST,)), Question("avete due fax", (COST,))]
    assert unseen(asked, ["avete un  FAX", "altro"]) == asked[1:]


def test_typos_are_the_same_every_time_and_as_many_as_asked() -> None:
    texts = [q.text for q in questions()]
    once = [with_typos(text, 12, seed=7) for text in texts]
    assert once == [with_typos(text, 12, seed=7) for text in texts]
    assert once != [with_typos(text, 12, seed=8) for text in texts]
    changed = sum(text != mistaken for text, mistaken in zip(texts, once, strict=True))
    assert changed > 0.9 * len(texts)
    letters, mistakes = sum(map(len, texts)), sum(abs(len(a) - len(b)) for a, b in zip(texts, once, strict=True))
    assert mistakes < letters / 12  # swapped and wrong keys leave the length as it is


def test_neighbouring_keys() -> None:
    assert set(NEIGHBOURS["s"]) == set("adwezx")
    assert all(letter in NEIGHBOURS[other] for letter, around in NEIGHBOURS.items() for other in around)


def test_scores(judge: Judge) -> None:
    asked = [Question("a", (COST,)), Question("b", (HOURS,)), Question("c", ("fuori_ambito",)), Question("d", ("emergenze",))]
    guesses = [Guess((COST,), 0.9), Guess(("fuori_ambito", HOURS), 0.4), Guess((COST,), 0.2), Guess((COST,), 0.2)]
    found = score(asked, guesses, judge)
    assert (found.top1, found.top3, found.topic, found.refused_rightly, found.refused_wrongly) == (0.5, 1.0, 0.5, 0.0, 0.5)
    chosen = best_threshold(asked, guesses, judge)
    assert 0.2 < chosen <= 0.9
    assert score(asked, at_threshold(guesses, chosen), judge).refused_rightly == 1.0


def test_search_finds_by_the_beginning_of_words() -> None:
    index = Index([("uno", "Casellario", "Il certificato costa sedici euro"), ("due", "Copie", "Le copie degli atti")])
    assert index.ask("quanto costano i certificati?").labels[0] == "uno"
    assert index.ask("???").labels == ()


def test_table() -> None:
    table = Table()
    table.section("TITOLO", ["una", "due"], [("riga", [percent(0.5), percent(None)])], ["nota"])
    lines = str(table).splitlines()
    assert [line.split() for line in (lines[1], lines[3], lines[4])] == [
        ["TITOLO", "una", "due"],
        ["riga", "50,0%", "–"],
        ["nota"],
    ]
    assert len({len(lines[i]) for i in (0, 1, 2, 3, 5)}) == 1


def test_options_are_complete() -> None:
    assert read().lettere_per_errore == 12
