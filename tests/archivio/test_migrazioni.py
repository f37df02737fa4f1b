"""The tables come and go with alembic, on both kinds of database, and what older programs left is kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, text
from sqlalchemy.engine import Engine

from bot import storage
from bot.launcher import prepare_database
from bot.settings import ROOT, Settings
from bot.storage import bozze, migrations, questions
from bot.storage.database import ArchivioNonDisponibile, Base, engine, session
from bot.supervisor import StartFailed

from .conftest import NOW

for module in iter_modules(storage.__path__, "bot.storage."):
    import_module(module.name)  # every table of the models is known then
FIRST = {"alembic_version", "domande_non_capite"}
TABLES = {"alembic_version", *Base.metadata.tables}


def tables(of: Engine) -> set[str]:
    return set(inspect(of).get_table_names()) - {"sqlite_sequence"}  # SQLite's own, of the numbers never given again


def test_up_and_down_and_up_again(empty_url: str) -> None:
    made = engine(empty_url)
    assert tables(made) == TABLES
    assert migrations.current(made) == migrations.head()
    assert migrations.upgrade(made) is False
    migrations.downgrade(made, "0001")
    assert tables(made) == FIRST
    migrations.downgrade(made)
    assert tables(made) == {"alembic_version"} and migrations.current(made) is None
    assert migrations.upgrade(made, "0001") is True
    assert tables(made) == FIRST
    assert migrations.upgrade(made) is True
    assert bozze.create("web:a", "A02", NOW, url=empty_url).codice == "A02"


def test_the_migrations_make_what_the_models_say(url: str) -> None:
    with engine(url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_name": lambda name, *_: name != "sqlite_sequence"}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_draft_without_forms_to_follow_is_kept(empty_url: str) -> None:
    """Made before the column was there, and after it was taken away again."""
    made = engine(empty_url)
    kept = bozze.create("web:a", "A02", NOW, poi=["A11"], url=empty_url)
    migrations.downgrade(made, "0002")
    assert "poi" not in {column["name"] for column in inspect(made).get_columns("bozze")}
    assert migrations.upgrade(made) is True
    found = bozze.get(kept.id, "web:a", url=empty_url)
    assert found is not None and (found.poi, found.token, found.scade) == ((), kept.token, kept.scade)
    indexes = {index["name"] for index in inspect(made).get_indexes("bozze")}
    assert {"ix_bozze_token", "ix_bozze_riferimento", "ix_bozze_conversazione", "ix_bozze_scade"} <= indexes


def test_a_database_of_the_program_before_alembic_is_adopted(empty_url: str) -> None:
    """It was made by create_all: the table is there, alembic's is not."""
    old = create_engine(empty_url, future=True)
    former = MetaData()
    questions.DomandaNonCapita.__table__.to_metadata(former)
    former.create_all(old)
    insert = "INSERT INTO domande_non_capite (testo, canale, quando) VALUES ('che tempo fa?', 'web', '2026-11-20 10:00:00')"
    with old.begin() as connection:
        connection.execute(text(insert))
    old.dispose()
    made = engine(empty_url)
    assert tables(made) == TABLES
    with session(empty_url) as db:
        (kept,) = db.query(questions.DomandaNonCapita).all()
    assert (kept.testo, kept.canale, kept.quando.year) == ("che tempo fa?", "web", 2026)


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    made = engine(empty_url)
    migrations.downgrade(made, "0001")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE altro (n INTEGER)"))
        connection.execute(text("CREATE INDEX ix_bozze_scade ON altro (n)"))  # in the way of the last statement of 0002
    engine.cache_clear()
    with pytest.raises(ArchivioNonDisponibile):
        engine(empty_url)
    assert tables(made) == FIRST | {"altro"} and migrations.current(made) == "0001"
    made.dispose()


def test_many_processes_may_start_at_once(empty_url: str) -> None:
    code = "import sys; from bot.storage.database import engine; engine(sys.argv[1])"
    started = [
        subprocess.Popen([sys.executable, "-c", code, empty_url], cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [(p.communicate(timeout=60)[1], p.returncode) for p in started] == [("", 0)] * 4
    assert tables(engine(empty_url)) == TABLES


def test_many_threads_may_start_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: engine(empty_url), range(8)))
    assert tables(made[0]) == TABLES
    for each in made:
        each.dispose()


def test_tables_of_a_newer_program_are_not_touched(url: str) -> None:
    made = engine(url)
    with made.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.cache_clear()
    with pytest.raises(ArchivioNonDisponibile):
        engine(url)
    assert tables(made) == TABLES


def test_the_launcher_prepares_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATI", str(tmp_path))
    prepare_database(Settings())
    engine.cache_clear()
    with sqlite3.connect(tmp_path / "assistente.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (migrations.head(),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    "address", ["sqlite:////dev/null/assistente.db", "postgresql://prova:parola@127.0.0.1:1/procura", "boh://qui"]
)
def test_the_launcher_says_in_italian_that_there_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(StartFailed, match="La banca dati non si può usare") as error:
        prepare_database(Settings())
    assert "parola" not in str(error.value).replace("La parola", "")
