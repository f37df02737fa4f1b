from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from bot.front.office import load_office
from knowledge import KnowledgeError
from knowledge.loader import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "knowledge"
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


def test_the_office_comes_from_the_knowledge() -> None:
    office, conoscenza = load_office()
    assert conoscenza is not None and office.nome == conoscenza.profilo.nome
    assert office.nome.startswith("Procura della Repubblica")
    assert office.telefono and "@" in office.mail and "8.30" in office.orari
    assert "112" in office.emergenza
    assert office.telefono in office.unreachable and office.mail in office.unreachable and "l'Ufficio" in office.unreachable


def test_a_fault_elsewhere_is_logged_and_the_contacts_are_still_there(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "moduli.yml").write_text("moduli: [", encoding="utf-8")
    with caplog.at_level(logging.ERROR, logger="bot.front"):
        office, conoscenza = load_office(folder)
    assert conoscenza is None
    assert office.telefono and "112" in office.emergenza
    assert "moduli.yml" in caplog.text and caplog.records[0].levelno == logging.ERROR


@pytest.mark.parametrize("file", ["profilo.yml", "uffici.yml"])
def test_without_an_office_there_is_no_page(folder: Path, file: str) -> None:
    (folder / file).write_text("sbagliato: sì\n", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_office(folder)
