"""The classifier: what it learns, keeps on disk, and says of what it has never seen. With and without Rasa around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import understanding
from bot.nlu.components import UNDERSTANDING_KEY, KnowledgeClassifier
from bot.nlu.understanding import Comprensione, Example, Understanding

# A knowledge in miniature: two topics with two aspects each, one follow-up, one act.
SUBJECTS = {
    "casellario": [
        "il casellario",
        "la fedina penale",
        "il certificato del casellario",
        "il certificato dei precedenti",
        "la fedina",
    ],
    "legalizzazione": [
        "l'apostille",
        "la legalizzazione",
        "la firma legalizzata",
        "l'apostilla per l'estero",
        "la legalizzazione",
    ],
}
PATTERNS = {
    "costo": ["quanto costa {}", "il costo per {}", "quanto si paga {}", "che prezzo ha {}", "{}: quanto costa?", "spesa per {}"],
    "dove": [
        "dove si chiede {}",
        "in quale ufficio si chiede {}",
        "dove devo andare per {}",
        "{}: dove si va?",
        "ufficio per {}",
    ],
}
FOLLOW_UPS = ["e quanto costa?", "e il costo?", "quanto si paga?", "e il prezzo?", "ma costa tanto?", "e quanto viene?"]
GREETINGS = ["ciao", "buongiorno", "salve", "buonasera", "ciao a tutti", "buongiorno a lei", "salve ufficio"]

EXAMPLES = [
    Example(pattern.format(subject), f"{topic}.{aspect}")
    for topic, subjects in SUBJECTS.items()
    for subject in subjects
    for aspect, patterns in PATTERNS.items()
    for pattern in patterns
]
EXAMPLES += [Example(text, "?costo", elliptical=True) for text in FOLLOW_UPS for _ in range(3)]
EXAMPLES += [Example(text, "saluto") for text in GREETINGS for _ in range(3)]
INTENTS = {
    label: "aspetto" if label == "?costo" else "saluto" if label == "saluto" else "informazione"
    for label in {e.label for e in EXAMPLES}
}

KNOWN = {
    "Quanto costa la fedina penale?": "casellario.costo",
    "dove si chiede il certificato del casellario": "casellario.dove",
    "che prezzo ha l'apostille": "legalizzazione.costo",
    "in quale ufficio si chiede la legalizzazione": "legalizzazione.dove",
    "e quanto costa?": "?costo",
    "buongiorno": "saluto",
}
UNKNOWN = ["il pinguino imperatore cova al polo sud", "zxqw prtk", "ricetta della carbonara con guanciale", "12345 67890"]
LONG_TRAINING = 40  # steps are few when the examples are: more rounds than with the real thousands


@pytest.fixture(scope="module", autouse=True)
def long_training() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(understanding, "EPOCHS", LONG_TRAINING)
        yield


@pytest.fixture(scope="module")
def trained() -> Understanding:
    return Understanding.train(EXAMPLES, seed=7)


def assert_same(ours: list[Comprensione], theirs: list[Comprensione], tolerance: float) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.labels[0][0] == other.labels[0][0]
        assert dict(mine.labels) == pytest.approx(dict(other.labels), abs=tolerance)
        assert mine.elliptical == pytest.approx(other.elliptical, abs=tolerance)


def test_it_learns(trained: Understanding) -> None:
    for text, understood in zip(KNOWN, trained.understand(list(KNOWN)), strict=True):
        assert understood.labels[0][0] == KNOWN[text], text
        assert understood.labels[0][1] > 0.5


def test_rankings_are_probabilities_best_first(trained: Understanding) -> None:
    for understood in trained.understand([*KNOWN, *UNKNOWN, ""]):
        for ranking in (understood.labels, understood.topics, understood.aspects):
            values = [p for _, p in ranking]
            assert values == sorted(values, reverse=True)
            assert all(0.0 <= p <= 1.0 for p in values) and sum(values) <= 1.0 + 1e-5
        assert 0.0 <= understood.elliptical <= 1.0
        assert set(understood.given_topic) == {label for label, _ in understood.labels} <= set(trained.labels)


def test_topic_and_aspect_are_recognised_apart(trained: Understanding) -> None:
    (understood,) = trained.understand(["quanto costa l'apostille"])
    assert (understood.topics[0][0], understood.aspects[0][0]) == ("legalizzazione", "costo")


def test_follow_ups_are_told_from_complete_questions(trained: Understanding) -> None:
    follow_up, complete = trained.understand(["e il costo?", "in quale ufficio si chiede la fedina penale"])
    assert follow_up.elliptical > 0.5 > complete.elliptical


def test_what_it_has_never_seen_is_doubtful(trained: Understanding) -> None:
    known = [u.labels[0][1] for u in trained.understand(list(KNOWN))]
    unknown = [u.labels[0][1] for u in trained.understand(UNKNOWN)]
    assert max(unknown) < min(known)


def test_nothing_or_everything_can_be_asked(trained: Understanding) -> None:
    for text in ["", " ", "🙂", "a" * 20_000, "\x00", "<b>", "مرحبا"]:
        (understood,) = trained.understand([text])
        assert all(np.isfinite(p) for _, p in understood.labels) and understood.labels


def test_one_by_one_or_together_is_the_same(trained: Understanding) -> None:
    texts = list(KNOWN)
    assert_same([trained.understand([t])[0] for t in texts], trained.understand(texts), 1e-5)


def test_saved_and_loaded_it_is_the_same(trained: Understanding, tmp_path: Path) -> None:
    trained.save(tmp_path, INTENTS)
    loaded, intents = Understanding.load(tmp_path)
    assert intents == INTENTS
    assert loaded.labels == trained.labels
    texts = [*KNOWN, *UNKNOWN]
    assert_same(loaded.understand(texts), trained.understand(texts), 5e-3)  # weights are kept in half precision


def test_equal_seeds_learn_the_same(trained: Understanding) -> None:
    again = Understanding.train(EXAMPLES, seed=7)
    texts = [*KNOWN, *UNKNOWN]
    assert_same(again.understand(texts), trained.understand(texts), 1e-3)


def test_comprensione_travels_as_json(trained: Understanding) -> None:
    for understood in trained.understand([*KNOWN, *UNKNOWN]):
        travelled = Comprensione.from_dict(json.loads(json.dumps(understood.as_dict())))
        assert [name for name, _ in travelled.labels] == [name for name, _ in understood.labels]
        assert dict(travelled.labels) == pytest.approx(dict(understood.labels), abs=1e-6)
        assert travelled.given_topic == pytest.approx(understood.given_topic, abs=1e-4)
        assert travelled.elliptical == pytest.approx(understood.elliptical, abs=1e-3)


# Inside Rasa.


def message(example: Example) -> Message:
    intent = INTENTS[example.label]
    data = {TEXT: example.text, INTENT: intent}
    if intent != "saluto":
        data[INTENT_RESPONSE_KEY] = f"{intent}/{example.label.removeprefix('?')}"
    return Message(data=data)


Load = Callable[[float], KnowledgeClassifier]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Trained once, and loaded with a threshold through Rasa's own storage."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("rasa"))
    context = ExecutionContext(GraphSchema({}))
    config = KnowledgeClassifier.get_default_config()
    untrained = KnowledgeClassifier.create(config, storage, Resource("classifier"), context)
    resource = untrained.train(TrainingData([message(e) for e in EXAMPLES]))
    return lambda threshold: KnowledgeClassifier.load({**config, "fallback_threshold": threshold}, storage, resource, context)


@pytest.fixture(scope="module")
def classifier(load: Load) -> KnowledgeClassifier:
    return load(0.3)


def parsed(classifier: KnowledgeClassifier, text: str) -> Message:
    (result,) = classifier.process([Message(data={TEXT: text})])
    return result


def test_the_component_sets_the_intent(classifier: KnowledgeClassifier) -> None:
    for text, label in KNOWN.items():
        result = parsed(classifier, text)
        assert result.get(INTENT)["name"] == INTENTS[label], text
        assert result.get("intent_ranking")[0] == result.get(INTENT)
        assert result.get(UNDERSTANDING_KEY)["labels"][0][0] == label


def test_the_component_doubts_under_its_threshold(load: Load) -> None:
    text = next(iter(KNOWN))
    best = parsed(load(0.3), text).get(UNDERSTANDING_KEY)["labels"][0][1]
    assert parsed(load(best - 0.01), text).get(INTENT)["name"] == "informazione"
    doubtful = parsed(load(best + 0.01), text)
    assert doubtful.get(INTENT)["name"] == DEFAULT_NLU_FALLBACK_INTENT_NAME
    assert doubtful.get(INTENT)["confidence"] == pytest.approx(1.0 - best, abs=1e-4)
    assert doubtful.get("intent_ranking")[1]["name"] == "informazione"
    assert doubtful.get(UNDERSTANDING_KEY)["labels"][0][0] == KNOWN[text]


def test_the_record_is_plain_json(classifier: KnowledgeClassifier) -> None:
    result = parsed(classifier, "quanto costa la fedina e dove si chiede l'apostille?")
    exported = json.loads(json.dumps(result.as_dict(only_output_properties=True)))
    record = exported[UNDERSTANDING_KEY]
    assert record["language"] == "it"
    assert len(record["clauses"]) == 2
    first, second = (Comprensione.from_dict(c) for c in record["clauses"])
    assert (first.labels[0][0], second.labels[0][0]) == ("casellario.costo", "legalizzazione.dove")
    assert Comprensione.from_dict(record).labels


def test_the_component_notes_the_language(classifier: KnowledgeClassifier) -> None:
    assert parsed(classifier, "How much does the certificate cost?").get(UNDERSTANDING_KEY)["language"] == "en"


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_message_has_an_intent_all_the_same(classifier: KnowledgeClassifier, text: str) -> None:
    """Without one no rule applies, and Rasa repeats its fallback until it gives the conversation up for good."""
    result = parsed(classifier, text)
    assert result.get(INTENT)["name"] == DEFAULT_NLU_FALLBACK_INTENT_NAME
    assert result.get(UNDERSTANDING_KEY) is None
