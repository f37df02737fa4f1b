"""The settings the front needs, whoever provides them (bot.settings in service, a small object in the tests)."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class FrontSettings(Protocol):
    """A part of bot.settings.Settings."""

    rasa_port: int
    segreto: str
    max_chars: int
    tracker_db: Path
