"""The reply of the assistant, before any channel gives it a form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple

from bot.dialogue.state import METADATA_KEY, Opzione, Stato

CHOOSE_INTENT = "scegli"
ERASE_MARK = "cancella_conversazione"


def payload(chiave: str) -> str:
    """What a button sends back: Rasa's own notation for an intent with an entity."""
    return f"/{CHOOSE_INTENT}{json.dumps({'voce': chiave}, ensure_ascii=False)}"


@dataclass(frozen=True)
class Risposta:
    """Text, buttons and the record to remember.

    cancella: everything of the conversation is to be deleted after it. conclusa: it ends what was being asked, which is not asked
    again.
    """

    testo: str
    opzioni: Tuple[Opzione, ...] = ()
    stato: Stato = field(default_factory=Stato)
    cancella: bool = False
    conclusa: bool = False

    def as_message(self) -> Dict[str, Any]:
        """The dictionary that Rasa's channels and tracker expect of a generator."""
        message: Dict[str, Any] = {"text": self.testo, METADATA_KEY: self.stato.as_dict()}
        if self.opzioni:
            buttons: List[Dict[str, str]] = [{"title": o.titolo, "payload": payload(o.chiave)} for o in self.opzioni]
            message["buttons"] = buttons
        if self.cancella:  # read by bot/tracker_store.py and by the front
            message["custom"] = {ERASE_MARK: True}
        return message
