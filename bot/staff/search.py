"""Search over all knowledge: accents and capitals do not matter, a typing error does not either.

A word of the query stands for every word of the knowledge that is close to it (rapidfuzz); sheets are ranked by how rare the
words they share with the query are (the inverse document frequency) and by where they stand: title, ways of asking, text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.staff.sheets import ANSWER, TOPIC, Sheet

_WORD = re.compile(r"[a-z0-9]+")
_PHONE = re.compile(r"\b0\d{1,3}(?:[ ./-]?\d{2,4}){2,4}\b")
_FUNCTION_WORDS = """
a ad al alla alle agli ai allo anche che chi ci come con cosa da dal dalla dei del della delle dello di dove e ed gli ha ho i il
in io la le lo ma mi nel nella non o per piu quando quale quali quanto qual se serve si sono su sul sulla tra un una uno vi
"""
_STOP = frozenset(_FUNCTION_WORDS.split())
WEIGHTS = {"titolo": 4.0, "chiave": 4.0, "domande": 1.5, "testo": 1.0}
SHORT, LONG = 4, 8  # letters from which a word may have one error, and two
AS_MANY = 12  # words of the knowledge that one word of the query may stand for
EXCERPT = 220


@dataclass(frozen=True)
class Found:
    """A sheet that a query found, how well, and the piece of its text that shows why."""

    sheet: Sheet
    score: float
    brano: str


def fold(text: str) -> str:
    """The text in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words that count; a telephone number is one word, however its digits are grouped."""
    joined = _PHONE.sub(lambda match: re.sub(r"\D", "", match[0]), fold(text))
    return [w for w in _WORD.findall(joined) if w not in _STOP]


class Index:
    """The sheets, ready to be searched."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._sheets = list(sheets)
        self._places: dict[str, dict[int, float]] = defaultdict(dict)  # word -> sheet -> weight
        for number, sheet in enumerate(self._sheets):
            parts = {"titolo": sheet.titolo, "chiave": sheet.chiave, "domande": " ".join(sheet.domande), "testo": sheet.testo}
            for part, text in parts.items():
                for word in set(words(text)):
                    self._places[word][number] = self._places[word].get(number, 0.0) + WEIGHTS[part]
        self._vocabulary = list(self._places)

    def search(self, query: str, limit: int = 20) -> list[Found]:
        """The sheets that a query finds, best first."""
        asked = list(dict.fromkeys(words(query)))
        scores: dict[int, float] = defaultdict(float)
        met: dict[int, set[str]] = defaultdict(set)
        meant: set[str] = set()
        for word in asked:
            best: dict[int, float] = {}
            for close, likeness in self._close_to(word):
                meant.add(close)
                rarity = math.log(1 + len(self._sheets) / len(self._places[close]))
                for number, weight in self._places[close].items():
                    best[number] = max(best.get(number, 0.0), likeness * rarity * math.sqrt(weight))
            for number, value in best.items():
                scores[number] += value
                met[number].add(word)

        def rank(number: int) -> tuple[float, bool, int]:  # of equal ones the office before the many answers that name its phone
            return -len(met[number]) / len(asked) * scores[number], self._sheets[number].tipo in (ANSWER, TOPIC), number

        ranked = sorted(scores, key=rank)[:limit]
        return [Found(self._sheets[n], round(scores[n], 3), excerpt(self._sheets[n].testo, meant)) for n in ranked]

    def _close_to(self, word: str) -> list[tuple[str, float]]:
        exact = [(word, 1.0)] if word in self._places else []
        if len(word) < SHORT or word.isdigit():
            return exact
        begun = [(w, 0.9) for w in self._vocabulary if w.startswith(word) and w != word][:AS_MANY]
        errors = 2 if len(word) >= LONG else 1
        found = process.extract(word, self._vocabulary, scorer=OSA.distance, score_cutoff=errors, limit=AS_MANY)
        known = {w for w, _ in exact + begun}
        return exact + begun + [(w, 0.8 - 0.2 * distance) for w, distance, _ in found if w not in known]


def excerpt(text: str, meant: set[str]) -> str:
    """The piece of a text around the first of the words that were meant, or its beginning."""
    flat = " ".join(text.split())
    if len(flat) <= EXCERPT:
        return flat
    first = next((m.start() for m in re.finditer(r"[^\W_]+", flat) if fold(m[0]) in meant), 0)
    start = 0 if first < EXCERPT // 2 else flat.rfind(" ", 0, first - EXCERPT // 3) + 1
    end = flat.rfind(" ", start, start + EXCERPT)
    end = end if end > start and start + EXCERPT < len(flat) else min(len(flat), start + EXCERPT)
    return ("… " if start else "") + flat[start:end].strip() + (" …" if end < len(flat) else "")
