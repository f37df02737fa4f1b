"""Misspelt words put right, and only those."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.spelling import Spelling

TEXTS = [
    "il certificato del casellario",
    "quanto costa il certificato",
    "certificato del casellario urgente",
    "casellario quanto costa",
] * 3
RARE = ["la signora abbia pazienza"]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.learn([*TEXTS, *RARE])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("certficato", "certificato"),
        ("cerificatto", "certificato"),
        ("caselario", "casellario"),
        ("quantto csota", "quanto costa"),
        ("il certificato", "il certificato"),
    ],
)
def test_near_words_are_put_right(spelling: Spelling, written: str, meant: str) -> None:
    assert spelling.correct(written) == meant


@pytest.mark.parametrize("text", ["signora", "abbia", "del", "apostille", "12345", "ccert", ""])
def test_known_short_and_far_words_stay(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text) == text


@given(st.text(max_size=200))
def test_it_never_changes_the_number_of_words(text: str) -> None:
    assert len(Spelling.learn(TEXTS).correct(text).split()) == len(text.split())


def test_it_travels_as_json(spelling: Spelling) -> None:
    again = Spelling.from_dict(json.loads(json.dumps(spelling.as_dict())))
    assert again.correct("certficato urgentte") == spelling.correct("certficato urgentte") == "certificato urgente"
