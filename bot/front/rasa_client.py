"""The front's only neighbour: Rasa's REST channel on loopback."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import httpx

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
HEALTH_SECONDS = 2.0
UP, WITHOUT_MODEL, DOWN = "ok", "senza_modello", "giu"
SOURCE_MARK = "Fonte:"
ERASE_MARK = "cancella_conversazione"


class RasaUnavailable(Exception):
    """Rasa gave no usable answer; the log says why."""


@dataclass(frozen=True)
class Answer:
    """One message of the assistant: text, source, and buttons as (title, payload).

    cancellata: with it the assistant has deleted the conversation. dettagli: topic, entry, how the turn ended, how many messages
    in a row were not understood ("argomento", "voce", "esito", "gradino"; bot/channel.py).
    """

    testo: str
    fonte: str | None = None
    pulsanti: list[tuple[str, str]] = field(default_factory=list)
    cancellata: bool = False
    dettagli: dict[str, Any] = field(default_factory=dict)


def split_source(text: str) -> tuple[str, str | None]:
    """The text without its last line that begins with "Fonte:", and what that line says."""
    lines = text.strip().split("\n")
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].strip().startswith(SOURCE_MARK):
            source = lines.pop(index).strip()[len(SOURCE_MARK) :].strip()
            return "\n".join(lines).strip(), source or None
    return "\n".join(lines).strip(), None


def read_answers(body: Any) -> list[Answer]:
    """The answers in a reply of the REST channel. Raises RasaUnavailable when it is not one."""
    if not isinstance(body, list):
        raise RasaUnavailable("la risposta di Rasa non è un elenco")
    answers: list[Answer] = []
    erased = any(_erases(item) for item in body)
    for item in body:
        if _erases(item) and not item.get("text"):
            continue
        text = item.get("text") if isinstance(item, dict) else None
        buttons = (item.get("buttons") or []) if isinstance(item, dict) else []
        pairs = [(str(b["title"]), str(b["payload"])) for b in buttons if b.get("title") and b.get("payload")]
        if not text and not pairs:
            logger.warning("Rasa ha mandato un messaggio senza testo né pulsanti: non lo mostro")
            continue
        testo, fonte = split_source(str(text or ""))
        dettagli = item.get("metadata")
        answers.append(Answer(testo, fonte, pairs, erased, dettagli if isinstance(dettagli, dict) else {}))
    if not answers:
        raise RasaUnavailable("Rasa non ha risposto nulla")
    return answers


def _erases(item: Any) -> bool:
    """Whether a message carries the mark with which the assistant deletes the conversation (bot/tracker_store.py)."""
    custom = item.get("custom") if isinstance(item, dict) else None
    return isinstance(custom, dict) and custom.get(ERASE_MARK) is True


class RasaClient:
    """Asks Rasa. `transport` is for the tests."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=ANSWER_SECONDS,
            trust_env=False,  # a proxy of the environment must never see what people write
            transport=transport,
        )

    async def send(self, sender: str, message: str) -> list[Answer]:
        """What the assistant answers to a message of a session. Raises RasaUnavailable."""
        try:
            response = await self._http.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
            response.raise_for_status()
            return read_answers(response.json())
        except (httpx.HTTPError, ValueError, RasaUnavailable) as error:
            logger.error("Rasa non risponde: %s", _explain(error))
            raise RasaUnavailable(str(error)) from error

    async def health(self) -> str:
        """ "ok"; "senza_modello" when Rasa is up but has no model to answer with; "giu"."""
        try:
            response = await self._http.get("/webhooks/rest/", timeout=HEALTH_SECONDS)
            found = response.json() if response.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError):
            return DOWN
        status = found.get("status") if isinstance(found, dict) else None
        return status if status in (UP, WITHOUT_MODEL) else DOWN

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _explain(error: Exception) -> str:
    """What to log of an error: never what a person wrote (a JSON error quotes nothing, an HTTP one names the status)."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"stato {error.response.status_code}"
    return str(error) if isinstance(error, RasaUnavailable) else type(error).__name__
