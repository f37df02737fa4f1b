"""What is kept goes when it is deleted or past its time, from every table, and out of the file too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.front.pulizia import Purge
from bot.storage import contatti, conversazioni, note, presenze
from bot.storage.database import Base, engine

from .conftest import EVENING, WEB, Scena, run

SECRETS = ("Segretissima", "Rossini", "rossini@example.org", "annotata", "sussurrata")


def everything(scena: Scena) -> str:
    """All that the tables hold, as text."""
    with engine(scena.url).connect() as db:
        return "\n".join(str(tuple(row)) for table in Base.metadata.tables for row in db.execute(text(f"SELECT * FROM {table}")))


def left_a_question(scena: Scena) -> None:
    scena.adesso = EVENING
    scena.says("vorrei una persona")
    scena.presses("Lascia una domanda")
    for said in ("Segretissima domanda", "Rossini", "rossini@example.org"):
        scena.says(said)
    scena.adesso = EVENING + timedelta(hours=15)
    scena.there("anna")
    run(scena.sportello.note_request(run(scena.sportello.requests())[0].id, "annotata"))
    run(scena.sportello.take(WEB, "anna"))
    run(scena.sportello.note(WEB, "anna", "sussurrata"))
    assert all(secret in everything(scena) for secret in SECRETS)


@pytest.mark.parametrize("how", ["said", "button"])
def test_deleted_by_the_person(scena: Scena, how: str) -> None:
    left_a_question(scena)
    if how == "said":
        scena.says("cancella i miei dati")
    else:
        run(scena.conversations.delete(WEB))
    found = everything(scena)
    assert not any(secret in found for secret in SECRETS)
    if scena.url.startswith("sqlite"):
        file = Path(scena.url.removeprefix("sqlite:///"))
        raw = b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
        assert not any(secret.encode() in raw for secret in SECRETS)


def purge(scena: Scena, after: timedelta) -> None:
    moment: Callable[[], datetime] = lambda: scena.adesso + after  # noqa: E731
    Purge(scena.settings, moment).once()


def test_what_is_past_its_time(scena: Scena) -> None:
    left_a_question(scena)
    run(scena.sportello.close(WEB, "anna"))
    purge(scena, timedelta(hours=23))
    assert all(secret in everything(scena) for secret in SECRETS)
    purge(scena, timedelta(hours=25))
    assert conversazioni.get(WEB, url=scena.url) is None and note.of(WEB, url=scena.url) == []
    assert presenze.name_of("anna", url=scena.url) is None
    assert len(contatti.listed(url=scena.url)) == 1  # the office still has to answer
    purge(scena, timedelta(days=29))
    assert len(contatti.listed(url=scena.url)) == 1
    purge(scena, timedelta(days=30))
    assert not any(secret in everything(scena) for secret in SECRETS)


def test_a_conversation_in_hand_is_not_purged_under_it(scena: Scena) -> None:
    left_a_question(scena)
    purge(scena, timedelta(hours=23))
    assert scena.state() == "operatore" and note.of(WEB, url=scena.url)
