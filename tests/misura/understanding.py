"""Understanding, measured: the assistant, Rasa's default pipeline and full-text search on the same held-out questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.nlu.understanding import Example, Understanding
from knowledge import Conoscenza

from . import dialogue, search
from .dialogue import DialogueScores
from .held_out import Judge, Question, conversations, halves, questions, unseen
from .options import Options
from .rasa_models import Parsed, default_guesses, default_model, examples, own_guesses
from .running import say
from .scores import Guess, Scores, at_threshold, score, threshold_refusing
from .typos import with_typos

SWEPT = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
System = Callable[[Sequence[str]], list[Guess]]


@dataclass(frozen=True)
class Measured:
    """One system: its figures on the questions as written and with typing mistakes."""

    name: str
    clean: Scores
    typos: Scores

    def as_dict(self) -> dict[str, Any]:
        return {"nome": self.name, "scritte": self.clean.as_dict(), "con_errori": self.typos.as_dict()}


@dataclass(frozen=True)
class Understood:
    """Everything measured about understanding."""

    counts: dict[str, int]
    systems: list[Measured]
    replies: dict[str, DialogueScores]
    default_seconds: float
    in_documents: int
    sweeps: dict[str, list[dict[str, float | None]]]

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "systems": [system.as_dict() for system in self.systems],
            "replies": {name: scores.as_dict() for name, scores in self.replies.items()},
        }


def measure(model: Path, folder: Path, options: Options, conoscenza: Conoscenza) -> Understood:
    """Train what is compared, and ask everything of everyone."""
    judge = Judge(conoscenza)
    everything, known = questions(), examples()
    validation, test = (unseen(half, [e.text for e in known]) for half in halves(everything))
    mistaken = [_mistaken(q, options) for q in test]
    sweeps = {}

    def measured(name: str, system: System) -> Measured:
        say(f"interrogo: {name}…")
        both = [score(asked, system([q.text for q in asked]), judge) for asked in (test, mistaken)]
        return Measured(name, *both)

    ours = Parsed(model)
    systems = [measured("l'assistente", lambda texts: own_guesses(ours, texts))]
    of_ours = score(validation, own_guesses(ours, [q.text for q in validation]), judge)
    replies = _replies(ours, conoscenza, judge, test, mistaken)

    blind = _without_refusals(known, judge, options.seme)
    on_validation = blind([q.text for q in validation])
    threshold = threshold_refusing(validation, on_validation, judge, of_ours.refused_wrongly or 0.0)
    name = "  senza etichette di fuori ambito: solo una soglia"
    systems.append(measured(name, lambda texts: at_threshold(blind(texts), threshold)))
    sweeps[name.strip()] = _sweep(validation, on_validation, judge)

    default, seconds = default_model(folder / "di_serie", known, options.epoche_diet, options.seme)
    diet = Parsed(default)
    name = f"Rasa di serie (DIET, {options.epoche_diet} epoche)"
    systems.append(measured(name, lambda texts: default_guesses(diet, texts)))
    sweeps[name] = _sweep(validation, default_guesses(diet, [q.text for q in validation]), judge)

    index = search.answers(conoscenza)
    limit = search.threshold(index, validation, judge)
    systems.append(measured("ricerca nelle risposte (FTS5)", lambda texts: at_threshold([index.ask(t) for t in texts], limit)))
    pages = search.documents(conoscenza)
    (clean, number), (typos, _) = (search.score_documents(pages, asked, conoscenza, judge) for asked in (test, mistaken))
    systems.append(Measured("ricerca nei documenti (FTS5): sezione giusta", clean, typos))
    counts = {scope: sum(judge.scope(q) == scope for q in test) for scope in ("dentro", "fuori", "emergenza")}
    counts |= {"tutte": len(everything), "prova": len(test), "convalida": len(validation)}
    return Understood(counts, systems, replies, seconds, number, sweeps)


def _mistaken(question: Question, options: Options) -> Question:
    return replace(question, text=with_typos(question.text, options.lettere_per_errore, options.seme))


def _replies(
    ours: Parsed, conoscenza: Conoscenza, judge: Judge, test: Sequence[Question], mistaken: Sequence[Question]
) -> dict[str, DialogueScores]:
    """What people get in the end: single questions, and conversations by turn."""
    say("converso…")
    listener = dialogue.Listener(ours.parse, conoscenza, judge)
    found = {}
    for name, alone in (("domande", test), ("domande_con_errori", mistaken)):
        found[name] = dialogue.score(alone, [listener.converse([q])[0] for q in alone], judge)
    played = [(c.turns, listener.converse(c.turns)) for c in conversations()]
    for name, part in (("conversazioni_primi", slice(0, 1)), ("conversazioni_seguenti", slice(1, None))):
        turns = [q for asked, _ in played for q in asked[part]]
        found[name] = dialogue.score(turns, [o for _, outcomes in played for o in outcomes[part]], judge)
    return found


def _without_refusals(known: Sequence[Example], judge: Judge, seed: int) -> System:
    """Our classifier trained without what lies outside the scope: only how sure it is can tell that a question does."""
    say("addestro il nostro classificatore senza le etichette di fuori ambito…")
    understanding = Understanding.train([e for e in known if not judge.refuses(e.label)], seed)

    def ask(texts: Sequence[str]) -> list[Guess]:
        rankings = [understanding.understand([text])[0].labels for text in texts]
        return [Guess(tuple(label for label, _ in ranking), ranking[0][1]) for ranking in rankings]

    return ask


def _sweep(asked: Sequence[Question], guesses: Sequence[Guess], judge: Judge) -> list[dict[str, float | None]]:
    """What each threshold alone would do: questions outside refused, questions inside refused."""
    rows = []
    for threshold in SWEPT:
        found = score(asked, at_threshold(guesses, threshold), judge)
        rows.append({"soglia": threshold, "fuori": found.refused_rightly, "dentro": found.refused_wrongly})
    return rows
