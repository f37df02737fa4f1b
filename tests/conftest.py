"""Fixtures of all tests: the knowledge, the documents it was written from, the trained model."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from bot.dialogue.composer import Composer, phrases_of
from bot.settings import ROOT
from bot.training import ensure_model
from knowledge import Conoscenza, load

DOCUMENTS = ROOT / "docs" / "documenti"

# The same examples every time, none kept on disk: a test that fails today fails again tomorrow.
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
hypothesis_settings.register_profile("ripetibile", deadline=None, derandomize=True, database=None, max_examples=60, phases=PHASES)
hypothesis_settings.load_profile("ripetibile")


@pytest.fixture(scope="session")
def conoscenza() -> Conoscenza:
    return load()


@pytest.fixture(scope="session")
def documents(conoscenza: Conoscenza) -> dict[str, str]:
    """The text of each document, by its id in knowledge/documenti.yml."""
    return {d.id: (DOCUMENTS / d.file).read_text(encoding="utf-8") for d in conoscenza.documenti.values()}


@pytest.fixture(scope="session")
def composer(conoscenza: Conoscenza) -> Composer:
    """A composer with the phrases of domain.yml."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return Composer(conoscenza, phrases_of(domain["responses"]))


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the model for the files as they are now; training one takes minutes, and happens once."""
    return ensure_model(print, log=tmp_path_factory.mktemp("modello") / "addestramento.log")
