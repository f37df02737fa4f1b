"""Messages as the dialogue receives them, made by hand: what was understood, with the probabilities a test wants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.composer import Composer
from bot.dialogue.reply import Risposta
from bot.dialogue.state import Opzione, Stato
from bot.dialogue.turn import Turno, reply_to
from bot.nlu.labels import aspect_of, topic_of
from bot.nlu.understanding import Comprensione

DAY = date(2024, 5, 6)  # before any notice
MORNING = datetime(2024, 5, 6, 10, 0, tzinfo=ZoneInfo("Europe/Rome"))  # all offices are open
CERTAIN = 0.95


def heard(probabilities: Mapping[str, float], elliptical: float = 0.0) -> Comprensione:
    """What was understood, as the classifier would say it if it gave these labels these probabilities."""
    by_topic: dict[str, float] = defaultdict(float)
    by_aspect: dict[str, float] = defaultdict(float)
    for label, probability in probabilities.items():
        by_topic[topic_of(label)] += probability
        by_aspect[aspect_of(label)] += probability

    def best(ranking: Mapping[str, float]) -> list[tuple[str, float]]:
        return sorted(ranking.items(), key=lambda pair: -pair[1])

    given = {label: p / (by_topic[topic_of(label)] or 1.0) for label, p in probabilities.items()}
    return Comprensione(best(probabilities), given, best(by_topic), best(by_aspect), elliptical)


def sure(label: str, elliptical: float = 0.0) -> Comprensione:
    return heard({label: CERTAIN}, elliptical)


NOTHING = heard({f"{topic}": 0.01 for topic in ("saluto", "congedo", "privacy")})


class Person:
    """Somebody who talks with the assistant: keeps the record of the last reply, and counts the turns."""

    def __init__(self, composer: Composer, stato: Stato | None = None, giorno: date = DAY, adesso: datetime = MORNING) -> None:
        self.composer, self.stato, self.giorno, self.adesso, self.turns = composer, stato or Stato(), giorno, adesso, 0

    def _receive(self, text: str, comprensione: Comprensione | None, **more: Any) -> Risposta:
        turno = Turno(text, comprensione, self.stato, self.giorno, numero=self.turns, **{"adesso": self.adesso, **more})
        risposta = reply_to(turno, self.composer)
        self.turns += 1
        # the record goes through the tracker's JSON
        self.stato = Stato.from_dict(risposta.stato.as_dict())
        return risposta

    def says(self, text: str, understood: Comprensione | str = NOTHING, **more: Any) -> Risposta:
        comprensione = sure(understood) if isinstance(understood, str) else understood
        return self._receive(text, comprensione, **more)

    def presses(self, button: Opzione | str) -> Risposta:
        chiave = button if isinstance(button, str) else button.chiave
        return self._receive(f"/scegli{{...{chiave}}}", None, scelta=chiave)
