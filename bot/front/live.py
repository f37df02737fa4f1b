"""The office and the knowledge of the moment: the site goes on while the staff change what it says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, cast

from bot import active
from bot.background import in_background
from bot.front.office import Office, load_office, office_of
from bot.known import load_in_use
from knowledge import Conoscenza, KnowledgeError
from knowledge.loader import FOLDER

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0


class _Current:
    """Stands for an object that is replaced now and then: whatever is asked of it is asked of the one of the moment."""

    def __init__(self, current: Callable[[], Any]) -> None:
        self._current = current

    def __getattr__(self, name: str) -> Any:
        return getattr(self._current(), name)


class LiveOffice:
    """What is live in a data folder, loaded anew when that changes.

    office, conoscenza: to be kept by whoever needs them, they always speak of what is live. conoscenza is None, for good, if
    the knowledge did not load at the start.
    """

    def __init__(self, data: Path, folder: Path = FOLDER, every: float = EVERY_SECONDS) -> None:
        self._data, self._folder, self._every = data, folder, every
        self._stamp = active.stamp(data)
        self._office, self._known = self._load()
        self.office = cast(Office, _Current(lambda: self._office))
        self.conoscenza = cast(Conoscenza, _Current(lambda: self._known)) if self._known is not None else None

    def _load(self) -> tuple[Office, Conoscenza | None]:
        try:
            known = load_in_use(self._data, self._folder).conoscenza
            return office_of(known), known
        except KnowledgeError:
            return load_office(self._folder)  # without a knowledge there are still the contacts

    def refresh(self) -> bool:
        """Load what is live if it has changed (two seconds of work, not for an event loop); whether it had."""
        stamp = active.stamp(self._data)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        office, known = self._load()
        if known is None and self._known is not None:
            logger.error("La conoscenza nuova non si può usare: il sito resta a quella di prima.")
            return False
        self._office, self._known = office, known
        return True

    def running(self) -> AbstractAsyncContextManager[None]:
        """Keeps it up to date for as long as the context lasts."""
        return in_background(self._forever)

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await asyncio.to_thread(self.refresh)
            except Exception as error:  # whatever it is, the site goes on with what it knows
                logger.error("La conoscenza non si è potuta rileggere: %s", type(error).__name__)
