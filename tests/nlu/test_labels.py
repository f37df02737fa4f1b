"""Labels: entry, topic, aspect, vague request, act of conversation."""

from __future__ import annotations

import pytest

from bot.nlu.labels import aspect_of, from_training, topic_of

LABELS = [
    # intent, response key, label, topic, aspect
    ("informazione", "informazione/casellario.costo", "casellario.costo", "casellario", "costo"),
    ("informazione", "informazione/casellario", "casellario", "casellario", ""),
    ("emergenza", "emergenza/emergenze.pericolo", "emergenze.pericolo", "emergenze", "pericolo"),
    ("aspetto", "aspetto/costo", "?costo", "", "costo"),
    ("chiarimento", "chiarimento/certificato", "chiarimento/certificato", "", ""),
    ("saluto", None, "saluto", "saluto", ""),
]


@pytest.mark.parametrize(("intent", "key", "label", "topic", "aspect"), LABELS, ids=[row[2] for row in LABELS])
def test_label(intent: str, key: str | None, label: str, topic: str, aspect: str) -> None:
    assert from_training(intent, key) == label
    assert topic_of(label) == topic
    assert aspect_of(label) == aspect
