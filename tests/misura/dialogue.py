"""What people get in the end: the held-out questions and conversations through the generator that Rasa calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.composer import Composer
from bot.dialogue.orari import Domanda
from bot.dialogue.reply import Risposta
from bot.dialogue.resolver import Decision
from bot.dialogue.state import Stato
from bot.nlg import KnowledgeGenerator
from bot.nlu.labels import topic_of
from bot.settings import ROOT
from knowledge import Conoscenza

from .held_out import Judge, Question
from .scores import share

ACTION = "utter_risposta"
Parse = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """How a reply met a question: right; offered (one press of a button away); refused (out of scope or not understood)."""

    right: bool
    offered: bool
    refused: bool


class _Witness(Composer):
    """A composer that remembers what it was told to say."""

    def __init__(self, conoscenza: Conoscenza) -> None:
        super().__init__(conoscenza, {})
        self.decision, self.reply = Decision("lost"), Risposta("")

    def compose(self, decision: Decision, stato: Stato, giorno: date, turn: int = 0, domanda: Domanda | None = None) -> Risposta:
        self.decision, self.reply = decision, super().compose(decision, stato, giorno, turn, domanda)
        return self.reply


class Listener:
    """Plays conversations with the generator, as Rasa would, and judges the replies."""

    def __init__(self, parse: Parse, conoscenza: Conoscenza, judge: Judge) -> None:
        self._parse, self._judge = parse, judge
        self._generator = KnowledgeGenerator()
        self._witness = self._generator.composer = _Witness(conoscenza)
        self._generator.responses = Domain.load(str(ROOT / "domain.yml")).responses

    def converse(self, turns: Sequence[Question]) -> list[Outcome]:
        """The outcome of each turn of one conversation."""
        tracker = DialogueStateTracker("misura", slots=[])
        return [self._turn(tracker, question) for question in turns]

    def _turn(self, tracker: DialogueStateTracker, question: Question) -> Outcome:
        parsed = self._parse(question.text)
        tracker.update(UserUttered(question.text, parsed["intent"], parsed["entities"], parse_data=parsed))
        message = asyncio.run(self._generator.generate(ACTION, tracker, "rest")) or {}
        tracker.update(BotUttered(message.pop("text"), metadata=message))
        return self._outcome(self._witness.decision, self._witness.reply, question)

    def _outcome(self, decision: Decision, reply: Risposta, question: Question) -> Outcome:
        said = decision.chiavi if decision.kind in ("answer", "topic", "act") else ()
        right = any(self._judge.meets(label, question) for label in said)
        buttons = {option.chiave for option in reply.opzioni}
        topics = {topic_of(wanted) for wanted in question.expected}
        offered = any(self._judge.meets(label, question) or label in topics for label in buttons)
        silent = decision.kind in ("choose", "lost")
        refused = silent or (bool(said) and all(self._judge.refuses(label) for label in said))
        return Outcome(right, offered and not right, refused and not right)


@dataclass(frozen=True)
class DialogueScores:
    """Shares of the replies: right; right or one button away; for those outside the scope, refused or sent elsewhere."""

    number: int
    right: float
    within_reach: float
    refused_rightly: float | None
    refused_wrongly: float

    def as_dict(self) -> dict[str, float | None]:
        return {name: None if value is None else round(value, 4) for name, value in self.__dict__.items()}


def score(asked: Sequence[Question], outcomes: Sequence[Outcome], judge: Judge) -> DialogueScores:
    """The figures of replies to those questions."""
    pairs = list(zip(asked, outcomes, strict=True))
    inside = [o for q, o in pairs if judge.scope(q) == "dentro"]
    outside = [o for q, o in pairs if judge.scope(q) == "fuori"]
    return DialogueScores(
        number=len(inside),
        right=share([o.right for o in inside]),
        within_reach=share([o.right or o.offered for o in inside]),
        refused_rightly=share([o.right or o.refused for o in outside]) if outside else None,
        refused_wrongly=share([o.refused and not o.offered for o in inside]),
    )
