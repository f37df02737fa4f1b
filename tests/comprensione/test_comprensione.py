"""The questions that measure understanding: sound, never seen in training, and answered well enough by the trained model.

How well is measured by `make misura`; here is only the floor under which nobody should publish a model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process
from rasa.shared.nlu.constants import TEXT

from bot.nlu.importer import KnowledgeImporter
from bot.nlu.labels import topic_of
from bot.nlu.text import normalize
from bot.nlu.understanding import Understanding
from bot.settings import ROOT
from knowledge import Conoscenza, yaml_files

HERE = Path(__file__).parent
REFUSED = ("fuori_ambito", "consulenza_legale", "dati_riservati", "emergenza")

LEAST_QUESTIONS = 300
LEAST_OUTSIDE = 1 / 5
TOO_ALIKE = 92  # similarity, 0-100
MOST_ALIKE = 0.05
LONG_TURN = 6  # words
LEAST_TOP_1 = 0.85  # in scope: the best label is one of those expected
LEAST_RECALL = 0.6  # out of scope: recognised as such

Question = dict[str, Any]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return list(yaml_files.read(HERE / "domande.yml"))


@pytest.fixture(scope="module")
def turns() -> list[Question]:
    return [turn for conversation in yaml_files.read(HERE / "conversazioni.yml") for turn in conversation["turni"]]


@pytest.fixture(scope="module")
def training() -> list[str]:
    """Every training question, as the classifier sees it."""
    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    return sorted({normalize(m.get(TEXT)) for m in importer.get_nlu_data().intent_examples})


def kinds(question: Question, conoscenza: Conoscenza) -> set[str]:
    """The kinds of topic that would satisfy a question."""
    topics = [conoscenza.argomenti.get(topic_of(label)) for label in question["attese"]]
    return {topic.tipo if topic else "" for topic in topics}


def refused(question: Question, conoscenza: Conoscenza) -> bool:
    """Whether everything that would satisfy a question is a refusal or an emergency."""
    return kinds(question, conoscenza) <= set(REFUSED)


def test_every_expectation_exists(questions: list[Question], turns: list[Question], conoscenza: Conoscenza) -> None:
    acts = {name[len("utter_") :] for name in yaml_files.read(ROOT / "domain.yml")["responses"]} | {"nlu_fallback"}
    for question in [*questions, *turns]:
        assert question["testo"].strip() and question["attese"], question
        for label in question["attese"]:
            known = label in conoscenza.argomenti or conoscenza.voce(label) or label in acts
            vague = label.startswith("chiarimento/") and label.partition("/")[2] in conoscenza.chiarimenti
            assert known or vague, f"{label} non c'è: {question['testo']}"


def test_there_are_enough_and_not_only_easy_ones(
    questions: list[Question], turns: list[Question], conoscenza: Conoscenza
) -> None:
    assert len(questions) >= LEAST_QUESTIONS and len(turns) >= 100
    outside = [q for q in questions if kinds(q, conoscenza) & set(REFUSED)]
    assert len(outside) >= LEAST_OUTSIDE * len(questions)
    services = {topic_of(label) for q in questions for label in q["attese"]}
    assert {a.id for a in conoscenza.argomenti.values()} - services == set(), "argomenti di cui nessuno chiede niente"


def test_no_question_is_asked_twice(questions: list[Question]) -> None:
    texts = [normalize(q["testo"]) for q in questions]
    assert len(texts) == len(set(texts))


def test_no_question_is_in_the_training_data(questions: list[Question], training: list[str]) -> None:
    seen = set(training)
    assert [q["testo"] for q in questions if normalize(q["testo"]) in seen] == []


def test_no_long_turn_is_in_the_training_data(turns: list[Question], training: list[str]) -> None:
    """Turns are short ("e quanto costa?"): only those that could be asked alone must be unseen."""
    seen = set(training)
    long = [turn["testo"] for turn in turns if len(turn["testo"].split()) >= LONG_TURN]
    assert len(long) >= 50
    assert [text for text in long if normalize(text) in seen] == []


def test_few_questions_are_nearly_in_the_training_data(questions: list[Question], training: list[str]) -> None:
    """Short questions resemble each other by nature; many near copies would flatter the figures."""
    found = [
        (q["testo"], process.extractOne(normalize(q["testo"]), training, scorer=fuzz.ratio, score_cutoff=TOO_ALIKE))
        for q in questions
    ]
    near = [f"{text} ~ {best[0]}" for text, best in found if best]
    assert len(near) <= MOST_ALIKE * len(questions), "\n".join(near)


# The trained model.


def test_the_model_knows_the_whole_knowledge(understanding: Understanding, conoscenza: Conoscenza) -> None:
    entries = {key for key, _, voce in conoscenza.voci() if voce.domande}
    assert entries <= set(understanding.labels)


def test_in_scope_questions_are_understood(
    understanding: Understanding, questions: list[Question], conoscenza: Conoscenza
) -> None:
    asked = [q for q in questions if not refused(q, conoscenza)]
    understood = understanding.understand([q["testo"] for q in asked])
    right = sum(u.labels[0][0] in q["attese"] for q, u in zip(asked, understood, strict=True))
    assert right / len(asked) >= LEAST_TOP_1, f"{right} su {len(asked)}"


def test_out_of_scope_questions_are_recognised(
    understanding: Understanding, questions: list[Question], conoscenza: Conoscenza
) -> None:
    asked = [q for q in questions if refused(q, conoscenza)]
    understood = understanding.understand([q["testo"] for q in asked])
    right = 0
    for result in understood:
        topic = conoscenza.argomenti.get(topic_of(result.labels[0][0]))
        right += topic is not None and topic.tipo in REFUSED
    assert right / len(asked) >= LEAST_RECALL, f"{right} su {len(asked)}"
