"""What the model learns from the knowledge: the questions, and under which names. Answers and facts are not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

from knowledge.loader import FOLDER, NOTHING
from knowledge.overlay import Overlay
from knowledge.reading import KnowledgeError, Reader

ENTRY = ("id", "domande", "seguiti")
TOPIC = ("id", "tipo", "domande")


def learnt(folder: Path = FOLDER, overlay: Overlay = NOTHING) -> Iterator[str]:
    """Everything that changes a model when it changes, as lines in a fixed order; nothing else.

    Reads the files without validating them, which is done before anything is trained. Raises KnowledgeError for a file that
    cannot be read at all.
    """
    reader = Reader(folder, laying=overlay.laying())
    for path in sorted((folder / "argomenti").glob("*.yml")):
        content = reader.raw(path) or {}
        voci = content.get("voci")
        entries = [_picked(item, ENTRY) for item in voci] if isinstance(voci, list) else voci
        yield _line([path.stem, _picked(content, TOPIC), entries])
    for name, keys in (("chiarimenti", ("id", "domande")), ("aspetti", ("id",))):
        items = (reader.raw(folder / f"{name}.yml") or {}).get(name)
        yield _line([name, [_picked(item, keys) for item in items] if isinstance(items, list) else items])
    if reader.guasti:
        raise KnowledgeError(reader.guasti)


def _picked(item: Any, keys: Any) -> Any:
    return [item.get(key) for key in keys] if isinstance(item, dict) else item


def _line(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)
