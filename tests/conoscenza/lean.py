"""A knowledge that reads in a moment, made from the real one, and ways of spoiling it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from knowledge.loader import FOLDER
from knowledge.verify import MIN_QUESTIONS, verify

Content = dict[str, Any]
Slip = Callable[[Content], object]

FEW = 2


def lean_knowledge(folder: Path) -> Path:
    """The real knowledge with a few entries of each topic, so that reading it takes a moment."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for path in (folder / "argomenti").glob("*.yml"):
        spoil(folder, f"argomenti/{path.name}", few_entries)
    spoil(folder, "aspetti.yml", lambda content: [aspetto.pop("senza_argomento", None) for aspetto in content["aspetti"]])
    spoil(folder, "chiarimenti.yml", lambda content: [c.update(opzioni=["casellario", "bollo"]) for c in content["chiarimenti"]])
    spoil(folder, "percorsi.yml", known_entries)
    uncited = {tuple(f.chiave.split(".", 1)) for f in verify(folder)[0] if f.file == "documenti.yml"}

    def cited_only(content: Content) -> None:
        for documento in content["documenti"]:
            documento["sezioni"] = {k: v for k, v in documento["sezioni"].items() if (documento["id"], k) not in uncited}

    spoil(folder, "documenti.yml", cited_only)
    return folder


def few_entries(content: Content) -> None:
    content["voci"] = content["voci"][:FEW]
    for voce in content["voci"]:
        voce["domande"], voce["seguiti"] = voce["domande"][:MIN_QUESTIONS], []


def known_entries(content: Content) -> None:
    """The paths lead to an entry that is still there."""
    answers = [answer for path in content["percorsi"] for node in path.get("nodi", []) for answer in node["strade"]]
    for answer in answers:
        if "voce" in answer:
            answer["voce"] = "carichi_pendenti.che_cosa"


def spoil(folder: Path, file: str, slip: Slip) -> None:
    path = folder / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    slip(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
