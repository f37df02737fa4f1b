from __future__ import annotations

import pytest

from bot.front.incoming import InvalidMessage, clean, neutralise, validate


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ciao\r\ncome va\r", "ciao\ncome va"),
        ("a\x00b\x07c\x1b[31m\x85", "abc[31m"),
        ("uno\tdue", "uno due"),
        ("\u202egiusto\u200b \ufeffqui", "giusto qui"),
        ("perche\u0301", "perché"),
        ("rotto \ud800 qui", "rotto  qui"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_control_and_invisible_characters_go(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_the_limit_counts_characters_not_bytes_and_the_error_says_how_many() -> None:
    assert validate("è" * 1000, 1000) == "è" * 1000
    with pytest.raises(InvalidMessage, match=r"ha 1012 caratteri e il massimo è 1000: tolga almeno 12 caratteri"):
        validate("à" * 1012, 1000)
    with pytest.raises(InvalidMessage, match="tolga almeno un carattere"):
        validate("a" * 1001, 1000)


@pytest.mark.parametrize("typed", ["", "   \n ", "\u200b\u200d", "\x00"])
def test_nothing_is_not_a_message(typed: str) -> None:
    with pytest.raises(InvalidMessage, match="vuoto"):
        validate(typed, 1000)


@pytest.mark.parametrize(
    "typed", ["/restart", "//restart", "/ /restart", "/\u00a0/restart", " / \n/scegli{}", "\u3000/affirm", "/", "/\x1c/restart"]
)
def test_no_text_is_a_command_even_after_rasa_has_trimmed_it(typed: str) -> None:
    assert not neutralise(typed).strip().startswith("/")


def test_other_slashes_stay() -> None:
    assert neutralise("art. 335/bis e 1/2") == "art. 335/bis e 1/2"
    assert neutralise("/restart e/o altro") == " restart e/o altro"


def test_an_invisible_character_does_not_hide_a_command() -> None:
    assert not neutralise(clean("\u200b/restart")).strip().startswith("/")
