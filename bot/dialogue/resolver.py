"""From what a message means and what was said before to a decision: answer this, ask that, or admit not to know.

The classifier reads each message alone. Here its probabilities meet the conversation: the topic on the table, the buttons just
offered, the aspect that still lacks a topic. All thresholds of the dialogue stand in this file, chosen on the validation
conversations (docs/comprensione.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

from rapidfuzz import fuzz

from bot.dialogue.state import Stato
from bot.nlu.labels import aspect_of, topic_of
from bot.nlu.text import normalize
from bot.nlu.understanding import Comprensione
from knowledge import Conoscenza

SURE = 0.45  # probability from which a label is answered without asking
CLEAR_LEAD = 2.5  # or this many times as likely as the next one, from PLAUSIBLE up
PLAUSIBLE = 0.22
LIKELY_TOPIC = 0.55  # probability of a topic from which only the aspect is asked
LIKELY_ASPECT = 0.55
EMERGENCY = 0.30  # an emergency is answered as one from here: a needless 112 harms nobody
CONTEXT_WEIGHT = 3.0  # how much likelier the topic on the table is, for a complete question
ELLIPTICAL_WEIGHT = 40.0  # the same for a message that makes no sense alone
CANDIDATE = 0.06  # probability from which a label may be offered as a button
TITLE_MATCH = 82  # similarity (0-100) from which a typed answer is taken for the title of a button


@dataclass(frozen=True)
class Decision:
    """What to do: `kind` is answer, topic, aspect_unknown, topic_unknown, choose, act, clarify or lost.

    chiavi: labels to answer (answer, topic, act, clarify) or to offer (choose, aspect_unknown, topic_unknown).
    """

    kind: str
    chiavi: Tuple[str, ...] = ()
    aspetto: str = ""
    argomento: str = ""


class Resolver:
    """Decides replies against one knowledge."""

    def __init__(self, conoscenza: Conoscenza):
        self.conoscenza = conoscenza
        self._entries = {chiave for chiave, _, _ in conoscenza.voci()}

    def decide(self, text: str, comprensione: Comprensione, stato: Stato) -> Decision:
        """The decision for a message, given the record of the last reply."""
        chosen = self._typed_option(text, stato)
        if chosen:
            return self.chosen(chosen, stato)
        ranking = self.ranking_in_context(comprensione, stato)
        if self._emergency(comprensione):
            return Decision("answer", (self._emergency(comprensione),))
        best, probability = ranking[0]
        second = ranking[1][1] if len(ranking) > 1 else 0.0
        if probability >= SURE or (probability >= PLAUSIBLE and probability >= CLEAR_LEAD * second):
            return self.chosen(best, stato)
        return self._unsure(ranking, stato)

    def chosen(self, chiave: str, stato: Stato) -> Decision:
        """The decision for a label taken as meant, by the classifier or by a button."""
        if chiave.startswith("?"):
            return self._aspect_alone(chiave[1:], stato)
        if chiave.startswith("chiarimento/"):
            return Decision("clarify", (chiave.split("/", 1)[1],))
        if chiave in self.conoscenza.argomenti:
            entry = self.entry_for(chiave, stato.aspetto) if stato.aspetto else None
            return Decision("answer", (entry,)) if entry else Decision("topic", (chiave,), argomento=chiave)
        if chiave in self._entries:
            return Decision("answer", (chiave,))
        return Decision("act", (chiave,))

    def entry_for(self, argomento: str, aspetto: str) -> Optional[str]:
        """The entry of a topic that answers an aspect: its own, or the one the aspect falls back to."""
        known = self.conoscenza.aspetti.get(aspetto)
        for name in [aspetto, *(known.ripiego if known else [])]:
            if f"{argomento}.{name}" in self._entries:
                return f"{argomento}.{name}"
        return None

    def _aspect_alone(self, aspetto: str, stato: Stato) -> Decision:
        entry = self.entry_for(stato.argomento, aspetto) if stato.argomento else None
        if entry:
            return Decision("answer", (entry,))
        if stato.argomento:
            return Decision("topic", (stato.argomento,), aspetto=aspetto, argomento=stato.argomento)
        return Decision("topic_unknown", (), aspetto=aspetto)

    def _typed_option(self, text: str, stato: Stato) -> Optional[str]:
        """The offered button whose title the user typed instead of pressing it."""
        typed = normalize(text).replace("?", "").strip()
        if not typed or not stato.opzioni:
            return None
        if typed.isdigit() and 1 <= int(typed) <= len(stato.opzioni):
            return stato.opzioni[int(typed) - 1].chiave
        scored = [(fuzz.ratio(typed, normalize(o.titolo)), o) for o in stato.opzioni]
        score, option = max(scored, key=lambda pair: pair[0])
        return option.chiave if score >= TITLE_MATCH else None

    def _emergency(self, comprensione: Comprensione) -> str:
        """The emergency entry to answer with, "" if the message is none."""
        found = [(p, label) for label, p in comprensione.labels if topic_of(label) in self._emergency_topics and "." in label]
        if sum(p for p, _ in found) < EMERGENCY:
            return ""
        return max(found)[1]

    @property
    def _emergency_topics(self) -> List[str]:
        return [a.id for a in self.conoscenza.argomenti.values() if a.tipo == "emergenza"]

    def ranking_in_context(self, comprensione: Comprensione, stato: Stato) -> List[Tuple[str, float]]:
        """The ranking with the conversation taken into account, best first, probabilities summing to at most 1."""
        weights: Dict[str, float] = {}
        weight = CONTEXT_WEIGHT + (ELLIPTICAL_WEIGHT - CONTEXT_WEIGHT) * comprensione.elliptical
        offered = {o.chiave for o in stato.opzioni}
        for label, probability in comprensione.labels:
            target = label
            if label.startswith("?") and stato.argomento:
                target = self.entry_for(stato.argomento, label[1:]) or label
            elif label in self.conoscenza.argomenti and stato.aspetto and not comprensione.elliptical > 0.5:
                target = self.entry_for(label, stato.aspetto) or label
            if stato.argomento and topic_of(target) == stato.argomento:
                probability *= weight
            if target in offered or label in offered:
                probability *= CONTEXT_WEIGHT
            weights[target] = weights.get(target, 0.0) + probability
        self._compose_with_topic(comprensione, stato, weights, weight)
        rest = max(0.0, 1.0 - sum(p for _, p in comprensione.labels))
        total = sum(weights.values()) + rest
        return sorted(((k, v / total) for k, v in weights.items()), key=lambda pair: -pair[1])

    def _compose_with_topic(
        self, comprensione: Comprensione, stato: Stato, weights: Dict[str, float], weight: float
    ) -> None:
        """An elliptical message whose aspect is recognised under other topics is about the topic on the table."""
        if not stato.argomento or comprensione.elliptical < 0.3:
            return
        for aspect, probability in comprensione.aspects:
            entry = self.entry_for(stato.argomento, aspect)
            if entry and aspect in self.conoscenza.aspetti:
                weights[entry] = weights.get(entry, 0.0) + probability * comprensione.elliptical * weight * 0.1

    def _unsure(self, ranking: List[Tuple[str, float]], stato: Stato) -> Decision:
        topics: Dict[str, float] = {}
        aspects: Dict[str, float] = {}
        for label, probability in ranking:
            if topic_of(label):
                topics[topic_of(label)] = topics.get(topic_of(label), 0.0) + probability
            if aspect_of(label):
                aspects[aspect_of(label)] = aspects.get(aspect_of(label), 0.0) + probability
        candidates = [(label, p) for label, p in ranking if p >= CANDIDATE and self._can_be_offered(label)]
        topic = max(topics, key=lambda name: topics[name]) if topics else ""
        aspect = max(aspects, key=lambda name: aspects[name]) if aspects else ""
        if topic and topics[topic] >= LIKELY_TOPIC and self._is_service(topic):
            mine = [label for label, _ in candidates if topic_of(label) == topic and "." in label]
            return Decision("aspect_unknown", tuple(mine[:4]), argomento=topic)
        if aspect in self.conoscenza.aspetti and aspects[aspect] >= LIKELY_ASPECT:
            return Decision("topic_unknown", tuple(label for label, _ in candidates[:5]), aspetto=aspect)
        if candidates:
            return Decision("choose", tuple(label for label, _ in candidates[:3]))
        return Decision("lost")

    def _is_service(self, topic: str) -> bool:
        return self.conoscenza.argomenti[topic].tipo == "informazione"

    def _can_be_offered(self, label: str) -> bool:
        return label in self._entries and self._is_service(topic_of(label)) or label in self.conoscenza.argomenti
