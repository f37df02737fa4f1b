from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from bot.bozze.richiesta import Richiesta
from bot.storage import database

from . import postgres

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'assistente.db'}"
        database.engine.cache_clear()
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"prova_{secrets.token_hex(6)}"
    postgres.execute(server, [f"CREATE DATABASE {name}"])
    yield f"{server}/{name}"
    database.engine.cache_clear()
    postgres.execute(server, [f"DROP DATABASE {name} WITH (FORCE)"])


@pytest.fixture
def url(empty_url: str) -> Iterator[str]:
    """The address of a database with the tables of today."""
    made = database.engine(empty_url)
    yield empty_url
    made.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'assistente.db'}"
    database.engine.cache_clear()


@pytest.fixture
def richiesta() -> Richiesta:
    return Richiesta(
        codice="A02",
        titolo="Richiesta del certificato dei carichi pendenti",
        riferimento="7K3M-9QXT",
        ufficio="Ufficio casellario",
        destinatario=("Alla Procura della Repubblica", "Aosta"),
        oggetto="Carichi pendenti",
        richiedente=(("Cognome", "D'Àvise"), ("Nome", "Zoë")),
        dati=(),
        righe=("Chiede il certificato.",),
        allegati=("Copia del documento",),
        costi=("€ 16,00 di bollo",),
        consegna=(("Dove", "secondo piano"),),
        ricorda=(),
        firma="L'interessato",
        fonte="Carta dei servizi",
        creata=date(2026, 11, 21),
        scade=date(2026, 11, 22),
    )
