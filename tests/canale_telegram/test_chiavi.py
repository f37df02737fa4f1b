"""Pseudonyms and the cipher."""

from __future__ import annotations

import pytest

from bot.telegram.keys import Keys, Unreadable


def test_a_chat_is_a_pseudonym_that_only_the_secret_gives() -> None:
    keys = Keys("uno")
    assert keys.pseudonym(7) == Keys("uno").pseudonym(7) and keys.pseudonym(7).startswith("tg:")
    assert len({keys.pseudonym(7), keys.pseudonym(-7), keys.pseudonym(70), Keys("due").pseudonym(7)}) == 4
    assert len(keys.pseudonym(2**60)) == len("tg:") + 32


def test_what_is_locked_is_unlocked_with_the_same_secret_only() -> None:
    keys = Keys("uno")
    locked = keys.lock({"chat": 123456, "testo": "così"})
    assert "123456" not in locked and keys.unlock(locked) == {"chat": 123456, "testo": "così"}
    for other, text in ((Keys("due"), locked), (keys, ""), (keys, locked[:-4] + "aaaa"), (keys, "è")):
        with pytest.raises(Unreadable):
            other.unlock(text)


def test_path_and_token_are_long_and_of_the_kind_telegram_takes() -> None:
    keys = Keys("uno")
    assert len(keys.path) == len(keys.token) == 64 and keys.path != keys.token
    assert (keys.path + keys.token).isalnum() and (keys.path + keys.token).isascii()
    assert Keys("due").path != keys.path
