"""The accounts on the command line, as somebody types it: a real process, a real database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.staff.passwords import Passwords
from bot.storage import colleghi, database, registro

PASSWORD = "una frase lunga con gli spazi"


@pytest.fixture
def url(tmp_path: Path) -> str:
    database.engine.cache_clear()
    return f"sqlite:///{tmp_path / 'assistente.db'}"


def command(data: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATI")}
    return subprocess.run(
        [sys.executable, "-m", "bot.staff", *words],
        cwd=ROOT,
        env={**environment, "DATI": str(data)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_life_of_an_account(tmp_path: Path, url: str) -> None:
    assert "Nessun account" in command(tmp_path, "elenco").stdout
    made = command(tmp_path, "crea", "anna", "--mostrato", "Anna B.", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (made.returncode, made.stdout.strip()) == (0, "Account «anna» creato: operatore.")
    assert PASSWORD not in made.stdout + made.stderr
    found = colleghi.get("anna", url=url)
    assert found is not None and (found.mostrato, found.ruolo) == ("Anna B.", "operatore")
    assert Passwords().right(found.impronta, PASSWORD)
    again = command(tmp_path, "crea", "anna", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert again.returncode == 1 and "c'è già" in again.stderr
    assert command(tmp_path, "ruolo", "anna", "redattore").returncode == 0
    new = "una frase nuova con gli spazi"
    assert command(tmp_path, "parola", "anna", typed=f"{new}\n{new}\n").returncode == 0
    assert command(tmp_path, "blocca", "anna").returncode == 0
    listed = command(tmp_path, "elenco").stdout
    assert "anna" in listed and "redattore" in listed and "bloccato" in listed
    assert command(tmp_path, "blocca", "anna", "--riapri").returncode == 0
    found = colleghi.get("anna", url=url)
    assert found is not None and not found.bloccato and Passwords().right(found.impronta, new)
    acts = [(a.collega, a.azione, a.oggetto) for a in reversed(registro.latest(9, url=url))]
    assert acts == [
        ("(comando)", "account creato", "anna (operatore)"),
        ("(comando)", "ruolo cambiato", "anna (redattore)"),
        ("(comando)", "parola cambiata", "anna"),
        ("(comando)", "account bloccato", "anna"),
        ("(comando)", "account riaperto", "anna"),
    ]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("crea", "anna"), f"{PASSWORD}\naltra\n", "non sono uguali"),
        (("crea", "anna"), "corta\ncorta\n", "almeno 12 caratteri"),
        (("crea", "anna"), "sono proprio anna io\n" * 2, "nome dell'account"),
        (("crea", "Anna"), f"{PASSWORD}\n" * 2, "lettere minuscole"),
        (("crea", "a b"), f"{PASSWORD}\n" * 2, "lettere minuscole"),
        (("parola", "nessuno"), f"{PASSWORD}\n" * 2, "Non c'è nessun account"),
        (("ruolo", "nessuno", "redattore"), "", "Non c'è nessun account"),
        (("blocca", "nessuno"), "", "Non c'è nessun account"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(
    tmp_path: Path, url: str, words: tuple[str, ...], typed: str, said: str
) -> None:
    refused = command(tmp_path, *words, typed=typed)
    assert refused.returncode == 1 and said in refused.stderr and "Traceback" not in refused.stderr
    assert colleghi.all_accounts(url=url) == []
