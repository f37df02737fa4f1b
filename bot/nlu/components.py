"""The Rasa components of the pipeline in config.yml. Each is a thin shell around plain Python that can be used without Rasa."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import runtime
from bot.nlu.importer import LABEL, is_elliptical
from bot.nlu.labels import from_training
from bot.nlu.language import language_of
from bot.nlu.text import clauses
from bot.nlu.understanding import Example, Understanding

UNDERSTANDING_KEY = "comprensione"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KnowledgeClassifier(IntentClassifier, GraphComponent):
    """Ranks what a message may ask (entries, topics, aspects, acts) and sets Rasa's intent from the best label.

    The whole ranking travels in the parse data under "comprensione", where the dialogue reads it together with the context.
    """

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._understanding = Understanding()
        self._intents: Dict[str, str] = {}

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "KnowledgeClassifier":
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Settings that config.yml may override."""
        return {"seed": 7, "fallback_threshold": 0.5}

    @classmethod
    def required_components(cls) -> List[Type]:
        """Nothing: it makes its own features."""
        return []

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of data/nlu/ and knowledge/; returns where the model was written."""
        examples = []
        for message in training_data.intent_examples:
            label = message.get(LABEL) or from_training(message.get(INTENT), message.get(INTENT_RESPONSE_KEY))
            examples.append(Example(message.get(TEXT), label, is_elliptical(message, label)))
            self._intents[label] = message.get(INTENT)
        self._understanding = Understanding.train(examples, seed=self._config["seed"])
        self._persist()
        return self._resource

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            self._understanding.save(Path(folder), self._intents)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "KnowledgeClassifier":
        """The trained classifier of a model."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._understanding, component._intents = Understanding.load(Path(folder))
        runtime.publish(component._understanding)
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent, intent ranking and "comprensione" on each message."""
        for message in messages:
            text = message.get(TEXT)
            if (
                not text or not text.strip()
            ):  # without an intent no rule applies: Rasa would repeat its fallback until it gives up
                message.set(INTENT, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}, add_to_output=True)
                continue
            parts = clauses(text)
            whole, *pieces = self._understanding.understand([text, *(parts if len(parts) > 1 else [])])
            record = {**whole.as_dict(), "clauses": [p.as_dict() for p in pieces], "language": language_of(text)}
            message.set(UNDERSTANDING_KEY, record, add_to_output=True)
            ranking = self._intent_ranking(whole.labels)
            if whole.labels[0][1] < self._config["fallback_threshold"]:
                ranking.insert(0, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0 - whole.labels[0][1]})
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _intent_ranking(self, labels: List[Any]) -> List[Dict[Text, Any]]:
        sums: Dict[str, float] = {}
        for label, probability in labels:
            intent = self._intents.get(label, label)
            sums[intent] = sums.get(intent, 0.0) + probability
        best_intent = self._intents.get(labels[0][0], labels[0][0])
        ranked = sorted(sums.items(), key=lambda pair: (pair[0] != best_intent, -pair[1]))
        return [{"name": name, "confidence": float(confidence)} for name, confidence in ranked]
