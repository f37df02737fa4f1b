"""The site says what is live without a restart."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot import active
from bot.didattica.changes import Changes
from bot.front.live import LiveOffice
from knowledge import Versione
from knowledge.loader import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def test_a_fact_that_goes_live_is_said_at_once(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "dati"
    live = LiveOffice(data, folder)
    office, conoscenza, before = live.office, live.conoscenza, live.office.telefono
    assert conoscenza is not None and not live.refresh()
    changes = Changes(data, lambda: datetime(2026, 11, 21, tzinfo=timezone.utc), folder)
    changes.add({"tipo": "ufficio", "ufficio": conoscenza.profilo.sportello, "campi": {"telefono": "0165.1"}}, "anna")
    assert not live.refresh() and office.telefono == before  # it waits for somebody's yes
    active.change(data, lambda now: now.going_live(Versione(0, 1)))
    assert live.refresh() and not live.refresh()
    assert office.telefono == "0165.1" and "0165.1" in office.contacts
    assert conoscenza.uffici[conoscenza.profilo.sportello].telefono == "0165.1"


def test_a_knowledge_that_breaks_meanwhile_leaves_the_one_before(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "dati"
    live = LiveOffice(data, folder)
    (folder / "moduli.yml").write_text("moduli: [")
    active.change(data, lambda now: now.going_live(Versione(0, 1)))
    assert not live.refresh() and live.conoscenza is not None and live.conoscenza.moduli


def test_a_knowledge_that_does_not_load_still_has_contacts(tmp_path: Path, folder: Path) -> None:
    (folder / "moduli.yml").write_text("moduli: [")
    live = LiveOffice(tmp_path / "dati", folder)
    assert live.conoscenza is None and live.office.telefono
