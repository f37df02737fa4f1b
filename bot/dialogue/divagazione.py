"""In the middle of a draft: is a message about something else? An emergency, a question, another service, a word of courtesy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, Sequence, Tuple

from bot.dialogue.domande import QUESTION
from bot.dialogue.resolver import EMERGENCY_CLAUSE
from bot.dialogue.state import Compilazione
from bot.nlu.labels import ANY_PATH, CALCULATION, DRAFT

if TYPE_CHECKING:
    from bot.dialogue.composer import Composer
    from bot.dialogue.turn import Turno

SURELY = 0.85  # probability of "draft it" from which it counts whatever the aspect
DIGRESSION = 0.6  # probability from which a question about something else is answered while data are asked
ASPECT = 0.35  # probability of "to have drafted", of any service, below which a message rather asks about a request
ACTED = 0.5  # probability from which a confirmation, a refusal, a deletion are taken as such
# acts of conversation that are answered while data are asked, if nothing else is read in them
SOCIAL = frozenset(
    {
        "saluto",
        "congedo",
        "ringraziamento",
        "scuse",
        "insulto",
        "non_aiuta",
        "sei_una_persona",
        "cosa_sai_fare",
        "operatore",
        "privacy",
        "lingua",
        "ricomincia",
    }
)
_RATHER = re.compile(r"\bin realta\b|\binvece\b|\bpiuttosto\b|\bho sbagliato\b|^\W*(?:anzi|no)\b")


class Digressions:
    """What a message says besides the data of a draft. Made by Drafts (bozza.py)."""

    def __init__(self, composer: "Composer"):
        self._composer = composer
        self._conoscenza = composer.conoscenza

    def wish(self, turno: "Turno") -> Tuple[str, float]:
        """The path to the draft that a message asks for, "" if it names none, and how probable it is that it asks for one."""
        if turno.comprensione is None:
            return "", 0.0
        sums: Dict[str, float] = {}
        for label, p in turno.comprensione.labels:
            if label.startswith(f"{DRAFT}/"):
                sums[label.split("/", 1)[1]] = sums.get(label.split("/", 1)[1], 0.0) + p
        aspect = dict(turno.comprensione.aspects).get(DRAFT, 0.0)
        path = max(sums, key=lambda name: sums[name]) if sums else ""
        total = sum(sums.values())
        doubtful = aspect < ASPECT and total < SURELY and path != ANY_PATH
        return path, min(total, aspect) if doubtful or not sums else max(total, aspect)

    def about(self, ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message is about something of the knowledge."""
        return sum(p for label, p in ranking[:3] if self._conoscenza.voce(label) is not None) >= DIGRESSION

    def elsewhere(self, turno: "Turno") -> bool:
        """Whether a message calls for help, for a computation or for another draft."""
        path, probability = self.wish(turno)
        labels = turno.comprensione.labels if turno.comprensione else []
        computation = sum(p for label, p in labels if label.startswith(f"{CALCULATION}/"))
        wished = (path != ANY_PATH and probability >= DIGRESSION) or computation >= DIGRESSION
        return wished or bool(self.emergency(turno))

    def emergency(self, turno: "Turno") -> str:
        """The emergency that a message is about, "" if it is about none."""
        resolver = self._composer.resolver
        whole = [turno.comprensione] if turno.comprensione else []
        return resolver.emergency(*whole) or resolver.emergency(*turno.clauses, least=EMERGENCY_CLAUSE)

    def help(self, turno: "Turno") -> str:
        """Whom to call, where what is told calls for help, even if it is a datum too; "" where it does not."""
        emergency = self.emergency(turno)
        return self._composer.answer((emergency,), turno.stato, turno.giorno).testo if emergency else ""

    def digresses(self, prepared: str, ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message that gives none of the data asked for asks something of the knowledge."""
        return bool(QUESTION.search(prepared)) and self.about(ranking)

    def social(self, ranking: Sequence[Tuple[str, float]]) -> bool:
        """Whether a message is an act of conversation."""
        return bool(ranking) and ranking[0][0] in SOCIAL and ranking[0][1] >= DIGRESSION

    def another(self, stato: Compilazione, prepared: str, turno: "Turno") -> str:
        """The path of another service that the person would rather ask for: "no, it is the pending charges that I need"."""
        topics = turno.comprensione.topics if turno.comprensione else []
        if not _RATHER.search(prepared) or not topics or topics[0][1] < ACTED:
            return ""
        path = self._composer.guide.path_for(topics[0][0])
        modulo = self._conoscenza.moduli.get(stato.codice)
        return "" if modulo is None or topics[0][0] in modulo.servizi else path
