"""What the pages of the desk work with, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.front.config import FrontSettings
from bot.front.conversations import Conversations
from bot.staff.search import Index
from bot.staff.sheets import sheets
from bot.storage import registro
from knowledge import Conoscenza, KnowledgeError

ROME = ZoneInfo("Europe/Rome")


@dataclass(frozen=True)
class Desk:
    """Settings, clock, the assistant's conversations, and the knowledge as it is now (it changes when the staff teach)."""

    settings: FrontSettings
    clock: Callable[[], datetime]
    conversations: Conversations
    known: Callable[[], Conoscenza | None]

    @property
    def url(self) -> str:
        """The database."""
        return self.settings.database_url

    def knowledge(self) -> Conoscenza:
        """The knowledge as it is now. Raises KnowledgeError while there is none that loads."""
        found = self.known()
        if found is None:
            raise KnowledgeError([])
        return found

    @property
    def today(self) -> date:
        """Today, here."""
        return self.clock().astimezone(ROME).date()

    @property
    def index(self) -> Index:
        """The search index of the knowledge as it is now."""
        return _index(_Same(self.knowledge()))

    def log(self, collega: str, azione: str, oggetto: str = "") -> None:
        """Keep who did what (to be called off the event loop). Raises ArchivioNonDisponibile."""
        registro.record(collega, azione, oggetto, self.clock(), url=self.url)


class _Same:
    """A knowledge as a key: equal to the same load of it only (what we hold may stand for one load after another)."""

    def __init__(self, conoscenza: Conoscenza) -> None:
        self.conoscenza = conoscenza
        self._load = conoscenza.argomenti

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._load is self._load

    def __hash__(self) -> int:
        return id(self._load)


@lru_cache(maxsize=1)
def _index(same: _Same) -> Index:
    return Index(sheets(same.conoscenza))
