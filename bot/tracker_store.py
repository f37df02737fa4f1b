"""Where Rasa keeps conversations: its own SQL store, which also deletes a conversation when the assistant says it has.

A message of the assistant that carries MARK, in its metadata or in its `custom` part, ends the conversation: instead of being
saved, everything of that sender is deleted, and the next message is a first contact. The `custom` part travels to the front too,
which then forgets what it remembers of the session (bot/front/rasa_client.py); metadata stay inside Rasa.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Dict, Optional, Set, Text

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import delete, event, insert
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)

MARK = "cancella_conversazione"


def asks_erasure(tracker: DialogueStateTracker) -> bool:
    """Whether a reply to the latest message says that the conversation is deleted."""
    for said in reversed(tracker.events):
        if isinstance(said, UserUttered):
            return False
        if isinstance(said, BotUttered) and (_marked(said.metadata) or _marked((said.data or {}).get("custom"))):
            return True
    return False


def _marked(part: Any) -> bool:
    return isinstance(part, dict) and part.get(MARK) is True


def _overwrite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")


class ErasingTrackerStore(SQLTrackerStore):
    """Rasa's SQL store, with its settings, and deletion."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owed: Set[Text] = set()  # senders whose deletion was promised and could not be done yet
        self.engine.hide_parameters = True  # Rasa logs the errors of the database, which would quote what people wrote
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _overwrite)
            self.engine.dispose()  # the connection that made the tables does not overwrite

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the new events, or delete the conversation when its last reply says so. Raises SQLAlchemyError.

        A deletion that fails raises nothing, because Rasa would then keep the conversation in memory: it is logged, done again
        at the next message, and until then nothing of the conversation is given out.
        """
        sender = tracker.sender_id
        if not any(isinstance(said, UserUttered) for said in tracker.events):
            return  # Rasa saves a conversation as soon as it makes it: one in which nobody has spoken is not worth a transaction
        if asks_erasure(tracker):
            self._owed.add(sender)
        if sender not in self._owed:
            await self._store(tracker)
            return
        try:
            self._erase(sender)
        except SQLAlchemyError as error:
            logger.error("Conversazione non ancora cancellata: %s", type(error).__name__)
            return
        if not asks_erasure(tracker):
            await self._store(tracker)

    async def _store(self, tracker: DialogueStateTracker) -> None:
        """What Rasa's own `save` does, in one statement instead of one object and one statement for each event."""
        await self.stream_events(tracker)
        with self.session_scope() as session:
            rows = [self._row(tracker.sender_id, event.as_dict()) for event in self._additional_events(session, tracker)]
            if rows:
                session.execute(insert(self.SQLEvent.__table__), rows)
                session.commit()

    @staticmethod
    def _row(sender: Text, data: Dict[Text, Any]) -> Dict[Text, Any]:
        intent = (data.get("parse_data") or {}).get("intent") or {}
        return {
            "sender_id": sender,
            "type_name": data["event"],
            "timestamp": data.get("timestamp"),
            "intent_name": intent.get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }

    async def _retrieve(self, sender_id: Text, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        if sender_id in self._owed:
            try:
                self._erase(sender_id)
            except SQLAlchemyError as error:
                logger.error("Conversazione non ancora cancellata: %s", type(error).__name__)
                return None
        return await super()._retrieve(sender_id, fetch_events_from_all_sessions)

    def _erase(self, sender: Text) -> None:
        with self.session_scope() as session:
            statement = delete(self.SQLEvent).where(self.SQLEvent.sender_id == sender)
            session.execute(statement.execution_options(synchronize_session=False))
            session.commit()
        self._owed.discard(sender)
