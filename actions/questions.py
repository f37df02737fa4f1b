"""Keeping the questions that found no answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.dialogue.state import METADATA_KEY
from bot.storage.questions import record_unanswered

logger = logging.getLogger(__name__)


class ActionRegistraDomanda(Action):
    """Stores the last message for the staff when the reply to it was that it had not been understood."""

    def name(self) -> Text:
        """The name in domain.yml."""
        return "action_registra_domanda"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> List[Dict[Text, Any]]:
        """No events: a failure to store is logged and never disturbs the conversation."""
        last_reply = next((e for e in reversed(tracker.events) if e.get("event") == "bot"), None) or {}
        record = (last_reply.get("metadata") or {}).get(METADATA_KEY) or {}
        text = tracker.latest_message.get("text") or ""
        if record.get("esito") == "non_capito" and text.strip():
            try:
                await asyncio.to_thread(record_unanswered, text, tracker.get_latest_input_channel() or "rest")
            except Exception as error:  # the person has been answered already
                logger.error("Domanda non registrata: %s", type(error).__name__)
        return []
