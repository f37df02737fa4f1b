"""What Rasa learns from: the files of data/ and the questions written in knowledge/, with nothing typed twice."""

from __future__ import annotations

from collections import Counter

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.importer import ELLIPTICAL, LABEL, KnowledgeImporter, knowledge_examples
from bot.nlu.labels import CHANGE, from_training
from bot.nlu.text import normalize
from bot.settings import ROOT
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza


@pytest.fixture(scope="module")
def importer() -> KnowledgeImporter:
    return KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])


@pytest.fixture(scope="module")
def everything(importer: KnowledgeImporter) -> TrainingData:
    return importer.get_nlu_data()


@pytest.fixture(scope="module")
def domain(importer: KnowledgeImporter) -> Domain:
    return importer.get_domain()


@pytest.fixture(scope="module")
def examples(conoscenza: Conoscenza) -> list[Message]:
    return list(knowledge_examples(conoscenza))


def label(message: Message) -> str:
    return str(message.get(LABEL) or from_training(message.get(INTENT), message.get(INTENT_RESPONSE_KEY)))


def test_every_question_becomes_one_message(conoscenza: Conoscenza, examples: list[Message]) -> None:
    written = Counter(
        [q for a in conoscenza.argomenti.values() for q in a.domande]
        + [q for _, _, v in conoscenza.voci() for q in [*v.domande, *v.seguiti]]
        + [q for c in conoscenza.chiarimenti.values() for q in c.domande]
    )
    assert Counter(m.get(TEXT) for m in examples) == written


def test_intent_and_label(conoscenza: Conoscenza, examples: list[Message]) -> None:
    for message in examples:
        intent, key = message.get(INTENT), label(message)
        if intent == "aspetto":
            assert key[0] == "?" and key[1:] in conoscenza.aspetti
        elif intent == "chiarimento":
            assert key.split("/")[1] in conoscenza.chiarimenti
        else:
            topic = conoscenza.argomenti[key.partition(".")[0]]
            assert topic.tipo == intent
            assert key == topic.id or conoscenza.voce(key)


def test_follow_ups_make_sense_only_after_something(conoscenza: Conoscenza, examples: list[Message]) -> None:
    elliptical = Counter((label(m), m.get(TEXT)) for m in examples if m.get(ELLIPTICAL))
    follow_ups: Counter[tuple[str, str]] = Counter()
    for key, _, voce in conoscenza.voci():
        # "e quanto costa?" asks the same of every service; what only one topic has stays its own
        owner = f"?{voce.id}" if voce.id in conoscenza.aspetti else key
        follow_ups.update((owner, question) for question in voce.seguiti)
    assert elliptical == follow_ups
    assert len(follow_ups) > 500


def test_the_files_of_data_are_there_too(everything: TrainingData, examples: list[Message]) -> None:
    texts = {(label(m), m.get(TEXT)) for m in everything.intent_examples}
    assert {(label(m), m.get(TEXT)) for m in examples} <= texts
    labels = {name for name, _ in texts}
    assert {"saluto", "congedo", "operatore", "?costo", "?dove"} <= labels


def test_every_label_means_something(conoscenza: Conoscenza, everything: TrainingData, domain: Domain) -> None:
    acts = {name[len("utter_") :] for name in domain.responses}
    for name in {label(m) for m in everything.intent_examples}:
        if name.startswith("?"):
            assert name[1:] in conoscenza.aspetti, name
        elif name.startswith("chiarimento/"):
            assert name.partition("/")[2] in conoscenza.chiarimenti, name
        elif name.startswith(("bozza/", "percorso/")):
            assert name.partition("/")[2] in conoscenza.percorsi, name
        elif name.startswith("calcolo/"):
            calcolo, _, value = name.partition("/")[2].partition(".")
            assert not value or value in {s.valore for s in CALCOLATORI[calcolo].parametri[0].scelte}, name
        elif name != CHANGE:
            assert name in conoscenza.argomenti or conoscenza.voce(name) or name in acts, name


def test_no_question_has_two_meanings(everything: TrainingData) -> None:
    """The same words under two labels teach the classifier to doubt both."""
    meanings: dict[tuple[str, bool], set[str]] = {}
    for message in everything.intent_examples:
        name = label(message)
        complete = not (message.get(ELLIPTICAL) or name.startswith("?"))
        meanings.setdefault((normalize(message.get(TEXT)), complete), set()).add(name)
    doubtful = {text: names for (text, complete), names in meanings.items() if complete and len(names) > 1}
    assert doubtful == {}


def test_the_domain_gets_the_intents(conoscenza: Conoscenza, everything: TrainingData, domain: Domain) -> None:
    wanted = {a.tipo for a in conoscenza.argomenti.values()} | {"aspetto", "chiarimento", "scegli", "nlu_fallback", "saluto"}
    assert wanted <= set(domain.intents)
    assert everything.intents <= set(domain.intents)


def test_every_intent_has_its_rule(importer: KnowledgeImporter, domain: Domain) -> None:
    """An intent without a rule would be answered only by the fallback of the core."""
    steps = importer.get_stories().story_steps
    ruled = {event.intent_name for step in steps for event in step.events if isinstance(event, UserUttered)}
    defaults = {"restart", "back", "session_start", "out_of_scope"}
    assert set(domain.intents) - defaults == ruled


def test_every_act_has_its_words(conoscenza: Conoscenza, everything: TrainingData, domain: Domain) -> None:
    acts = {label(m) for m in everything.intent_examples if label(m) == m.get(INTENT)} - set(conoscenza.argomenti)
    acts -= {CHANGE}  # means something only after a computation
    assert "saluto" in acts
    assert {f"utter_{act}" for act in acts} <= set(domain.responses)


def test_rasa_sees_no_response_keys(everything: TrainingData) -> None:
    """It would warn of each, since the answers are not responses of its own kind."""
    assert not [m for m in everything.intent_examples if m.get(INTENT_RESPONSE_KEY)]
