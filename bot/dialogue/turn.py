"""One turn of the conversation, from what came in to the reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import List, Optional

from bot.dialogue.composer import Composer
from bot.dialogue.reply import Risposta
from bot.dialogue.resolver import Decision
from bot.dialogue.state import Stato
from bot.nlu.labels import topic_of
from bot.nlu.understanding import Comprensione

_WORD = re.compile(r"[^\W\d_]{2,}")
MAX_TWO_ANSWERS = 900  # characters: two answers together longer than this are not one message
CLAUSE_SURE = 0.5


@dataclass(frozen=True)
class Turno:
    """What a message brings.

    Its text, what was understood of it (whole, by clauses, joined to the message before), the button chosen, the last record.
    """

    text: str
    comprensione: Optional[Comprensione]
    stato: Stato
    giorno: date
    clauses: List[Comprensione] = field(default_factory=list)
    joined: Optional[Comprensione] = None
    language: str = "it"
    scelta: Optional[str] = None
    numero: int = 0


def reply_to(turno: Turno, composer: Composer) -> Risposta:
    """The reply to a message. Never raises for anything a user can write."""
    resolver = composer.resolver
    typed = resolver.typed_option(turno.text, turno.stato)
    if turno.scelta is not None:
        known = turno.scelta in composer.conoscenza.argomenti or composer.conoscenza.voce(turno.scelta)
        decision = composer.resolver.chosen(turno.scelta, turno.stato) if known else Decision("lost")
    elif typed:
        decision = resolver.chosen(typed, turno.stato)
    elif resolver.emergency(*turno.clauses):
        decision = Decision("answer", (resolver.emergency(*turno.clauses),))
    elif turno.comprensione is None or not _WORD.search(turno.text) or turno.text.startswith("/"):
        decision = Decision("lost") if turno.text.strip() else Decision("act", ("vuoto",))
    else:
        decision = composer.resolver.decide(turno.text, turno.comprensione, turno.stato, turno.joined)
        decision = _with_second_question(turno, decision, composer)
    risposta = composer.compose(decision, turno.stato, turno.giorno, turno.numero)
    if turno.language != "it" and decision.kind != "act":
        risposta = replace(risposta, testo=composer.phrase(f"lingua_{turno.language}") + "\n" + risposta.testo)
    return risposta


def _with_second_question(turno: Turno, decision: Decision, composer: Composer) -> Decision:
    """When the clauses of a message ask two different things of the same service, both are answered."""
    if decision.kind != "answer" or len(turno.clauses) < 2:
        return decision
    topic = topic_of(decision.chiavi[0])
    stato = replace(turno.stato, argomento=topic, opzioni=())
    answers: List[str] = []
    for clause in turno.clauses:
        ranking = composer.resolver.within(topic, composer.resolver.ranking_in_context(clause, stato))
        best, probability = ranking[0] if ranking else ("", 0.0)
        known = probability >= CLAUSE_SURE and composer.conoscenza.voce(best) is not None
        if known and topic_of(best) == topic and best not in answers:
            answers.append(best)
    if len(answers) == 2 and sum(len(composer.conoscenza.testo(a)) for a in answers) <= MAX_TWO_ANSWERS:
        return replace(decision, chiavi=tuple(answers))
    return decision
