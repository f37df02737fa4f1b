"""Whole conversations, from the YAML files of bot/prove/casi/, held with the running assistant."""

from __future__ import annotations

import pytest

from bot.prove.cases import FOLDER, KEYS, Caso, Reply, cases, hold, unfit
from bot.prove.patterns import Patterns

from .running import Conversation

FILES = sorted(FOLDER.glob("*.yml"))
CONVERSATIONS = cases()
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
    names = [caso.nome for caso in CONVERSATIONS]
    assert len(names) == len(set(names))
    for caso in CONVERSATIONS:
        name = caso.nome
        for turn in caso.turni:
            assert set(turn) <= KEYS and ("utente" in turn) != ("preme" in turn), name
            assert turn.get("attesi") or turn.get("bottoni"), f"{name}: un turno senza attesa non prova niente"


@pytest.mark.parametrize("caso", CONVERSATIONS, ids=[caso.nome for caso in CONVERSATIONS])
def test_conversation(conversation: Conversation, patterns: Patterns, caso: Caso) -> None:
    assert not (faults := hold(caso, conversation.says, patterns)), "\n".join(faults)


def fit_to_be_shown(reply: Reply) -> None:
    assert not unfit(reply), reply.text
