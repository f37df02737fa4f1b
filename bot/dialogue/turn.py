"""One turn of the conversation, from what came in to the reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from typing import List, Optional

from bot.dialogue.composer import Composer
from bot.dialogue.orari import Domanda
from bot.dialogue.reply import Risposta
from bot.dialogue.resolver import EMERGENCY_CLAUSE, Decision
from bot.dialogue.state import Stato
from bot.nlu.labels import ANY_PATH, CALCULATION, DRAFT, PATH, topic_of
from bot.nlu.understanding import Comprensione

_WORD = re.compile(r"[^\W\d_]{2,}")
MAX_TWO_ANSWERS = 900  # characters: two answers together longer than this are not one message
CLAUSE_SURE = 0.5
ASPECT_SURE = 0.5
UNCLEAR = ("choose", "clarify", "topic_unknown", "lost")


@dataclass(frozen=True)
class Turno:
    """What a message brings.

    Its text and that of the message before, what was understood of it (whole, by clauses, joined to the one before), the button
    chosen, the last record; whose conversation it is and what time it is (UTC), for what is kept of it.
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
    previous: str = ""
    conversazione: str = ""
    adesso: datetime = datetime(1970, 1, 1, tzinfo=timezone.utc)


def reply_to(turno: Turno, composer: Composer) -> Risposta:
    """The reply to a message. Never raises for anything a user can write."""
    chosen = turno.scelta if turno.scelta is not None else composer.resolver.typed_option(turno.text, turno.stato)
    risposta = _reply_to_text(turno, composer) if chosen is None else _reply_to_choice(turno, chosen, composer)
    if not (risposta.cancella or risposta.conclusa):
        for part in (composer.calculation, composer.guide, composer.drafts):
            risposta = part.resumed(turno, risposta)
    if turno.language != "it" and risposta.stato.esito in ("risposta", "domanda", "calcolo"):
        risposta = replace(risposta, testo=composer.phrase(f"lingua_{turno.language}") + "\n" + risposta.testo)
    elif turno.language != "it" and risposta.stato.esito == "non_capito":
        risposta = replace(risposta, testo=composer.phrase("lingua") + "\n" + risposta.testo)
    return risposta


def _reply_to_choice(turno: Turno, chosen: str, composer: Composer) -> Risposta:
    for family, part in ((CALCULATION, composer.calculation), (PATH, composer.guide), (DRAFT, composer.drafts)):
        risposta = part.chosen(chosen, turno) if chosen.startswith(f"{family}.") else None
        if risposta is not None:
            return risposta
    known = chosen in composer.conoscenza.argomenti or composer.conoscenza.voce(chosen)
    decision = composer.resolver.chosen(chosen, turno.stato) if known else Decision("lost")
    return composer.compose(decision, turno.stato, turno.giorno, turno.numero, Domanda("", turno.adesso))


def _reply_to_text(turno: Turno, composer: Composer) -> Risposta:
    resolver, heard = composer.resolver, turno.comprensione
    if heard is None or turno.text.startswith("/"):
        decision = Decision("lost") if turno.text.strip() else Decision("act", ("vuoto",))
        return composer.compose(decision, turno.stato, turno.giorno, turno.numero)
    domanda = Domanda(turno.text, turno.adesso)
    ranking = resolver.ranking(heard, turno.stato, turno.joined)
    drafted = composer.drafts.reply(turno, ranking) or composer.guide.reply(turno, ranking)
    if drafted is not None:
        return drafted
    emergency = resolver.emergency(*turno.clauses, least=EMERGENCY_CLAUSE)
    if emergency:
        clauses = [resolver.ranking(clause, turno.stato) for clause in turno.clauses]
        decision = resolver.with_emergency(emergency, ranking, *clauses)
    else:
        if composer.calculation.asks_information(turno, ranking):
            heard = _without_calculations(heard)
        elif not resolver.emergency(heard):
            computed = composer.calculation.reply(turno, ranking)
            if computed is not None:
                return computed
        again = composer.opening.again(domanda, turno.stato.voce)
        if again:
            decision = Decision("answer", (again,))
        elif _WORD.search(turno.text):
            decision = resolver.decide(turno.text, heard, turno.stato, turno.joined)
            decision = _by_clauses(turno, _with_second_question(turno, decision, composer), composer)
        else:
            decision = Decision("lost")
    if composer.guide.wanted(heard.labels) or decision.kind == "guide":
        return composer.guide.start(ANY_PATH, turno, bozza=False)
    if decision.kind == "calculate":
        return composer.calculation.begin(decision.chiavi[0].split("/", 1)[1].partition(".")[0], turno)
    return _with_aspect(composer.compose(decision, turno.stato, turno.giorno, turno.numero, domanda), decision, heard, composer)


def _with_aspect(risposta: Risposta, decision: Decision, heard: Comprensione, composer: Composer) -> Risposta:
    """What was asked of a matter of other offices is remembered: "how much is a passport?", "and the criminal record then?"."""
    aspect, probability = heard.aspects[0] if heard.aspects else ("", 0.0)
    outside = decision.kind == "answer" and composer.resolver.is_outside(decision.chiavi[0])
    if not outside or probability < ASPECT_SURE or aspect not in composer.conoscenza.aspetti:
        return risposta
    return replace(risposta, stato=replace(risposta.stato, aspetto=aspect))


def _without_calculations(comprensione: Comprensione) -> Comprensione:
    """What was understood if nothing is to be computed: the other labels share the probability."""
    others = [(label, p) for label, p in comprensione.labels if not label.startswith(f"{CALCULATION}/")]
    total = sum(p for _, p in others) or 1.0
    return replace(comprensione, labels=[(label, p / total) for label, p in others])


def _by_clauses(turno: Turno, decision: Decision, composer: Composer) -> Decision:
    """Where the whole message is not clear, the first of its clauses that is: "how much is the certificate? I am in no hurry".

    A message that seems out of scope is not clear either while a topic is on the table: "may I come in the afternoon? I work".
    """
    topic = turno.stato.argomento
    outside = decision.kind == "answer" and bool(topic) and composer.resolver.is_outside(decision.chiavi[0])
    if len(turno.clauses) < 2 or not (outside or decision.kind in UNCLEAR):
        return decision
    for clause in turno.clauses:
        alone = composer.resolver.decide("", clause, turno.stato)
        clear = alone.kind in ("answer", "topic", "calculate") and not alone.alternative
        if clear and (not outside or topic_of(alone.chiavi[0]) == topic):
            return alone
    return decision


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
