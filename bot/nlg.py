"""Rasa's natural-language generator: turns the tracker into the question of a turn and the reply into a bot utterance.

It runs inside Rasa's own process, so that a knowledge answer needs no trip to the action server (docs/architettura.md).
"""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional, Text
from zoneinfo import ZoneInfo

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.composer import Composer, phrases_of
from bot.dialogue.state import METADATA_KEY, READINGS_KEY, Stato
from bot.dialogue.turn import Turno, reply_to
from bot.known import conoscenza_in_use
from bot.nlu import runtime
from bot.nlu.understanding import Comprensione

logger = logging.getLogger(__name__)

ROME = ZoneInfo("Europe/Rome")
UNDERSTANDING_KEY = "comprensione"
STAFF = "int:"  # how the ids of the conversations of colleagues begin; the front alone gives ids out
READINGS = 6
PRESENTED = "tg:"  # senders to whom the channel has said already that a program answers (bot/telegram/texts.py)
LEANS_ON_PREVIOUS = 0.3  # how elliptical a message must be to be read together with the one before


def last_record(tracker: DialogueStateTracker) -> Optional[Stato]:
    """The record of the assistant's last reply of this session; None before the first one."""
    for event in reversed(tracker.applied_events()):
        if isinstance(event, BotUttered) and METADATA_KEY in event.metadata:
            return Stato.from_dict(event.metadata[METADATA_KEY])
    return None


def _previous_text(tracker: DialogueStateTracker) -> str:
    """What the person wrote before the latest message, "" if nothing or a button."""
    said = [e.text for e in tracker.applied_events() if isinstance(e, UserUttered) and e.text]
    return said[-2] if len(said) > 1 and not said[-2].startswith("/") else ""


def _joined(
    tracker: DialogueStateTracker, text: str, comprensione: Optional[Comprensione], stato: Optional[Stato]
) -> Optional[Comprensione]:
    """What this message means after the last one that made sense alone, when it leans on it ("and how do I know?")."""
    understanding = runtime.current()
    if understanding is None or comprensione is None or stato is None or not (stato.argomento or stato.esito == "risposta"):
        return None
    if comprensione.elliptical < LEANS_ON_PREVIOUS:
        return None
    said = [e for e in tracker.applied_events() if isinstance(e, UserUttered) and e.text and not e.text.startswith("/")][:-1]
    complete = [e.text for e in said if (e.parse_data.get(UNDERSTANDING_KEY) or {}).get("elliptical", 1.0) < LEANS_ON_PREVIOUS]
    return understanding.understand([f"{complete[-1]} {text}"])[0] if complete else None


class KnowledgeGenerator(TemplatedNaturalLanguageGenerator):
    """Answers from the knowledge (`utter_risposta`) and from the responses of domain.yml.

    It descends from Rasa's templated generator because Rasa hands the domain's responses only to that kind, by setting
    `responses` each time a model is loaded; a generator of another kind is built before any domain is known.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        self.conoscenza = conoscenza_in_use()
        self.composer = Composer(self.conoscenza, {})
        super().__init__(domain.responses if domain else {})

    @property
    def responses(self) -> Dict[Text, List[Dict[Text, Any]]]:
        """The responses of the domain of the loaded model."""
        return self._responses

    @responses.setter
    def responses(self, responses: Dict[Text, List[Dict[Text, Any]]]) -> None:
        self._responses = responses
        self.composer.phrases = phrases_of(responses)

    async def generate(
        self, utter_action: Text, tracker: DialogueStateTracker, output_channel: Text, **kwargs: Any
    ) -> Optional[Dict[Text, Any]]:
        """The bot utterance for an action: text, buttons, and the record of the reply in the metadata."""
        stato = last_record(tracker)
        if utter_action != "utter_risposta":
            if utter_action not in self.composer.phrases:
                return None
            return {"text": self.composer.phrase(utter_action[len("utter_") :]), METADATA_KEY: (stato or Stato()).as_dict()}
        turno = self._turn(tracker, stato)
        risposta = reply_to(turno, self.composer)
        message = risposta.as_message()
        if tracker.sender_id.startswith(STAFF) and turno.comprensione is not None:
            ranking = self.composer.resolver.ranking(turno.comprensione, turno.stato, turno.joined)
            message[READINGS_KEY] = [[label, round(p, 4)] for label, p in ranking[:READINGS]]
        if stato is None and not tracker.sender_id.startswith(PRESENTED):
            message["text"] = self.conoscenza.profilo.avviso_automatico + "\n\n" + message["text"]
        return message

    def _turn(self, tracker: DialogueStateTracker, stato: Optional[Stato]) -> Turno:
        latest = tracker.latest_message
        parse: Dict[str, Any] = (latest.parse_data if latest else None) or {}
        understood = parse.get(UNDERSTANDING_KEY)
        chosen = next((str(e["value"]) for e in parse.get("entities") or [] if e.get("entity") == "voce"), None)
        text = (latest.text if latest else "") or ""
        comprensione = Comprensione.from_dict(understood) if understood else None
        return Turno(
            text=text,
            comprensione=comprensione,
            joined=_joined(tracker, text, comprensione, stato),
            clauses=[Comprensione.from_dict(c) for c in (understood or {}).get("clauses", [])],
            language=(understood or {}).get("language", "it"),
            scelta=chosen if (latest and latest.intent.get("name") == "scegli") else None,
            stato=stato or Stato(),
            giorno=datetime.now(ROME).date(),
            adesso=datetime.now(timezone.utc),
            conversazione=tracker.sender_id,
            previous=_previous_text(tracker),
            numero=sum(isinstance(e, BotUttered) for e in tracker.applied_events()),
        )
