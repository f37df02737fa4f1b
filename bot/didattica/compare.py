"""Two models side by side: which conversations got better or worse, and whether what was taught is answered as wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.nlu.labels import topic_of
from bot.prove.cases import Caso, Reply, Say, hold
from bot.prove.patterns import Patterns
from knowledge import Conoscenza, Overlay
from knowledge.models_cambiamenti import DomandeAggiunte, VoceAggiunta

MOST_TAUGHT = 400  # the newest ones


@dataclass(frozen=True)
class Insegnata:
    """A question that was taught, and the entry or topic that should answer it."""

    domanda: str
    voce: str


@dataclass
class Risultato:
    """What a model did: the faults of each conversation by name, and the entry that answered each taught question."""

    conversazioni: dict[str, list[str]] = field(default_factory=dict)
    risposte: dict[str, str] = field(default_factory=dict)
    riuscite: set[str] = field(default_factory=set)


def taught_questions(overlay: Overlay) -> list[Insegnata]:
    """All questions that hold in a version, oldest first."""
    found: list[Insegnata] = []
    for change in overlay.changes:
        if isinstance(change, DomandeAggiunte):
            found += [Insegnata(question, change.voce) for question in change.domande]
        elif isinstance(change, VoceAggiunta):
            key = f"{change.argomento}.{change.voce.get('id')}"
            found += [Insegnata(question, key) for question in change.voce.get("domande", [])]
    return found[-MOST_TAUGHT:]


def examine(
    begin: Callable[[], Say],
    cases: Sequence[Caso],
    taught: Sequence[Insegnata],
    conoscenza: Conoscenza,
    patterns: Patterns,
    told: Callable[[float], None] = lambda share: None,
) -> Risultato:
    """Hold all conversations, and put each taught question in a conversation of its own. told: how much is done, 0 to 1."""
    result, total = Risultato(), max(len(cases) + len(taught), 1)
    for number, caso in enumerate(cases):
        result.conversazioni[caso.nome] = hold(caso, begin(), patterns)
        told((number + 1) / total)
    for number, question in enumerate(taught):
        reply = begin()(question.domanda)
        result.risposte[question.domanda] = reply.voce
        if answers_as_wanted(reply, question.voce, conoscenza):
            result.riuscite.add(question.domanda)
        told((len(cases) + number + 1) / total)
    return result


def answers_as_wanted(reply: Reply, voce: str, conoscenza: Conoscenza) -> bool:
    """Whether the entry answered; for a topic, whether anything of it did."""
    if "." not in voce:
        return topic_of(reply.voce) == voce
    return reply.voce == voce or (voce in conoscenza.testi and conoscenza.testo(voce) in reply.text)


def compared(before: Risultato | None, after: Risultato, taught: Sequence[Insegnata]) -> dict[str, Any]:
    """The comparison, ready for the database and for a page.

    {"prove": n, "superate_prima": n | None, "superate": n, "uguali": n, "peggiorate": [{"nome", "che_cosa"}],
    "migliorate": [{"nome"}], "ancora_no": [{"nome", "che_cosa"}], "riuscite": n,
    "insegnate": [{"domanda", "voce", "prima", "dopo", "riuscita"}]}.
    Without a "before" there is no better or worse: what fails is "ancora_no".
    """
    worse, better, still = [], [], []
    for name, faults in after.conversazioni.items():
        failed_before = bool(before.conversazioni.get(name)) if before else True
        if faults and not failed_before:
            worse.append({"nome": name, "che_cosa": faults})
        elif faults:
            still.append({"nome": name, "che_cosa": faults})
        elif failed_before and before:
            better.append({"nome": name})
    rows = [
        {
            "domanda": question.domanda,
            "voce": question.voce,
            "prima": before.risposte.get(question.domanda, "") if before else "",
            "dopo": after.risposte.get(question.domanda, ""),
            "riuscita": question.domanda in after.riuscite,
        }
        for question in taught
    ]
    return {
        "prove": len(after.conversazioni),
        "superate_prima": _passed(before) if before else None,
        "superate": _passed(after),
        "uguali": len(after.conversazioni) - len(worse) - len(better),
        "peggiorate": worse,
        "migliorate": better,
        "ancora_no": still,
        "insegnate": rows,
        "riuscite": sum(row["riuscita"] is True for row in rows),
    }


def _passed(result: Risultato) -> int:
    return sum(not faults for faults in result.conversazioni.values())
