"""Drafts in the database: SQLite and PostgreSQL, restarts, deletion, expiry, many at once."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from bot.bozze.richiesta import Richiesta
from bot.settings import ROOT, settings
from bot.storage import bozze, questions, richieste
from bot.storage.bozze import DATI, PRONTA, RIEPILOGO, RigaBozza
from bot.storage.database import ArchivioNonDisponibile, engine, session, transaction

from .conftest import NOW

DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


def rows(url: str) -> int:
    with session(url) as db:
        return int(db.scalar(select(func.count()).select_from(RigaBozza)))


def test_a_draft_is_made_and_found(url: str) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    assert (made.conversazione, made.codice, made.valori, made.fase, made.richiesta) == ("web:a", "A02", {}, DATI, None)
    assert (made.creata, made.modificata, made.scade) == (NOW, NOW, NOW + DAY)
    assert made.scade.tzinfo is timezone.utc
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", made.riferimento)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", made.token)  # 192 bits
    assert made.percorso == f"/bozze/{made.token}"
    assert bozze.get(made.id, "web:a", url=url) == bozze.by_token(made.token, NOW, url=url) == made
    with pytest.raises(FrozenInstanceError):
        made.fase = PRONTA


def test_the_code_is_found_however_it_is_typed(url: str) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    for typed in (made.riferimento, made.riferimento.lower(), made.riferimento.replace("-", " "), f" {made.riferimento} "):
        assert bozze.by_riferimento(typed, NOW, url=url) == made
    for wrong in ("", "7K3M", "0000-0000", "AAAA-AAAA", "'; DROP TABLE bozze;--"):
        assert bozze.by_riferimento(wrong, NOW, url=url) is None


def test_a_code_in_use_is_not_given_twice(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["AAAA-AAAA", "AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr(bozze, "_reference", lambda: next(codes))
    made = [bozze.create("web:a", "A02", NOW, url=url).riferimento for _ in range(2)]
    assert made == ["AAAA-AAAA", "BBBB-BBBB"]
    monkeypatch.setattr(bozze, "_reference", lambda: "AAAA-AAAA")
    with pytest.raises(ArchivioNonDisponibile):
        bozze.create("web:a", "A02", NOW, url=url)


def test_the_forms_to_draft_afterwards_are_kept(url: str) -> None:
    made = bozze.create("web:a", "A02", NOW, poi=["A11", "A09"], url=url)
    assert made.poi == ("A11", "A09")
    bozze.update(made.id, "web:a", valori={"nome": "Marta"}, adesso=NOW + SECOND, url=url)
    found = bozze.latest("web:a", NOW + SECOND, url=url)
    assert found is not None and found.poi == ("A11", "A09")
    assert bozze.create("web:b", "A02", NOW, url=url).poi == ()


def test_changes_move_the_expiry(url: str, richiesta: Richiesta) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    values = {"cognome": "D'Àvise", "nome": "Zoë 🙂 李", "note": "riga\nriga «'\"\\»"}
    later = NOW + timedelta(hours=5)
    changed = bozze.update(made.id, "web:a", valori=values, adesso=later, url=url)
    assert changed is not None and changed.valori == values
    assert (changed.creata, changed.modificata, changed.scade) == (NOW, later, later + DAY)
    ready = bozze.update(made.id, "web:a", fase=PRONTA, richiesta=richiesta, adesso=later + SECOND, url=url)
    assert ready is not None and (ready.fase, ready.richiesta, ready.valori) == (PRONTA, richiesta, values)
    assert bozze.get(made.id, "web:a", url=url) == ready
    other = bozze.update(made.id, "web:a", codice="A03", valori={}, fase=DATI, adesso=later, url=url)
    assert other is not None and (other.codice, other.valori, other.fase, other.richiesta) == ("A03", {}, DATI, None)


def test_a_request_never_outlives_the_values_it_says(url: str, richiesta: Richiesta) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    bozze.update(made.id, "web:a", fase=PRONTA, richiesta=richiesta, adesso=NOW, url=url)
    touched = bozze.update(made.id, "web:a", adesso=NOW + SECOND, url=url)
    assert touched is not None and touched.richiesta == richiesta
    corrected = bozze.update(made.id, "web:a", valori={"nome": "Zoe"}, adesso=NOW, url=url)
    assert corrected is not None and (corrected.fase, corrected.richiesta) == (RIEPILOGO, None)


@pytest.mark.parametrize(("fase", "with_request"), [("finita", False), (PRONTA, False), (RIEPILOGO, True), (None, True)])
def test_phases_that_make_no_sense(sqlite_url: str, richiesta: Richiesta, fase: str | None, with_request: bool) -> None:
    made = bozze.create("web:a", "A02", NOW, url=sqlite_url)
    given = richiesta if with_request else None
    with pytest.raises(ValueError):
        bozze.update(made.id, "web:a", fase=fase, richiesta=given, adesso=NOW, url=sqlite_url)
    assert bozze.get(made.id, "web:a", url=sqlite_url) == made


def test_the_request_comes_back_as_it_was(richiesta: Richiesta) -> None:
    assert richieste.from_dict(richieste.to_dict(richiesta)) == richiesta
    with pytest.raises(KeyError):
        richieste.from_dict({"codice": "A02"})


def test_a_request_of_another_version_is_to_be_made_again(url: str, richiesta: Richiesta) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    bozze.update(made.id, "web:a", fase=PRONTA, richiesta=richiesta, adesso=NOW, url=url)
    with transaction(url) as db:
        db.get(RigaBozza, made.id).richiesta = {"codice": "A02", "altro": 1}
    found = bozze.get(made.id, "web:a", url=url)
    assert found is not None and (found.fase, found.richiesta) == (RIEPILOGO, None)


def test_the_latest_comes_first_and_ready_ones_last(url: str, richiesta: Richiesta) -> None:
    old, ready, recent = (bozze.create("web:a", code, NOW, url=url) for code in ("A01", "A02", "A03"))
    bozze.update(old.id, "web:a", adesso=NOW + SECOND, url=url)
    bozze.update(ready.id, "web:a", fase=PRONTA, richiesta=richiesta, adesso=NOW + 9 * SECOND, url=url)
    bozze.update(recent.id, "web:a", adesso=NOW + 2 * SECOND, url=url)
    found = bozze.all_of("web:a", NOW + 9 * SECOND, url=url)
    assert [b.codice for b in found] == ["A03", "A01", "A02"]
    assert bozze.latest("web:a", NOW, url=url) == found[0]
    bozze.delete(recent.id, "web:a", url=url)
    bozze.delete(old.id, "web:a", url=url)
    assert bozze.latest("web:a", NOW, url=url) == found[2]
    assert bozze.latest("web:b", NOW, url=url) is None


def test_conversations_do_not_see_each_other(url: str) -> None:
    mine, other = bozze.create("web:a", "A02", NOW, url=url), bozze.create("web:b", "A02", NOW, url=url)
    assert mine.token != other.token and mine.riferimento != other.riferimento
    assert bozze.get(other.id, "web:a", url=url) is None
    assert bozze.update(other.id, "web:a", valori={"nome": "X"}, adesso=NOW, url=url) is None
    assert bozze.delete(other.id, "web:a", url=url) is False
    assert bozze.all_of("web:a", NOW, url=url) == [mine]
    assert bozze.delete_all("web:a", url=url) == 1
    assert bozze.get(other.id, "web:b", url=url) == other


def test_drafts_expire_at_exactly_their_time(url: str) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    before, at = made.scade - timedelta(microseconds=1), made.scade
    assert bozze.by_token(made.token, before, url=url) == bozze.get(made.id, "web:a", adesso=before, url=url) == made
    assert bozze.purge(before, url=url) == 0
    assert bozze.by_token(made.token, at, url=url) is None
    assert bozze.by_riferimento(made.riferimento, at, url=url) is None
    assert bozze.get(made.id, "web:a", adesso=at, url=url) is None
    assert bozze.latest("web:a", at, url=url) is None and bozze.all_of("web:a", at, url=url) == []
    assert bozze.update(made.id, "web:a", valori={"nome": "X"}, adesso=at, url=url) is None  # no resurrection
    assert rows(url) == 1
    assert bozze.purge(at, url=url) == 1
    assert rows(url) == 0


def test_the_purge_takes_only_what_has_expired(url: str) -> None:
    bozze.create("web:a", "A01", NOW - DAY, url=url)
    kept = bozze.create("web:a", "A02", NOW - DAY + SECOND, url=url)
    assert bozze.purge(NOW, url=url) == 1
    assert bozze.all_of("web:a", NOW, url=url) == [kept]


def test_the_hours_are_a_setting(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOZZE_ORE", "2")
    settings.cache_clear()
    try:
        assert bozze.create("web:a", "A02", NOW, url=sqlite_url).scade == NOW + timedelta(hours=2)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_times_of_any_zone_are_the_same_time(url: str) -> None:
    rome = NOW.astimezone(ZoneInfo("Europe/Rome"))
    made = bozze.create("web:a", "A02", rome, url=url)
    found = bozze.get(made.id, "web:a", url=url)
    assert found is not None and found.creata == NOW and found.creata.utcoffset() == timedelta(0)
    assert bozze.by_token(made.token, rome + DAY - SECOND, url=url) == found
    with pytest.raises(ArchivioNonDisponibile):
        bozze.create("web:a", "A02", datetime(2026, 11, 21, 12), url=url)  # when that was, nobody can say
    assert rows(url) == 1


def test_a_restart_loses_nothing(url: str, richiesta: Richiesta) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)
    bozze.update(made.id, "web:a", valori={"nome": "Zoë"}, adesso=NOW, url=url)
    ready = bozze.create("web:b", "A02", NOW, url=url)
    bozze.update(ready.id, "web:b", fase=PRONTA, richiesta=richiesta, adesso=NOW, url=url)
    engine(url).dispose()
    engine.cache_clear()
    resumed = bozze.latest("web:a", NOW, url=url)
    assert resumed is not None and (resumed.id, resumed.valori) == (made.id, {"nome": "Zoë"})
    found = bozze.by_token(ready.token, NOW, url=url)
    assert found is not None and found.richiesta == richiesta


def test_deletion_leaves_no_row(url: str) -> None:
    for code in ("A01", "A02", "A03"):
        bozze.create("web:a", code, NOW, url=url)
    one = bozze.all_of("web:a", NOW, url=url)[0]
    assert bozze.delete(one.id, "web:a", url=url) is True
    assert bozze.delete(one.id, "web:a", url=url) is False
    assert bozze.by_token(one.token, NOW, url=url) is None
    assert bozze.delete_all("web:a", url=url) == 2
    assert bozze.delete_all("web:a", url=url) == 0
    assert rows(url) == 0


def test_deletion_leaves_nothing_in_the_files(sqlite_url: str, tmp_path: Path) -> None:
    secret = "Vuillermoz-indirizzo-segretissimo"
    engine(sqlite_url)
    holder = engine(sqlite_url).connect()  # another process keeps the database open: SQLite does not tidy up by itself
    made = bozze.create("web:a", "A02", NOW, url=sqlite_url)
    bozze.update(made.id, "web:a", valori={"cognome": secret}, adesso=NOW, url=sqlite_url)

    def written() -> bool:
        return any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())

    assert written()
    bozze.delete_all("web:a", url=sqlite_url)
    assert not written()
    holder.close()


def test_twenty_write_at_once(url: str) -> None:
    def work(number: int) -> set[str]:
        mine = f"web:{number}"
        made = bozze.create(mine, "A02", NOW, url=url)
        for step in range(5):
            assert bozze.update(made.id, mine, valori={"passo": str(step)}, adesso=NOW + step * SECOND, url=url) is not None
        return {b.valori["passo"] for b in bozze.all_of(mine, NOW, url=url)}

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(work, range(20))) == [{"4"}] * 20
    assert rows(url) == 20


def test_processes_write_at_once(url: str) -> None:
    """As Rasa's and the front's do."""
    code = (
        "import sys; from datetime import datetime, timezone; from bot.storage import bozze\n"
        "url, mine, now = sys.argv[1], sys.argv[2], datetime(2026, 11, 21, 12, tzinfo=timezone.utc)\n"
        "for n in range(15):\n"
        "    made = bozze.create(mine, 'A02', now, url=url)\n"
        "    bozze.update(made.id, mine, valori={'n': str(n)}, adesso=now, url=url)\n"
        "    assert n % 3 or bozze.delete(made.id, mine, url=url)\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, url, f"web:{n}"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    assert [(p.communicate(timeout=90)[1], p.returncode) for p in started] == [("", 0)] * 3
    assert [len(bozze.all_of(f"web:{n}", NOW, url=url)) for n in range(3)] == [10] * 3


def test_the_same_draft_from_two_tabs_keeps_one_of_the_two_whole(url: str) -> None:
    made = bozze.create("web:a", "A02", NOW, url=url)

    def write(name: str) -> None:
        assert bozze.update(made.id, "web:a", valori={"nome": name, "di": name}, adesso=NOW, url=url) is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, [f"n{i}" for i in range(40)]))
    found = bozze.get(made.id, "web:a", url=url)
    assert found is not None and found.valori["nome"] == found.valori["di"]


def test_a_locked_database_is_said_to_be_unavailable(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database.BUSY_MILLISECONDS", 100)
    made = bozze.create("web:a", "A02", NOW, url=sqlite_url)
    with engine(sqlite_url).connect() as holder:
        holder.execute(text("UPDATE bozze SET codice = 'A03'"))
        with pytest.raises(ArchivioNonDisponibile) as error:
            bozze.update(made.id, "web:a", valori={"cognome": "Rossi"}, adesso=NOW, url=sqlite_url)
        assert "Rossi" not in str(error.value) and error.value.__cause__ is None
        assert bozze.get(made.id, "web:a", url=sqlite_url) == made  # reading goes on
        holder.rollback()
    assert bozze.update(made.id, "web:a", valori={"cognome": "Rossi"}, adesso=NOW, url=sqlite_url) is not None


@pytest.mark.parametrize("address", ["sqlite:////dev/null/assistente.db", "postgresql://prova@127.0.0.1:1/procura"])
def test_a_missing_database_is_said_to_be_unavailable(address: str) -> None:
    for work in (
        lambda: bozze.create("web:a", "A02", NOW, url=address),
        lambda: bozze.get(1, "web:a", url=address),
        lambda: bozze.update(1, "web:a", adesso=NOW, url=address),
        lambda: bozze.latest("web:a", NOW, url=address),
        lambda: bozze.by_token("x" * 32, NOW, url=address),
        lambda: bozze.by_riferimento("AAAA-AAAA", NOW, url=address),
        lambda: bozze.delete_all("web:a", url=address),
        lambda: bozze.purge(NOW, url=address),
    ):
        with pytest.raises(ArchivioNonDisponibile):
            work()


def test_a_database_that_comes_back_is_used_again(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'dopo' / 'assistente.db'}"
    with pytest.raises(ArchivioNonDisponibile):
        bozze.create("web:a", "A02", NOW, url=address)
    (tmp_path / "dopo").mkdir()
    assert replace(bozze.create("web:a", "A02", NOW, url=address), id=1).id == 1
    engine.cache_clear()


def test_a_malformed_token_asks_nothing_of_the_database() -> None:
    for token in ("", "x", "x" * 31, "x" * 33, "à" * 32, "x" * 31 + "\x00", "../" * 8 + "x" * 8, "x" * 32 + "\n"):
        assert bozze.by_token(token, NOW, url="sqlite:////dev/null/assistente.db") is None


def test_old_questions_go_at_exactly_their_time(url: str) -> None:
    with transaction(url) as db:
        for text_, when in (("vecchia", NOW - SECOND), ("al limite", NOW), ("nuova", NOW + SECOND)):
            db.add(questions.DomandaNonCapita(testo=text_, canale="web", quando=when))
    assert questions.purge_questions(NOW, url) == 2
    with session(url) as db:
        (kept,) = db.scalars(select(questions.DomandaNonCapita))
    assert kept.testo == "nuova" and kept.quando == NOW + SECOND
