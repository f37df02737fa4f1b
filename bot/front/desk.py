"""What the site says of the office today: whether the desk is open, when it opens again, the notices in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional
from zoneinfo import ZoneInfo

from bot import sportello
from bot.front.markdown import to_html
from knowledge import Conoscenza

ROME = ZoneInfo("Europe/Rome")


@dataclass(frozen=True)
class Today:
    """aperto: None when nobody knows. apertura: the same as a sentence. avvisi: title, text, HTML and days of each notice."""

    aperto: Optional[bool]
    apertura: str
    avvisi: list[dict[str, Any]]


class Desk:
    """Asks the calendar of the knowledge it is given; without one (it does not load) it knows nothing, and says nothing wrong."""

    def __init__(self, clock: Callable[[], datetime], knowledge: Callable[[], Optional[Conoscenza]]) -> None:
        self._clock = clock
        self._knowledge = knowledge

    def today(self) -> Today:
        """What is true now."""
        known, now = self._knowledge(), self._clock()
        if known is None:
            return Today(None, "", [])
        notices = sportello.avvisi_del_sito(known, now.astimezone(ROME).date())
        return Today(sportello.apertura(known, now).aperto, sportello.frase(known, now), [_record(n) for n in notices])


def _record(notice: sportello.AvvisoSito) -> dict[str, Any]:
    return {
        "titolo": notice.titolo,
        "testo": notice.testo,
        "html": to_html(notice.testo),
        "dal": notice.dal.isoformat(),
        "al": notice.al.isoformat() if notice.al else None,
    }
