"""Rasa's training data: the examples of data/nlu/ and the questions written beside each entry of knowledge/, together."""

from __future__ import annotations

from hashlib import md5
from typing import Any, Dict, Iterator, List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.known import conoscenza_in_use
from bot.nlu.labels import ASPECT, CALCULATION, CHANGE, CLARIFY, DRAFT, PATH, from_training
from knowledge import Conoscenza

LABEL = "etichetta"  # message attribute: the label (labels.py) that the classifier learns
ELLIPTICAL = "ellittica"  # message attribute: the question makes sense only after another one


class Question(Message):
    """A training question. Rasa copies and hashes all of them a dozen times: made of strings, it need not be copied deeply."""

    _cached_fingerprint: Optional[Text]

    def __deepcopy__(self, memo: Dict[int, Any]) -> "Question":
        copied = Question(self.data, set(self.output_properties), self.time, list(self.features))
        copied._cached_fingerprint = self._cached_fingerprint
        return copied

    def fingerprint(self) -> Text:
        """What tells questions apart: Rasa's own walks through containers that a question does not have."""
        if self._cached_fingerprint is None:
            self._cached_fingerprint = md5(repr(sorted(self.data.items())).encode()).hexdigest()
        return self._cached_fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint())


def _labelled(message: Message) -> Question:
    """A message of the files, its response key made its label: Rasa warns of each key that has no response of its own."""
    data = {k: v for k, v in message.data.items() if k != INTENT_RESPONSE_KEY}
    data[LABEL] = from_training(message.get(INTENT), message.get(INTENT_RESPONSE_KEY))
    return Question(data)


def is_elliptical(message: Message, label: str) -> bool:
    """Whether a training message makes sense only after another one: marked so, an aspect alone, or a bare change of topic."""
    from_file = message.get(ELLIPTICAL) is None
    if message.get(ELLIPTICAL) or label.startswith("?") or label == CHANGE:
        return True
    return from_file and message.get(INTENT) == "informazione"


def knowledge_examples(conoscenza: Conoscenza) -> Iterator[Question]:
    """The questions of the knowledge as Rasa messages; follow-ups carry the attribute ELLIPTICAL."""
    for argomento in conoscenza.argomenti.values():
        yield from _messages(argomento.tipo, argomento.id, argomento.domande)
        for voce in argomento.voci:
            key = f"{argomento.id}.{voce.id}"
            yield from _messages(argomento.tipo, key, voce.domande)
            if voce.id in conoscenza.aspetti:  # "e quanto costa?" asks the same of every service
                yield from _messages(ASPECT, voce.id, voce.seguiti, elliptical=True)
            else:
                yield from _messages(argomento.tipo, key, voce.seguiti, elliptical=True)
    for chiarimento in conoscenza.chiarimenti.values():
        yield from _messages(CLARIFY, chiarimento.id, chiarimento.domande)


def _messages(intent: str, key: str, questions: List[str], elliptical: bool = False) -> Iterator[Question]:
    label = from_training(intent, f"{intent}/{key}")
    for question in questions:  # made whole: each change of a message would make Rasa compute its fingerprint again
        yield Question(data={TEXT: question, INTENT: intent, LABEL: label, ELLIPTICAL: elliptical})


class KnowledgeImporter(RasaFileImporter):
    """Rasa's own file importer plus the knowledge: adding a file to knowledge/ adds what the model learns."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._conoscenza: Optional[Conoscenza] = None
        self._nlu_data: Optional[TrainingData] = None

    @property
    def conoscenza(self) -> Conoscenza:
        """The knowledge, loaded at first need."""
        if self._conoscenza is None:
            self._conoscenza = conoscenza_in_use()
        return self._conoscenza

    def get_nlu_data(self, language: Optional[Text] = "it") -> TrainingData:
        """Examples of the files and of the knowledge, read once: Rasa asks for them again and again."""
        if self._nlu_data is None:
            found = super().get_nlu_data(language)
            questions = [_labelled(message) for message in found.training_examples]
            found.training_examples = found.sanitize_examples([*questions, *knowledge_examples(self.conoscenza)])
            self._nlu_data = found
        return self._nlu_data

    def get_domain(self) -> Domain:
        """The domain of domain.yml plus the intents that the knowledge brings."""
        intents: Dict[str, Any] = {
            "intents": sorted({a.tipo for a in self.conoscenza.argomenti.values()} | {ASPECT, CLARIFY, CALCULATION, DRAFT, PATH})
        }
        return super().get_domain().merge(Domain.from_dict(intents))
