"""The labels the classifier tells apart, and how they are written in Rasa's training data.

A label is what a message asks: an entry ("casellario.costo"), a topic and nothing more ("casellario"), an aspect of whatever is
being talked about ("?costo"), a vague request ("chiarimento/certificato"), a computation ("calcolo/bollo", or
"calcolo/scadenze.rilascio" where the value of its first parameter is told as well) or an act of conversation ("saluto"). In
Rasa's data they stand as intent and response key: "informazione/casellario.costo", "aspetto/costo", "chiarimento/certificato",
"saluto".
"""

from __future__ import annotations

from typing import Optional

ASPECT = "aspetto"
CLARIFY = "chiarimento"
CALCULATION = "calcolo"
CHANGE = "calcolo_modifica"  # "and if it were urgent?", after a computation


def from_training(intent: str, response_key: Optional[str]) -> str:
    """The label of a training example with that intent and response key ("intent/key", None for a plain intent)."""
    if not response_key:
        return intent
    key = response_key.split("/", 1)[-1]
    if intent == ASPECT:
        return f"?{key}"
    return f"{intent}/{key}" if intent in (CLARIFY, CALCULATION) else key


def topic_of(label: str) -> str:
    """The topic a label belongs to; "" for aspects, vague requests and acts of conversation, which have none."""
    if label.startswith("?") or "/" in label:
        return ""
    return label.partition(".")[0]


def aspect_of(label: str) -> str:
    """The aspect (or entry id) a label asks for; "" where it asks none."""
    if label.startswith("?"):
        return label[1:]
    return "" if "/" in label else label.partition(".")[2]
