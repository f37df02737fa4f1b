"""From what a system understood to the figures of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from .held_out import Judge, Question

THRESHOLDS = 100  # values tried when one is chosen


@dataclass(frozen=True)
class Guess:
    """What a system understood: labels, best first; how sure it is of the first; whether it says it has not understood."""

    labels: tuple[str, ...]
    confidence: float = 1.0
    lost: bool = False


System = Callable[[Sequence[str]], list[Guess]]


@dataclass(frozen=True)
class Scores:
    """Shares between 0 and 1; None where a figure has no meaning.

    top1, top3, topic, refused_wrongly: of the questions inside the scope; refused_rightly: of those outside.
    """

    top1: float
    top3: float
    topic: float | None
    refused_rightly: float | None
    refused_wrongly: float | None

    def as_dict(self) -> dict[str, float | None]:
        return {name: None if value is None else round(value, 4) for name, value in asdict(self).items()}


def share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def score(asked: Sequence[Question], guesses: Sequence[Guess], judge: Judge) -> Scores:
    """The figures of one system on those questions."""
    pairs = list(zip(asked, guesses, strict=True))
    inside = [(q, g) for q, g in pairs if judge.scope(q) == "dentro"]
    outside = [(q, g) for q, g in pairs if judge.scope(q) == "fuori"]
    return Scores(
        top1=share([_right(q, g, 1, judge) for q, g in inside]),
        top3=share([_right(q, g, 3, judge) for q, g in inside]),
        topic=share([bool(g.labels) and judge.right_topic(g.labels[0], q) for q, g in inside]),
        refused_rightly=share([_refuses(g, judge) for q, g in outside]),
        refused_wrongly=share([_refuses(g, judge) and not (_right(q, g, 1, judge) and not g.lost) for q, g in inside]),
    )


def _right(question: Question, guess: Guess, within: int, judge: Judge) -> bool:
    return any(judge.meets(label, question) for label in guess.labels[:within])


def _refuses(guess: Guess, judge: Judge) -> bool:
    return guess.lost or not guess.labels or judge.refuses(guess.labels[0])


def at_threshold(guesses: Sequence[Guess], threshold: float) -> list[Guess]:
    """The same guesses by a system that says it is lost below that confidence, and only then."""
    return [replace(g, lost=g.confidence < threshold) for g in guesses]


def best_threshold(asked: Sequence[Question], guesses: Sequence[Guess], judge: Judge) -> float:
    """The threshold with most questions dealt with: inside, answered rightly; outside, refused."""

    def dealt_with(threshold: float) -> int:
        return sum(
            _refuses(g, judge) if judge.scope(q) == "fuori" else not g.lost and _right(q, g, 1, judge)
            for q, g in zip(asked, at_threshold(guesses, threshold), strict=True)
            if judge.scope(q) != "emergenza"
        )

    return max(_candidates(guesses), key=dealt_with)


def threshold_refusing(asked: Sequence[Question], guesses: Sequence[Guess], judge: Judge, wrongly: float) -> float:
    """The highest threshold that refuses no more than that share of the questions inside."""
    found = {t: score(asked, at_threshold(guesses, t), judge).refused_wrongly or 0.0 for t in _candidates(guesses)}
    return max((t for t, refused in found.items() if refused <= wrongly), default=0.0)


def _candidates(guesses: Sequence[Guess]) -> list[float]:
    """Thresholds that leave ever more guesses under them."""
    ordered = sorted(g.confidence for g in guesses)
    return [ordered[len(ordered) * i // THRESHOLDS] for i in range(THRESHOLDS)]
