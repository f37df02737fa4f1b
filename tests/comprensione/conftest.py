"""The classifier of the trained model, for the tests of this folder."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from bot.nlu.understanding import Understanding


@pytest.fixture(scope="session")
def understanding(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """The classifier inside the archive that Rasa runs."""
    folder = tmp_path_factory.mktemp("archivio")
    with tarfile.open(model) as archive:
        wanted = [m for m in archive.getmembers() if "KnowledgeClassifier" in m.name]
        archive.extractall(folder, members=wanted)
    (labels,) = folder.rglob("labels.json")
    return Understanding.load(labels.parent)[0]
