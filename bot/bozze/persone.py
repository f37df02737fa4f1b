"""Names of persons: where they stand in a message, and which of their words are name and which surname."""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

from codicefiscale import encode_firstname, encode_lastname

from bot.bozze.anagrafe import fold, is_given_name
from bot.bozze.parole import NOT_NAMES, OFTEN_WORDS, OPENING, PARTICLES
from bot.bozze.testo import TAKEN

_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*['.]?")
_TITLES = re.compile(
    r"(?:(?:il|la|l')\s*)?(?:sig(?:nor)?(?:a|\.ra|\.na|\.)?|sig|dott(?:\.?ssa|or|oressa)?|dr(?:\.?ssa)?|avv(?:ocat[oa])?|ing(?:egnere)?"
    r"|geom(?:etra)?|arch(?:itetto)?|prof(?:\.?ssa|essor|essoressa)?|rag(?:ioniere)?|per\.? ?ind)\b\.?\s*",
)


def name_run(text: str, start: int, end: int, longest: int = 6) -> Tuple[int, int]:
    """The stretch of words fit for a name that begins at a place of a message; (start, start) where there is none.

    text: the unread part of the message, as written, with what has been taken as bars. Titles before the name are left out.
    """
    title = _TITLES.match(fold(text[start:end]))
    while title and title.end() and start + title.end() < end:
        start += title.end()
        title = _TITLES.match(fold(text[start:end]))
    at, last, count, previous = start, start, 0, ""
    while count < longest:
        gap = re.compile(r"[ ]*").match(text, at)
        at = gap.end() if gap else at
        word = _WORD.match(text, at, end)
        if not word:
            break
        surname = previous[:1].isupper() and fold(previous) in OPENING and word[0][0].isupper()  # "Lo Giudice"
        if not surname and not _fits(word[0], text[word.end() : end]):
            break
        if word[0] in OFTEN_WORDS and not is_given_name(previous):
            break
        previous = word[0]
        at = word.end()
        if fold(word[0]).strip("'") not in PARTICLES:
            last = at
        count += 1
        if word[0].endswith(".") and len(word[0]) > 2:
            last = at - 1
            break
    return start, last


def _fits(word: str, rest: str) -> bool:
    low = fold(word).strip("'.")
    if low in OPENING and re.match(r"\s*'?[^\W\d_]{2,}", rest):
        following = re.match(r"\s*'?([^\W\d_]+)", rest)
        if following and word[0].isupper() and following[1][0].isupper():
            return True
        return bool(following) and fold(following[1]) not in NOT_NAMES | PARTICLES if low in NOT_NAMES and following else True
    return low not in NOT_NAMES and (len(low) > 1 or word.endswith("."))


def looks_like_name(name: str) -> bool:
    """Whether a stretch of words is surely a name: capitals throughout (particles apart), or a common given name among them."""
    words = [w for w in name.split() if fold(w).strip("'") not in PARTICLES]
    if not words:
        return False
    if any(is_given_name(part) for w in words for part in w.split("-")):
        return True
    return len(words) > 1 and all(w[0].isupper() for w in words)


def split_name(name: str, code: str = "", surname_first: bool = False) -> Tuple[str, str]:
    """(name, surname) of a full name of two words or more.

    code: the person's codice fiscale where it is known, whose first six letters tell. surname_first: it was said so.
    """
    words = name.split()
    if len(words) < 2:
        return name, ""
    if len(code) == 16:
        for i in range(1, len(words)):
            head, tail = " ".join(words[:i]), " ".join(words[i:])
            if (encode_firstname(head), encode_lastname(tail)) == (code[3:6], code[:3]):
                return head, tail
        for i in range(1, len(words)):
            head, tail = " ".join(words[:i]), " ".join(words[i:])
            if (encode_firstname(tail), encode_lastname(head)) == (code[3:6], code[:3]):
                return tail, head
    if all(fold(w).rstrip("'") in PARTICLES for w in words[:-1]) and fold(words[0]).rstrip("'") in OPENING:
        return "", name  # "Di Maio"
    if surname_first:
        cut = _surname_end(words)
        return " ".join(words[cut:]), " ".join(words[:cut])
    loud = [len(w) > 1 and w.isupper() for w in words]
    if any(loud) and not all(loud):  # "Mario ROSSI": the surname stands in capitals
        return " ".join(w for w, up in zip(words, loud, strict=True) if not up), " ".join(
            w for w, up in zip(words, loud, strict=True) if up
        )
    return _by_habit(words)


def _by_habit(words: List[str]) -> Tuple[str, str]:
    if fold(words[0]).rstrip("'") in OPENING or (not _given(words[0]) and all(_given(w) for w in words[1:])):
        cut = _surname_end(words)
        if cut < len(words) and (all(_given(w) for w in words[cut:]) or fold(words[0]) in OPENING):
            return " ".join(words[cut:]), " ".join(words[:cut])
    particle = next((i for i, w in enumerate(words) if i and fold(w).rstrip("'") in PARTICLES), None)
    if particle is not None:
        return " ".join(words[:particle]), " ".join(words[particle:])
    given = 0
    while given < len(words) - 1 and _given(words[given]):
        given += 1
    if not given:
        given = len(words) - 1 if len(words) < 4 else len(words) - 2
    return " ".join(words[:given]), " ".join(words[given:])


def _surname_end(words: List[str]) -> int:
    """How many of the words are the surname, where it comes first: particles and a word, or all before the given names."""
    cut = 0
    while cut < len(words) - 2 and fold(words[cut]).rstrip("'") in PARTICLES:
        cut += 1
    cut += 1
    while cut < len(words) - 1 and not _given(words[cut]) and any(_given(w) for w in words[cut + 1 :]):
        cut += 1
    return cut


def _given(word: str) -> bool:
    return all(is_given_name(part) for part in word.split("-"))


def blanked(raw: str, low: str) -> str:
    """The message as written with what has been taken as bars."""
    return "".join(TAKEN if taken == TAKEN else c for c, taken in zip(raw, low, strict=True))


def known_code(*codes: Optional[str]) -> str:
    """The first codice fiscale of a person (16 characters) among some."""
    return next((c for c in codes if c and len(c) == 16), "")
