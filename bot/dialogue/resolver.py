"""From what a message means and what was said before to a decision: answer this, ask that, or admit not to know.

The classifier reads each message alone. Here its probabilities meet the conversation: the topic on the table, the buttons just
offered, the aspect that still lacks a topic. All thresholds of the dialogue stand in this file, chosen on the validation
conversations (docs/comprensione.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Tuple

from rapidfuzz import fuzz

from bot.dialogue.state import Stato
from bot.nlu.labels import CALCULATION, CHANGE, DRAFT, PATH, aspect_of, topic_of
from bot.nlu.text import normalize
from bot.nlu.understanding import Comprensione
from calculators.elenco import CALCOLATORI
from knowledge import Conoscenza

SURE = 0.45  # probability from which a label is answered without asking
CLEAR_LEAD = 2.5  # or this many times as likely as the next one, from PLAUSIBLE up
PLAUSIBLE = 0.22
LIKELY_TOPIC = 0.55  # probability of a topic from which only the aspect is asked
LIKELY_ASPECT = 0.55
COMPOSED_TOPIC = 0.5  # probabilities, each of its own head, from which topic and aspect are put together
COMPOSED_ASPECT = 0.35
EMERGENCY = 0.30  # an emergency is answered as one from here: a needless 112 harms nobody
EMERGENCY_CLAUSE = 0.60  # a piece of a message says less than the whole: "how much they have withheld" is no kidnapping
CONTEXT_WEIGHT = 3.0  # how much likelier the topic on the table (or an offered button) is, for a complete question
MOST_ELLIPTICAL = 0.97  # however elliptical a message looks, it may still change the subject
MOST_GENERIC = 0.7  # share, at most and (as 1 - this) at least, of the aspects asked of any service
OUTSIDE = 0.3  # summed probability from which a message may be taken for out of scope
ANSWERABLE = 0.3  # probability from which an unsure answer is given, with what else may be meant as buttons
BESIDE = 0.12  # probability from which a refusal and a fact are said together
WITH_EMERGENCY = 0.05  # probability from which a question is answered after the numbers to call,
SHARE_BESIDE_EMERGENCY = 0.4  # if it is this share of all that is not the emergency
DOUBTFUL = 0.65  # probability below which the second best answer is given too,
SECOND = 0.12  # if it is at least this likely, about the same topic,
TWO_ANSWERS = 1000  # and both together are no longer than this (characters)
CANDIDATE = 0.06  # probability from which a label may be offered as a button
SAME_FACTS = 4  # facts (numbers, codes, addresses) that two answers must share, and have no other, to say the same
GENERAL_TOPICS = ("uffici", "moduli", "struttura")  # what they say of an office or a form, the services say as well
CROSSING = ("bollo",)  # matters that run across the services: a service may say its own of them
OWN = 0.5  # probability within the topic on the table from which what it says is said first
MERGED = 8  # labels looked at for that
TITLE_MATCH = 82  # similarity (0-100) from which a typed answer is taken for the title of a button


_FACT = re.compile(r"\b[ABC]\d{2}\b|\S+@\S+\w|\d[\d.,/-]*\d")
_DENIAL = re.compile(r"\b(?:no|non|senza|nessun[oa]?|mai|ne)\b")


@dataclass(frozen=True)
class Decision:
    """What to do: `kind` is answer, topic, topic_unknown, choose, act, clarify, calculate, guide or lost.

    chiavi: labels to answer (answer, topic, act, clarify) or to offer (choose, topic_unknown); alternative: what else the user
    may have meant, offered under an answer that is likely but not certain.
    """

    kind: str
    chiavi: Tuple[str, ...] = ()
    aspetto: str = ""
    argomento: str = ""
    alternative: Tuple[str, ...] = ()


class Resolver:
    """Decides replies against one knowledge."""

    def __init__(self, conoscenza: Conoscenza):
        self.conoscenza = conoscenza
        self._similar: Dict[Tuple[str, str], bool] = {}
        self._emergency_topics = [a.id for a in conoscenza.argomenti.values() if a.tipo == "emergenza"]
        self._outside_topics = {a.id for a in conoscenza.argomenti.values() if a.tipo == "fuori_ambito"}
        self._entries = {chiave for chiave, _, _ in conoscenza.voci()}

    def decide(self, text: str, comprensione: Comprensione, stato: Stato, joined: Optional[Comprensione] = None) -> Decision:
        """The decision for a message, given the record of the last reply.

        joined: what was understood of the previous message and this one read together; "and how do I know?" needs it.
        """
        stato = self._still_known(stato)
        chosen = self.typed_option(text, stato)
        if chosen:
            return self.chosen(chosen, stato)
        ranking = self.ranking(comprensione, stato, joined)
        if not ranking:
            return Decision("lost")
        emergency = self.emergency(comprensione)
        if emergency:
            return self.with_emergency(emergency, ranking)
        refusal = self._refusal_beside_information(ranking)
        if refusal:
            return Decision("answer", refusal)
        outside = self._outside(ranking, comprensione, stato)
        if outside:
            return Decision("answer", (outside,))
        best, probability = ranking[0]
        second = ranking[1][1] if len(ranking) > 1 else 0.0
        if probability >= SURE or (probability >= PLAUSIBLE and probability >= CLEAR_LEAD * second):
            decision = self.chosen(best, stato, comprensione.elliptical)
        else:
            decision = self._unsure(ranking, comprensione, stato)
        decision = self._of_the_service_too(decision, comprensione, stato)
        return self._with_second_reading(decision, ranking, stato)

    def _of_the_service_too(self, decision: Decision, comprensione: Comprensione, stato: Stato) -> Decision:
        """ "Must I put a stamp on it too?" asks of stamps in general; what the service on the table says of them comes first."""
        best = decision.chiavi[0] if decision.kind == "answer" and len(decision.chiavi) == 1 else ""
        if topic_of(best) not in CROSSING or not stato.argomento or topic_of(best) == stato.argomento:
            return decision
        given = [(p, label) for label, p in comprensione.given_topic.items() if topic_of(label) == stato.argomento]
        probability, own = max(given, default=(0.0, ""))
        if own not in self._entries or own == stato.voce or probability < OWN:
            return decision
        if len(self.conoscenza.testo(own)) + len(self.conoscenza.testo(best)) > TWO_ANSWERS:
            return replace(decision, chiavi=(own,))
        return replace(decision, chiavi=(own, best))

    def with_emergency(self, emergency: str, *rankings: List[Tuple[str, float]]) -> Decision:
        """The numbers to call first of all; then the answer to what was asked beside, in the message or in a clause of it."""
        found = [("", 0.0)]
        for ranking in rankings:
            others = [(label, p) for label, p in ranking if topic_of(label) not in self._emergency_topics]
            total = sum(p for _, p in others)
            facts = [(label, p) for label, p in others if label in self._entries and self._is_service(topic_of(label))]
            if facts and facts[0][1] >= max(WITH_EMERGENCY, SHARE_BESIDE_EMERGENCY * total):
                found.append(facts[0])
        beside, _ = max(found, key=lambda pair: pair[1])
        return Decision("answer", (emergency, beside) if beside else (emergency,))

    def _with_second_reading(self, decision: Decision, ranking: List[Tuple[str, float]], stato: Stato) -> Decision:
        """Two short answers on the same topic, or the one on the table, where the first is doubtful and the second likely."""
        if decision.kind != "answer" or len(decision.chiavi) != 1:
            return decision
        first = decision.chiavi[0]
        if first not in self._entries or not self._is_service(topic_of(first)) or dict(ranking).get(first, 0.0) >= DOUBTFUL:
            return decision
        told = (first, stato.voce)  # what was answered last needs no saying again
        near = [label for label, p in ranking if label not in told and p >= SECOND and label in self._entries]
        near = [label for label in near if topic_of(label) in (topic_of(first), stato.argomento)]
        if not near or len(self.conoscenza.testo(first)) + len(self.conoscenza.testo(near[0])) > TWO_ANSWERS:
            return decision
        alternative = tuple(label for label in decision.alternative if label != near[0])
        pair = (near[0], first) if first == stato.voce else (first, near[0])  # what was not said yet comes first
        return replace(decision, chiavi=pair, alternative=alternative)

    def ranking(self, comprensione: Comprensione, stato: Stato, joined: Optional[Comprensione] = None) -> List[Tuple[str, float]]:
        """ranking_in_context, with entries that say the same counted as one and each calculator counted once."""
        stato = self._still_known(stato)
        found = self.ranking_in_context(comprensione, stato, joined)
        return self._merge_equivalent(self.within(stato.argomento, found) if stato.argomento else found)

    def _refusal_beside_information(self, ranking: List[Tuple[str, float]]) -> Tuple[str, ...]:
        """ "Mi conviene oppormi?" asks advice on something the documents do explain: what cannot be said, then what can."""
        refusals = [
            (label, p) for label, p in ranking if self._tipo(label) in ("consulenza_legale", "dati_riservati") and "." in label
        ]
        facts = [(label, p) for label, p in ranking if label in self._entries and self._tipo(label) == "informazione"]
        if not refusals or not facts or sum(p for _, p in refusals) < BESIDE or facts[0][1] < BESIDE:
            return ()
        return (refusals[0][0], facts[0][0])

    def _outside(self, ranking: List[Tuple[str, float]], comprensione: Comprensione, stato: Stato) -> str:
        """The refusal to answer with when a message is more likely out of scope than anything else, "" otherwise.

        Out of scope is one meaning spread over many labels (road tax, passport, land registry ...), so their sum counts; and what
        the head of topics says, which knows nothing of the conversation, while no topic is on the table.
        """
        outside = [(label, p) for label, p in ranking if self._tipo(label) == "fuori_ambito" and "." in label]
        others = [p for label, p in ranking if self._tipo(label) != "fuori_ambito"]
        by_topic = 0.0 if stato.argomento else sum(p for name, p in comprensione.topics if name in self._outside_topics)
        mass = max(sum(p for _, p in outside), by_topic)
        return outside[0][0] if outside and mass >= OUTSIDE and mass > max(others, default=0.0) else ""

    def is_outside(self, label: str) -> bool:
        """Whether a label belongs to other offices' matters."""
        return self._tipo(label) == "fuori_ambito"

    def _tipo(self, label: str) -> str:
        argomento = self.conoscenza.argomenti.get(topic_of(label))
        return argomento.tipo if argomento else ""

    def _merge_equivalent(self, ranking: List[Tuple[str, float]]) -> List[Tuple[str, float]]:
        """Entries whose answers say the same (the office's hours asked of the office or of the service) count as one."""
        merged: List[Tuple[str, float]] = []
        for label, probability in ranking[:MERGED]:
            twin = next((i for i, (other, _) in enumerate(merged) if self._equivalent(label, other)), None)
            if twin is None:
                merged.append((label, probability))
            else:
                merged[twin] = (merged[twin][0], merged[twin][1] + probability)
        return sorted(merged, key=lambda pair: -pair[1]) + ranking[MERGED:]

    def _equivalent(self, one: str, other: str) -> bool:
        if one not in self._entries or other not in self._entries:
            return False
        pair = (min(one, other), max(one, other))
        if pair not in self._similar:
            facts, others = (frozenset(_FACT.findall(self.conoscenza.testo(label))) for label in pair)
            general = topic_of(one) in GENERAL_TOPICS or topic_of(other) in GENERAL_TOPICS
            self._similar[pair] = general and facts == others and len(facts) >= SAME_FACTS
        return self._similar[pair]

    def _still_known(self, stato: Stato) -> Stato:
        """The record without what the knowledge has lost since it was made."""
        argomento = stato.argomento if stato.argomento in self.conoscenza.argomenti else ""
        aspetto = stato.aspetto if stato.aspetto in self.conoscenza.aspetti else ""
        return replace(stato, argomento=argomento, aspetto=aspetto)

    def _known(self, label: str) -> bool:
        """Whether a label of the model still means something: the knowledge may have changed since the training."""
        if label.startswith("?"):
            return label[1:] in self.conoscenza.aspetti
        if label.startswith(f"{CALCULATION}/"):
            return label.split("/", 1)[1].partition(".")[0] in CALCOLATORI
        if label.startswith((f"{DRAFT}/", f"{PATH}/")):
            return label.split("/", 1)[1] in self.conoscenza.percorsi
        if "/" in label:
            return label.split("/", 1)[1] in self.conoscenza.chiarimenti
        return "." not in label or label in self._entries

    def chosen(self, chiave: str, stato: Stato, elliptical: float = 0.0) -> Decision:
        """The decision for a label taken as meant, by the classifier or a button; "e i carichi?" keeps the last aspect."""
        if chiave.startswith("?"):
            return self._aspect_alone(chiave[1:], stato)
        if chiave.startswith(f"{CALCULATION}/"):
            return Decision("calculate", (chiave,))
        if chiave.startswith(f"{PATH}/") or chiave == DRAFT:
            return Decision("guide", (chiave,))
        if chiave.startswith("chiarimento/"):
            vague = chiave.split("/", 1)[1]
            entry = self.entry_for(stato.argomento, vague) if vague in self.conoscenza.aspetti else None
            if entry:  # "quanto costa?" is vague only while no service is on the table
                return Decision("answer", (entry,))
            return Decision("clarify", (chiave.split("/", 1)[1],))
        if chiave in self.conoscenza.argomenti:
            last = stato.voce.partition(".")[2] if elliptical >= 0.5 else ""
            aspect = stato.aspetto or (last if last in self.conoscenza.aspetti else "")
            entry = self.entry_for(chiave, aspect) if aspect else None
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
        default = self.conoscenza.aspetti[aspetto].senza_argomento
        return Decision("answer", (default,)) if default else Decision("topic_unknown", (), aspetto=aspetto)

    def typed_option(self, text: str, stato: Stato) -> Optional[str]:
        """The offered button whose title the user typed instead of pressing it."""
        typed = normalize(text).replace("?", "").strip()
        if not typed or not stato.opzioni:
            return None
        if typed.isdigit() and 1 <= int(typed) <= len(stato.opzioni):
            return stato.opzioni[int(typed) - 1].chiave
        titles = [(normalize(o.titolo), o) for o in stato.opzioni]
        denied = bool(_DENIAL.search(typed))  # "no VAT number" is nearly "with VAT number" to the letter
        scored = [(fuzz.ratio(typed, title), o) for title, o in titles if bool(_DENIAL.search(title)) == denied]
        score, option = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return option.chiave if option is not None and score >= TITLE_MATCH else None

    def emergency(self, *heard: Comprensione, least: float = EMERGENCY) -> str:
        """The emergency entry to answer with, "" if none of what was heard (the message, its clauses) is one."""
        for comprensione in heard:
            found = [
                (p, label)
                for label, p in comprensione.labels
                if topic_of(label) in self._emergency_topics and label in self._entries
            ]
            if found and sum(p for p, _ in found) >= least:
                return max(found)[1]
        return ""

    def ranking_in_context(
        self, comprensione: Comprensione, stato: Stato, joined: Optional[Comprensione] = None
    ) -> List[Tuple[str, float]]:
        """The ranking with the conversation taken into account, best first.

        Either the message goes on about the topic on the table (the more elliptical it is, the likelier) and only that topic's
        entries compete, or it stands alone and competes with everything, the topic on the table somewhat favoured.
        """
        alone: Dict[str, float] = {}
        offered = {o.chiave for o in stato.opzioni}
        labels = comprensione.labels
        if joined is not None and not stato.argomento:  # nothing on the table but the last message itself
            labels = sorted(_mean(dict(labels), dict(joined.labels)).items(), key=lambda pair: -pair[1])
        for label, probability in labels:
            if not self._known(label) or label == CHANGE:  # a change of what was computed is calcolo.py's business
                continue
            if label.startswith(f"{CALCULATION}/"):
                label = label.partition(".")[0]
            elif label.startswith(f"{DRAFT}/"):  # which one it is, is the business of bozza.py
                label = DRAFT
            if label in self.conoscenza.argomenti and stato.aspetto:
                label = self.entry_for(label, stato.aspetto) or label
            if stato.argomento and topic_of(label) == stato.argomento:
                probability *= CONTEXT_WEIGHT
            if label in offered:
                probability *= CONTEXT_WEIGHT
            alone[label] = alone.get(label, 0.0) + probability
        going_on = self._within_topic(comprensione, stato.argomento) if stato.argomento else {}
        if joined is not None and going_on:
            going_on = _mean(going_on, self._within_topic(joined, stato.argomento))
        stay = min(comprensione.elliptical, MOST_ELLIPTICAL) if going_on else 0.0
        total_alone, total_on = sum(alone.values()) or 1.0, sum(going_on.values()) or 1.0
        mixed = {label: (1 - stay) * p / max(total_alone, 1.0) for label, p in alone.items()}
        for label, p in going_on.items():
            mixed[label] = mixed.get(label, 0.0) + stay * p / total_on
        return sorted(mixed.items(), key=lambda pair: -pair[1])

    def within(self, argomento: str, ranking: List[Tuple[str, float]]) -> List[Tuple[str, float]]:
        """A ranking where an aspect of any service counts for the entry of this topic that answers it, best first."""
        summed: Dict[str, float] = {}
        for label, probability in ranking:
            entry = (self.entry_for(argomento, label[1:]) if label.startswith("?") else None) or label
            summed[entry] = summed.get(entry, 0.0) + probability
        return sorted(summed.items(), key=lambda pair: -pair[1])

    def _within_topic(self, comprensione: Comprensione, argomento: str) -> Dict[str, float]:
        """Entries of one topic by their probability if the message is about it: its own, and aspects asked of any service."""
        topics = dict(comprensione.topics)
        own, generic = topics.get(argomento, 0.0) + 1e-3, topics.get("", 0.0) + 1e-3
        share = min(max(generic / (own + generic), 1 - MOST_GENERIC), MOST_GENERIC)
        found: Dict[str, float] = {}
        for label, probability in comprensione.given_topic.items():
            if topic_of(label) == argomento and label in self._entries:
                found[label] = found.get(label, 0.0) + (1 - share) * probability
            elif label.startswith("?"):
                entry = self.entry_for(argomento, label[1:])
                if entry:
                    found[entry] = found.get(entry, 0.0) + share * probability
        return found

    def _vague(self, ranking: List[Tuple[str, float]], comprensione: Comprensione, stato: Stato) -> Optional[Decision]:
        """What to ask back where several ways of being vague share the message: "how much is a certificate?"."""
        vague = [(label, p) for label, p in ranking if label.startswith("chiarimento/")]
        if not vague or vague[0] != ranking[0] or sum(p for _, p in vague) < SURE:
            return None
        aspect, probability = comprensione.aspects[0] if comprensione.aspects else ("", 0.0)
        decision = self.chosen(vague[0][0], stato)
        known = aspect in self.conoscenza.aspetti and probability >= LIKELY_ASPECT
        return replace(decision, aspetto=aspect) if known else decision

    def _unsure(self, ranking: List[Tuple[str, float]], comprensione: Comprensione, stato: Stato) -> Decision:
        vague = self._vague(ranking, comprensione, stato)
        if vague is not None:
            return vague
        topics: Dict[str, float] = {}
        aspects: Dict[str, float] = {}
        for label, probability in ranking:
            if topic_of(label) in self.conoscenza.argomenti:
                topics[topic_of(label)] = topics.get(topic_of(label), 0.0) + probability
            if aspect_of(label):
                aspects[aspect_of(label)] = aspects.get(aspect_of(label), 0.0) + probability
        candidates = [(label, p) for label, p in ranking if p >= CANDIDATE and self._can_be_offered(label)]
        topic = max(topics, key=lambda name: topics[name]) if topics else ""
        aspect = max(aspects, key=lambda name: aspects[name]) if aspects else ""
        if topic and topics[topic] >= LIKELY_TOPIC:
            mine = [label for label, _ in candidates if topic_of(label) == topic and "." in label]
            if mine:
                return Decision("answer", (mine[0],), alternative=tuple(mine[1:4]))
            if self._is_service(topic):
                return Decision("topic", (topic,), argomento=topic)
        composed = self._composed(comprensione)
        if composed:
            return Decision("answer", (composed,), alternative=tuple(c for c, _ in candidates if c != composed)[:3])
        if aspect in self.conoscenza.aspetti and aspects[aspect] >= LIKELY_ASPECT:
            entry = self.entry_for(stato.argomento, aspect) if stato.argomento else None
            if entry:  # the same thing asked of any service is asked of the one on the table
                return Decision("answer", (entry,), alternative=tuple(label for label, _ in candidates if label != entry)[:3])
            default = self.conoscenza.aspetti[aspect].senza_argomento
            if default and not stato.argomento:
                return Decision("answer", (default,), alternative=tuple(label for label, _ in candidates[:3]))
            return Decision("topic_unknown", tuple(label for label, _ in candidates[:5]), aspetto=aspect)
        if candidates and candidates[0][1] >= ANSWERABLE and candidates[0][0] in self._entries:
            return Decision("answer", (candidates[0][0],), alternative=tuple(label for label, _ in candidates[1:4]))
        if len(candidates) == 1 and candidates[0][0] in self._entries:  # a question with one button is no question
            return Decision("answer", (candidates[0][0],))
        if candidates:
            return Decision("choose", tuple(label for label, _ in candidates[:3]))
        return Decision("lost")

    def _composed(self, comprensione: Comprensione) -> str:
        """The entry where a topic and an aspect meet that are each recognised on their own, "" if one of them is not."""
        topic, topic_probability = comprensione.topics[0] if comprensione.topics else ("", 0.0)
        known = [(a, p) for a, p in comprensione.aspects if a in self.conoscenza.aspetti]
        if topic not in self.conoscenza.argomenti or not known or not self._is_service(topic):
            return ""
        aspect, aspect_probability = known[0]
        if topic_probability < COMPOSED_TOPIC or aspect_probability < COMPOSED_ASPECT:
            return ""
        return self.entry_for(topic, aspect) or ""

    def _is_service(self, topic: str) -> bool:
        return self.conoscenza.argomenti[topic].tipo == "informazione"

    def _can_be_offered(self, label: str) -> bool:
        if label.startswith(f"{CALCULATION}/") or label in self.conoscenza.argomenti:
            return True
        return label in self._entries and self._is_service(topic_of(label))


def _mean(one: Dict[str, float], other: Dict[str, float]) -> Dict[str, float]:
    """The mean of two distributions, each first brought to sum 1."""
    total_one, total_other = sum(one.values()) or 1.0, sum(other.values()) or 1.0
    return {k: (one.get(k, 0.0) / total_one + other.get(k, 0.0) / total_other) / 2 for k in {*one, *other}}
