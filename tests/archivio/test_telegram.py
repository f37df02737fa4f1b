"""What the Telegram channel remembers, on both kinds of database."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage import conversazioni, telegram
from bot.storage.telegram import Aggiornamento

from .conftest import NOW


def one(id: int, chi: str = "tg:a", quando: datetime = NOW) -> Aggiornamento:
    return Aggiornamento(id, chi, f"corpo {id}", quando)


def test_an_update_is_kept_once_and_answered_in_order(url: str) -> None:
    big = 2**40
    assert telegram.keep([one(big + 2), one(big + 1), one(big + 3, "tg:b")], url=url) == [
        one(big + 1),
        one(big + 2),
        one(big + 3, "tg:b"),
    ]
    assert telegram.keep([one(big + 1), one(big + 4)], url=url) == [one(big + 4)]
    assert [row.id - big for row in telegram.pending("tg:a", url=url)] == [1, 2, 4]
    assert sorted(telegram.waiting(url=url)) == ["tg:a", "tg:b"]
    telegram.answered(big + 1, url=url)
    telegram.answered(big + 3, url=url)
    assert [row.id - big for row in telegram.pending("tg:a", url=url)] == [2, 4] and telegram.waiting(url=url) == ["tg:a"]
    assert telegram.keep([one(big + 1)], url=url) == []  # answered, and still known


def test_a_contact_lives_as_long_as_its_conversation(url: str) -> None:
    for id in ("tg:a", "tg:b", "tg:c"):
        telegram.know(id, "prima", url=url)
        telegram.know(id, f"chat {id}", url=url)
    conversazioni.open("tg:a", NOW, url=url)
    conversazioni.open("tg:b", NOW, url=url)
    conversazioni.delete("tg:b", NOW, url=url)
    telegram.purge(NOW - timedelta(days=2), url=url)
    assert [telegram.contact(id, url=url) for id in ("tg:a", "tg:b", "tg:c")] == ["chat tg:a", None, None]
    telegram.forget("tg:a", url=url)
    assert telegram.contact("tg:a", url=url) is None


def test_what_is_old_is_purged(url: str) -> None:
    telegram.keep([one(1, quando=NOW - timedelta(days=3))], url=url)
    telegram.keep([one(2)], url=url)
    telegram.sent(5, 1, NOW - timedelta(days=3), url=url)
    telegram.sent(6, 1, NOW, url=url)
    telegram.sent(6, 2, NOW, url=url)
    assert telegram.purge(NOW - timedelta(days=2), url=url) == 2
    assert [row.id for row in telegram.pending("tg:a", url=url)] == [2]
    assert (telegram.parts_sent(5, url=url), telegram.parts_sent(6, url=url)) == (0, 2)
