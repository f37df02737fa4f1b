"""The labels the classifier tells apart, and how they are written in Rasa's training data.

A label is what a message asks: an entry ("casellario.costo"), a topic and nothing more ("casellario"), an aspect of whatever is
being talked about ("?costo"), a vague request ("chiarimento/certificato"), a computation ("calcolo/bollo", or
"calcolo/scadenze.rilascio" where the value of its first parameter is told as well), a request to be drafted
("bozza/casellario", by path of knowledge/percorsi.yml), a path to be walked ("percorso/quale") or an act of conversation
("saluto"). In Rasa's data they stand as intent and response key: "informazione/casellario.costo", "aspetto/costo",
"chiarimento/certificato", "saluto".
"""

from __future__ import annotations

from typing import Optional, Tuple

ASPECT = "aspetto"
CLARIFY = "chiarimento"
CALCULATION = "calcolo"
DRAFT = "bozza"
PATH = "percorso"
ANY_PATH = "quale"  # the path that chooses among paths
CHANGE = "calcolo_modifica"  # "and if it were urgent?", after a computation


def from_training(intent: str, response_key: Optional[str]) -> str:
    """The label of a training example with that intent and response key ("intent/key", None for a plain intent)."""
    if not response_key:
        return intent
    key = response_key.split("/", 1)[-1]
    if intent == ASPECT:
        return f"?{key}"
    return f"{intent}/{key}" if intent in (CLARIFY, CALCULATION, DRAFT, PATH) else key


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


def heads_of(label: str) -> Tuple[str, str]:
    """The topic and aspect under which the classifier learns a label: to have a request drafted is an aspect of any service."""
    kind, _, path = label.partition("/")
    if kind == DRAFT:
        return ("" if path == ANY_PATH else path), DRAFT
    return topic_of(label), aspect_of(label)
