"""Whole conversations, from the YAML files of this folder, held with the running assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.reply import payload
from knowledge import yaml_files

from .patterns import Patterns
from .running import Conversation, Reply

FILES = sorted(Path(__file__).parent.glob("*.yml"))
CONVERSATIONS = [(f"{path.stem}: {written['id']}", written["turni"]) for path in FILES for written in yaml_files.read(path)]
KEYS = {"utente", "preme", "attesi", "non_attesi", "bottoni"}
LEAST = 40


def test_there_are_conversations_of_every_kind() -> None:
    assert len(CONVERSATIONS) >= LEAST
    assert {p.stem for p in FILES} == {
        "servizi",
        "contesto",
        "ambiguita",
        "scala",
        "rifiuti",
        "emergenze",
        "lingue",
        "ostili",
        "calcoli",
        "bozze",
    }
    names = [name for name, _ in CONVERSATIONS]
    assert len(names) == len(set(names))
    for name, turns in CONVERSATIONS:
        for turn in turns:
            assert set(turn) <= KEYS and ("utente" in turn) != ("preme" in turn), name
            assert turn.get("attesi") or turn.get("bottoni"), f"{name}: un turno senza attesa non prova niente"


@pytest.mark.parametrize("turns", [turns for _, turns in CONVERSATIONS], ids=[name for name, _ in CONVERSATIONS])
def test_conversation(conversation: Conversation, patterns: Patterns, turns: list[dict[str, Any]]) -> None:
    for number, turn in enumerate(turns, start=1):
        reply = conversation.presses(turn["preme"]) if "preme" in turn else conversation.says(turn["utente"])
        told = f"turno {number}, «{str(turn.get('utente', turn.get('preme')))[:80]}» ->\n{reply.text}\n{list(reply.buttons)}"
        for written in turn.get("attesi", []):
            assert patterns.compile(written).search(reply.text), f"manca {written}\n{told}"
        for written in turn.get("non_attesi", []):
            assert not patterns.compile(written).search(reply.text), f"c'è {written}\n{told}"
        offered = set(reply.buttons.values())
        missing = [key for key in turn.get("bottoni", []) if payload(key) not in offered]
        assert not missing, f"mancano i bottoni {missing}\n{told}"
        fit_to_be_shown(reply)


def fit_to_be_shown(reply: Reply) -> None:
    assert reply.text.strip()
    texts = [m.get("text", "").strip() for m in reply.messages if "custom" not in m]  # that one is for the front
    assert all(texts) and len(set(texts)) == len(texts), "la stessa cosa detta due volte"
    assert "{{" not in reply.text and "{menzione}" not in reply.text and "utter_" not in reply.text
