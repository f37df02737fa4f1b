"""The options of the measure, from opzioni.yml."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, Extra

FILE = Path(__file__).with_name("opzioni.yml")


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class Speed(_Strict):
    messaggi: int
    utenti: list[int]
    secondi: float


class Options(_Strict):
    seme: int
    lettere_per_errore: int
    epoche_diet: int
    velocita: Speed


def read(path: Path = FILE) -> Options:
    return Options(**yaml.safe_load(path.read_text(encoding="utf-8")))
