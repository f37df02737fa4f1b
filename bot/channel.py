"""Rasa's REST channel with the manners of a public office: no silence when something breaks, no user text in the logs."""

from __future__ import annotations

import logging
import re
from asyncio import CancelledError
from typing import Any, Awaitable, Callable, Dict, List, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue.composer import desk_message
from bot.dialogue.state import METADATA_KEY, READINGS_KEY
from bot.known import conoscenza_in_use
from bot.storage.eventi import PRESENTAZIONE

logger = logging.getLogger(__name__)

_COMMAND = re.compile(r'/(restart|scegli\{"voce": ?"[a-z0-9_.]{1,90}"\})')  # nothing else: Rasa logs what it cannot parse
PUBLIC_RECORD = ("argomento", "voce", "esito", "gradino")
READY = "pronta"  # the phase of a draft that has its request
MAX_CHARACTERS = 2000  # the front stops at 1,000; here only an honest limit against abuse of the loopback channel


def as_text(text: str) -> str:
    """The message without the slash that would make it an intent, unless it is a button's payload or /restart.

    Rasa lets anyone type "/intent{...}" and forge what was said; and it writes to the log what it cannot parse.
    """
    stripped = text.encode("utf-8", "replace").decode("utf-8").strip()  # JSON can carry half of a character
    return stripped if _COMMAND.fullmatch(stripped) else stripped.lstrip("/ ")


def readiness(agent: Any) -> str:
    """What the health check says of Rasa's agent: "ok", or "senza_modello" when its model did not load and nothing can answer."""
    return "ok" if agent is not None and agent.is_ready() else "senza_modello"


class Collector(CollectingOutputChannel):
    """Collects the messages with what the front may know of them: the topic, the entry answered, how the turn ended.

    For a colleague (bot/nlg.py) also the readings of the question, best first.
    """

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Collect a message of the assistant."""
        already = len(self.messages)
        await super().send_response(recipient_id, message)
        record = message.get(METADATA_KEY)  # Rasa lays the metadata of an utterance among its own keys
        made: List[Dict[Text, Any]] = self.messages[already:]
        if record and made:
            for notice in made[:-1]:  # the parts before the last one are the notice of the first message
                notice["metadata"] = {"esito": PRESENTAZIONE}
            told = {name: record.get(name) for name in PUBLIC_RECORD}
            told.update(done_with(record, str(message.get("text") or "")))
            if READINGS_KEY in message:
                told[READINGS_KEY] = message[READINGS_KEY]
            made[-1]["metadata"] = told


def done_with(record: Dict[Text, Any], text: Text) -> Dict[Text, Any]:
    """What a reply has brought to its end, for the office's figures: {"calcolo": id} or {"bozza": form}; else nothing."""
    conto, compilazione = record.get("conto") or {}, record.get("compilazione") or {}
    if record.get("esito") == "calcolo" and conto and not conto.get("chiesto"):
        return {"calcolo": conto["id"]}
    if record.get("esito") == "bozza" and compilazione.get("fase") == READY and "/bozze/" in text:  # the address is told once
        return {"bozza": compilazione["codice"]}
    return {}


class RestChannel(RestInput):
    """POST /webhooks/rest/webhook {"sender", "message"}, as in Rasa; a fault inside answers with the desk's contacts."""

    @classmethod
    def name(cls) -> Text:
        """The path of the webhook, as in Rasa."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Any) -> InputChannel:
        """The channel; it needs no credentials."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook and its health check."""
        webhook = Blueprint("rest_webhook", __name__)
        failure = desk_message(conoscenza_in_use())

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": readiness(getattr(request.app.ctx, "agent", None))})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body: Dict[str, Any] = request.json if isinstance(request.json, dict) else {}
            sender, text = body.get("sender"), body.get("message")
            if not isinstance(sender, str) or not sender or not isinstance(text, str):
                return response.json({"errore": "servono «sender» e «message», tutti e due testi"}, status=400)
            collector = Collector()
            message = UserMessage(
                as_text(text)[:MAX_CHARACTERS], collector, sender, input_channel=self.name(), metadata=body.get("metadata")
            )
            try:
                await on_new_message(message)
            except CancelledError:
                logger.error("Messaggio non elaborato in tempo (canale rest)")
            except Exception as error:  # whatever broke, the person gets an answer and the log gets no text of theirs
                logger.error("Errore nell'elaborare un messaggio: %s", type(error).__name__, exc_info=error)
            if not collector.messages:
                collector.messages.append({"recipient_id": sender, "text": failure})
            return response.json(collector.messages)

        return webhook
