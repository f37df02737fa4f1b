"""Characters that can be written: what people type, without what has no shape on paper, and what our fonts can draw."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import FrozenSet, Tuple

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
# Each family by its two weights: a character counts as drawn when both can, since a datum may stand in a heading too.
FAMIGLIE = (
    ("SourceSans3-Regular.ttf", "SourceSans3-SemiBold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
)
SEGNAPOSTO = "□"  # stands for a character that none of the fonts draws
_JOINERS = "\u200c\u200d"  # they change how Persian and Indian letters join; every other invisible character only hides things


def pulito(testo: str) -> str:
    """The text in composed form, with plain spaces and line ends, without control, direction and invisible characters."""
    unix = testo.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = []
    for char in unicodedata.normalize("NFC", unix):
        category = unicodedata.category(char)
        if char == "\n" or char == "\u00a0":
            kept.append(char)
        elif category == "Zs" or char in "\t\v\f\x85":
            kept.append(" ")
        elif category in ("Cc", "Cs") or (category == "Cf" and char not in _JOINERS):
            continue
        elif 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE:
            continue  # no characters at all: XML refuses some of them
        else:
            kept.append(char)
    return "".join(kept).strip()


@lru_cache(maxsize=1)
def _drawn() -> Tuple[FrozenSet[int], ...]:
    """What each family can draw, in the order in which the template tries them."""
    found = []
    for files in FAMIGLIE:
        covers = []
        for file in files:
            with TTFont(FONTS / file, lazy=True) as font:
                covers.append(frozenset(font.getBestCmap()))
        found.append(frozenset.intersection(*covers))
    return tuple(found)


def _clusters(testo: str) -> Tuple[str, ...]:
    """The text cut before each character that starts a new shape: accents stay with their letter, a font draws them together."""
    found: list[str] = []
    for char in testo:
        if found and (unicodedata.category(char).startswith("M") or char in _JOINERS) and found[-1] != "\n":
            found[-1] += char
        else:
            found.append(char)
    return tuple(found)


def stampabile(testo: str) -> str:
    """The text, cleaned, with SEGNAPOSTO for each character that none of our fonts draws (Chinese, most emoji ...)."""
    families = _drawn()

    def drawable(cluster: str) -> bool:
        needed = {ord(char) for char in cluster if char not in _JOINERS and char != "\n"}
        return any(needed <= family for family in families)

    return "".join(cluster if drawable(cluster) else SEGNAPOSTO for cluster in _clusters(pulito(testo)))
