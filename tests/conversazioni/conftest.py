"""The running assistant, once for all conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.dialogue.composer import Composer
from bot.prove.patterns import Patterns

from .running import Assistant, Conversation


@pytest.fixture(scope="session")
def assistant(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    running = Assistant(tmp_path_factory.mktemp("dati"))
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def talk(assistant: Assistant) -> Callable[[], Conversation]:
    """Begins a conversation."""
    return lambda: Conversation(assistant)


@pytest.fixture
def conversation(talk: Callable[[], Conversation]) -> Conversation:
    return talk()


@pytest.fixture(scope="session")
def patterns(composer: Composer) -> Patterns:
    return Patterns(composer)
