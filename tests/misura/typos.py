"""Typing mistakes as people make them: a neighbouring key, a letter left out, two letters swapped, accents forgotten."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ACCENTED = "àèéìòù"


def _neighbours() -> dict[str, str]:
    """The keys around each letter of an Italian keyboard; each row stands half a key to the right of the one above."""
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            above = _ROWS[number - 1][place : place + 2] if number else ""
            below = _ROWS[number + 1][max(place - 1, 0) : place + 1] if number + 1 < len(_ROWS) else ""
            found[letter] = beside + above + below
    return found


NEIGHBOURS = _neighbours()


def _wrong_key(text: str, place: int, chance: random.Random) -> str:
    keys = NEIGHBOURS.get(text[place].lower())
    return text[:place] + chance.choice(keys) + text[place + 1 :] if keys else text


def _left_out(text: str, place: int, chance: random.Random) -> str:
    return text[:place] + text[place + 1 :]


def _swapped(text: str, place: int, chance: random.Random) -> str:
    if place + 1 >= len(text) or not text[place + 1].isalpha():
        return text
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _without_accent(text: str, place: int, chance: random.Random) -> str:
    """ "perché" as "perche" or "perche'"."""
    bare = unicodedata.normalize("NFD", text[place])[0]
    return text[:place] + bare + chance.choice(("", "'")) + text[place + 1 :]


_MISTAKES: tuple[Callable[[str, int, random.Random], str], ...] = (_wrong_key, _left_out, _swapped)


def with_typos(text: str, letters_per_typo: int, seed: int) -> str:
    """The text with about one mistake every so many letters, always the same for the same text and seed."""
    chance = random.Random(f"{seed} {text}")
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    number = len(letters) // letters_per_typo + (chance.random() * letters_per_typo < len(letters) % letters_per_typo)
    for place in sorted(chance.sample(letters, number), reverse=True):  # from the end, so that the places before stay true
        mistake = _without_accent if text[place].lower() in _ACCENTED else chance.choice(_MISTAKES)
        text = mistake(text, place, chance)
    return text
