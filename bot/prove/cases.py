"""The conversations of casi/*.yml: read, held, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from bot.dialogue.reply import payload
from bot.prove.patterns import Patterns
from knowledge import yaml_files

FOLDER = Path(__file__).parent / "casi"
KEYS = frozenset({"utente", "preme", "attesi", "non_attesi", "bottoni"})
QUOTED = 80  # characters of a message in a fault


@dataclass
class Reply:
    """What came back for one message: the texts in order, the buttons by label, and how long it took."""

    messages: list[dict[str, Any]]
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """All texts, as people read them."""
        return "\n\n".join(m["text"] for m in self.messages if m.get("text"))

    @property
    def buttons(self) -> dict[str, str]:
        """Payload of each button, by title."""
        return {b["title"]: b["payload"] for m in self.messages for b in m.get("buttons") or []}

    @property
    def voce(self) -> str:
        """The entry that was answered, "" if none was."""
        records = [m["metadata"] for m in self.messages if m.get("metadata")]
        return str((records[-1].get("voce") if records and records[-1].get("esito") == "risposta" else "") or "")


Say = Callable[[str], Reply]


@dataclass(frozen=True)
class Caso:
    """A conversation: its name ("servizi: fedina_costo") and its turns, as written."""

    nome: str
    turni: Sequence[dict[str, Any]] = field(hash=False)


def cases(folder: Path = FOLDER) -> list[Caso]:
    """All conversations, by file and in the order of each."""
    return [
        Caso(f"{path.stem}: {written['id']}", written["turni"])
        for path in sorted(folder.glob("*.yml"))
        for written in yaml_files.read(path)
    ]


def hold(caso: Caso, say: Say, patterns: Patterns) -> list[str]:
    """Hold a conversation; the faults of the first turn that has any, in Italian, nothing when all is as expected."""
    for number, turn in enumerate(caso.turni, start=1):
        said = payload(turn["preme"]) if "preme" in turn else turn["utente"]
        reply = say(said)
        found = faults(turn, reply, patterns)
        if found:
            told = f"turno {number}, «{str(turn.get('utente', turn.get('preme')))[:QUOTED]}»"
            offered = "; ".join(reply.buttons) or "nessuno"
            return [*(f"{told}: {fault}" for fault in found), f"ha risposto: {reply.text}", f"pulsanti offerti: {offered}"]
    return []


def faults(turn: dict[str, Any], reply: Reply, patterns: Patterns) -> list[str]:
    """What is wrong with a reply, in Italian."""
    found = []
    try:
        found += [f"manca {shown(p)}" for p in turn.get("attesi", []) if not patterns.compile(p).search(reply.text)]
        found += [f"c'è {shown(p)}" for p in turn.get("non_attesi", []) if patterns.compile(p).search(reply.text)]
    except (KeyError, jinja2.TemplateError):
        found.append("l'attesa nomina qualcosa che la conoscenza non ha più")
    offered = set(reply.buttons.values())
    missing = [key for key in turn.get("bottoni", []) if payload(key) not in offered]
    found += [f"mancano i pulsanti {', '.join(missing)}"] if missing else []
    return found + unfit(reply)


def shown(pattern: str) -> str:
    """A pattern as the desk reads it: {{ testo casellario.costo }} is «testo casellario.costo»."""
    return f"«{pattern.replace('{{ ', '').replace(' }}', '')}»"


def unfit(reply: Reply) -> list[str]:
    """What keeps a reply from being shown to anybody."""
    found = []
    texts = [m.get("text", "").strip() for m in reply.messages if "custom" not in m]  # that one is for the front
    if not reply.text.strip() or not all(texts):
        found.append("una risposta è vuota")
    if len(set(texts)) != len(texts):
        found.append("la stessa cosa detta due volte")
    if any(mark in reply.text for mark in ("{{", "{menzione}", "utter_")):
        found.append("nella risposta è rimasto qualcosa che non è testo")
    return found
