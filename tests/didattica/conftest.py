"""A lean knowledge, a data folder, and the teaching of both."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from archivio.conftest import empty_url, postgres_server, sqlite_url, url
from conoscenza.lean import lean_knowledge

from bot.didattica.changes import Changes

__all__ = ["empty_url", "postgres_server", "sqlite_url", "url"]

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=timezone.utc)
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lean_knowledge(tmp_path_factory.mktemp("conoscenza"))


@pytest.fixture
def folder(lean: Path, tmp_path: Path) -> Path:
    """A knowledge of one's own, to be spoilt at will."""
    return Path(shutil.copytree(lean, tmp_path / "knowledge"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "dati"


@pytest.fixture
def changes(data: Path, lean: Path) -> Changes:
    return Changes(data, lambda: NOW, lean)


@pytest.fixture
def write(data: Path) -> Write:
    """Writes a change as a file, with no check at all, as somebody with an editor would."""

    def write(numero: int, **content: Any) -> Path:
        path = data / "conoscenza" / f"{numero:06d}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = {"autore": "anna", "quando": NOW.isoformat(), **content}
        path.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    return write
