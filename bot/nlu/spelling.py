"""Misspelt words put right, against the words of the training questions: "caselario" becomes "casellario".

Only words that nobody wrote in training are touched, and only where a frequent one is a letter or two away, so that names and
rare words stay as they are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5  # letters: shorter words have too many neighbours
LONG = 8  # letters from which two mistakes are forgiven
FREQUENT = 3  # times a word must occur in training to be put in the place of another
SHORTEST_FREQUENT = 4


class Spelling:
    """Corrects normalized texts (text.py). Made by `learn` or from the dictionary of `as_dict`."""

    def __init__(self, known: Iterable[str] = (), frequent: Iterable[str] = ()):
        self._known = set(known)
        self._frequent: List[str] = sorted(frequent)

    @staticmethod
    def learn(texts: Iterable[str]) -> "Spelling":
        """The words of normalized training texts."""
        counts = Counter(word for text in texts for word in text.split())
        frequent = [w for w, n in counts.items() if n >= FREQUENT and len(w) >= SHORTEST_FREQUENT and w.isalpha()]
        return Spelling(counts, frequent)

    def correct(self, text: str) -> str:
        """The text with each unknown word replaced by the nearest frequent one, where there is one near enough."""
        return " ".join(self._corrected(word) for word in text.split())

    def _corrected(self, word: str) -> str:
        if len(word) < SHORTEST or word in self._known or not word.isalpha():
            return word
        mistakes = 1 if len(word) < LONG else 2
        found = process.extractOne(word, self._frequent, scorer=OSA.distance, score_cutoff=mistakes)
        return found[0] if found else word

    def as_dict(self) -> Dict[str, Any]:
        """JSON-ready form."""
        return {"known": sorted(self._known), "frequent": self._frequent}

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> "Spelling":
        """The inverse of as_dict."""
        return Spelling(data["known"], data["frequent"])
