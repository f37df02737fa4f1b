"""The purge that really runs: at the start of the front and every few minutes, what is past its time is deleted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.background import in_background
from bot.front.config import FrontSettings
from bot.front.tracker import delete_idle
from bot.storage import bozze, colleghi, contatti, conversazioni, eventi, note, presenze, registro, telegram
from bot.storage.database import ArchivioNonDisponibile, wipe
from bot.storage.questions import purge_questions

logger = logging.getLogger(__name__)

EVERY_SECONDS = 300.0
STAFF_SESSION = timedelta(hours=8)
PRESENCE_KEPT = timedelta(days=1)  # the name of who had a conversation is still told while it is open
UPDATES_KEPT = timedelta(days=2)  # Telegram sends an update again for a day at most
COUNTS_KEPT = timedelta(days=3 * 366)  # the figures of three years, of nobody


class Purge:
    """Deletes expired drafts, conversations nobody goes on with, and old unanswered questions."""

    def __init__(self, settings: FrontSettings, clock: Callable[[], datetime], every: float = EVERY_SECONDS) -> None:
        self._settings = settings
        self._clock = clock
        self._every = every

    def once(self) -> None:
        """Delete what is past its time now. What cannot be deleted is logged, and left for the next time."""
        now, settings = self._clock(), self._settings
        talks = now - timedelta(days=settings.conversazioni_giorni)
        questions = now - timedelta(days=settings.domande_giorni)
        self._part("bozze", lambda: bozze.purge(now, url=settings.database_url))
        self._part("conversazioni", lambda: conversazioni.purge(talks, url=settings.database_url))
        self._part("note", lambda: note.purge(url=settings.database_url))
        left = now - timedelta(days=settings.contatti_giorni)
        self._part("domande lasciate all'ufficio", lambda: contatti.purge(left, url=settings.database_url))
        self._part("presenze", lambda: presenze.purge(now - PRESENCE_KEPT, url=settings.database_url))
        self._part("conteggi", lambda: eventi.purge(now - COUNTS_KEPT, url=settings.database_url))
        self._part("note di Telegram", lambda: telegram.purge(now - UPDATES_KEPT, url=settings.database_url))
        self._part("eventi di conversazioni", lambda: delete_idle(settings.tracker_db, talks))
        idle = timedelta(minutes=settings.sportello_minuti)
        self._part("sessioni del personale", lambda: colleghi.purge_sessions(now, idle, STAFF_SESSION, url=settings.database_url))
        acts = now - timedelta(days=settings.registro_giorni)
        self._part("registro del personale", lambda: registro.purge(acts, url=settings.database_url))
        self._part("domande", lambda: purge_questions(questions, settings.database_url))
        self._part("", lambda: wipe(settings.database_url))  # what an earlier deletion could not take out of the log

    def running(self) -> AbstractAsyncContextManager[None]:
        """Purges in the background for as long as the context lasts."""
        return in_background(self._forever)

    async def _forever(self) -> None:
        while True:
            await asyncio.to_thread(self.once)
            await asyncio.sleep(self._every)

    def _part(self, what: str, work: Callable[[], int | None]) -> None:
        try:
            deleted = work()
        except (SQLAlchemyError, ArchivioNonDisponibile) as error:
            logger.error("Pulizia non riuscita (%s): %s", what, type(error).__name__)
        except Exception as error:  # nothing may stop the next purge
            logger.error("Pulizia interrotta (%s): %s", what, type(error).__name__)
        else:
            if deleted:
                logger.info("Pulizia: %d %s", deleted, what)
