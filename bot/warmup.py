"""The first answers of a fresh Rasa are slow: ask until they are quick, so that nobody has to wait for them."""

from __future__ import annotations

import time
import uuid
from itertools import cycle

import httpx

QUICK_SECONDS = 0.3
MOST_QUESTIONS = 20
QUESTIONS = (
    "Come si richiede il certificato del casellario giudiziale?",
    "Quanto costa il certificato dei carichi pendenti?",
    "A che ora è aperto lo sportello?",
    "Quale modulo serve per la copia degli atti?",
    "Devo legalizzare un documento per l'estero, dove vado?",
)


def answers_questions(webhook: str) -> bool:
    """Whether Rasa has a model and the knowledge, not only an open port: a Rasa without a model answers too, that it cannot."""
    try:
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            replies = client.post(webhook, json={"sender": f"riscaldamento-{uuid.uuid4()}", "message": QUESTIONS[0]}).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(replies, list) and any(isinstance(r, dict) and (r.get("metadata") or {}).get("esito") for r in replies)


def warm_up(webhook: str) -> float:
    """Ask the questions, at least once each, until an answer is quick; returns the seconds of the last answer."""
    sender = f"riscaldamento-{uuid.uuid4()}"
    seconds = 0.0
    with httpx.Client(trust_env=False, timeout=30.0) as client:
        for number, question in zip(range(1, MOST_QUESTIONS + 1), cycle(QUESTIONS)):
            asked = time.monotonic()
            client.post(webhook, json={"sender": sender, "message": question}).raise_for_status()
            seconds = time.monotonic() - asked
            if number >= len(QUESTIONS) and seconds < QUICK_SECONDS:
                break
    return seconds
