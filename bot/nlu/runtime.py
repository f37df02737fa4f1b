"""The classifier of the loaded model, for the part of the dialogue that reads two messages together.

Rasa's pipeline sees one message at a time and no conversation; the generator sees the conversation and no pipeline. Both run in
the same process, so the pipeline leaves its classifier here when a model is loaded.
"""

from __future__ import annotations

from typing import Optional

from bot.nlu.understanding import Understanding

_current: Optional[Understanding] = None


def publish(understanding: Understanding) -> None:
    """Make a loaded classifier the current one."""
    global _current
    _current = understanding


def current() -> Optional[Understanding]:
    """The classifier of the model loaded last; None where no model is (tests of the dialogue alone)."""
    return _current
