"""The held-out questions of tests/comprensione/ and what counts as understanding them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from bot.nlu.labels import CALCULATION, topic_of
from bot.nlu.text import normalize
from bot.settings import ROOT
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza

FOLDER = ROOT / "tests" / "comprensione"
OUT_OF_SCOPE = "fuori_ambito"
REFUSALS = ("fuori_ambito", "consulenza_legale", "dati_riservati")  # kinds of topic that say whom to ask instead
Scope = Literal["dentro", "fuori", "emergenza"]


@dataclass(frozen=True)
class Question:
    """A question with all the labels that answer it."""

    text: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Conversation:
    """Turns of one person, in order."""

    name: str
    turns: tuple[Question, ...]


def _question(item: dict) -> Question:
    return Question(item["testo"], tuple(item["attese"]))


def questions(path: Path = FOLDER / "domande.yml") -> list[Question]:
    return [_question(item) for item in yaml.safe_load(path.read_text(encoding="utf-8"))]


def conversations(path: Path = FOLDER / "conversazioni.yml") -> list[Conversation]:
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Conversation(item["id"], tuple(_question(t) for t in item["turni"])) for item in items]


def halves(everything: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """Validation (even places), on which thresholds are chosen, and test (odd places), which is reported."""
    return list(everything[0::2]), list(everything[1::2])


def unseen(asked: Sequence[Question], learnt: Iterable[str]) -> list[Question]:
    """The questions that no training example says word for word: two hands may both have written "avete un fax?"."""
    known = {_words(text) for text in learnt}
    return [q for q in asked if _words(q.text) not in known]


def _words(text: str) -> str:
    return normalize(text).replace("?", "").strip()


class Judge:
    """Tells right labels from wrong ones, by the topics of the knowledge."""

    def __init__(self, conoscenza: Conoscenza) -> None:
        self._conoscenza = conoscenza

    def kind(self, label: str) -> str:
        """The kind of a label's topic (informazione, emergenza, ...), "" for labels without one."""
        argomento = self._conoscenza.argomenti.get(topic_of(label))
        return argomento.tipo if argomento else ""

    def meets(self, label: str, question: Question) -> bool:
        """Whether a label is one of the expected ones; a whole topic is met by any label of it."""
        return any(self._one(label, wanted) for wanted in question.expected)

    def _one(self, label: str, wanted: str) -> bool:
        if wanted == OUT_OF_SCOPE and self.is_act(label):
            return True  # a greeting or a thank-you asks nothing of the office
        if label.startswith(f"{CALCULATION}/"):  # to compute an amount is to answer what the entries on that amount answer
            calcolatore = CALCOLATORI.get(label.split("/", 1)[1].partition(".")[0])
            return calcolatore is not None and wanted in calcolatore.voci
        return label == wanted or (wanted in self._conoscenza.argomenti and topic_of(label) == wanted)

    def is_act(self, label: str) -> bool:
        """Whether a label is an act of conversation ("saluto") and no entry, topic, aspect or vague request."""
        return not self.kind(label) and not label.startswith("?") and "/" not in label

    def refuses(self, label: str) -> bool:
        """Whether somebody who gets this label's answer gets no information of the office."""
        return self.kind(label) in REFUSALS or self.is_act(label)

    def right_topic(self, label: str, question: Question) -> bool:
        return self.meets(label, question) or topic_of(label) in {topic_of(wanted) for wanted in question.expected} - {""}

    def scope(self, question: Question) -> Scope:
        """Inside when any expected label informs; what asks for 112 is counted apart."""
        kinds = {self.kind(label) for label in question.expected}
        if "informazione" in kinds:
            return "dentro"
        return "emergenza" if "emergenza" in kinds else "fuori"
