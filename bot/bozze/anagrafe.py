"""Places and given names that the Italian tax code knows (data of python-codicefiscale), looked up as people write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Dict, FrozenSet, Optional, Set

from codicefiscale.data import get_countries_data, get_municipalities_data, get_names_data

_SMALL_TEXT = "di d del della dell dei degli delle nel nell nella in"
_SMALL = frozenset(_SMALL_TEXT.split())


def fold(text: str) -> str:
    """Lower case without accents, of the same length as the text, so that places in one are places in the other."""
    return "".join(_fold_char(c) for c in text)


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in "’‘ʼ`´":
        return "'"
    folded = unicodedata.normalize("NFD", char)[0].lower()
    return folded if len(folded) == 1 else char


def _key(name: str) -> str:
    words = re.findall(r"[^\W_]+", fold(name))
    return "".join(w for i, w in enumerate(words) if w not in _SMALL or i in (0, len(words) - 1))


@lru_cache(maxsize=1)
def _municipalities() -> Dict[str, FrozenSet[str]]:
    return _by_key(get_municipalities_data())


@lru_cache(maxsize=1)
def _countries() -> Dict[str, FrozenSet[str]]:
    return _by_key(get_countries_data())


def _by_key(rows: "list[dict[str, str]]") -> Dict[str, FrozenSet[str]]:
    found: Dict[str, Set[str]] = {}
    for row in rows:
        for name in (row["name"], *row["name_slugs"]):
            found.setdefault(_key(name), set()).add(row["code"])
    return {key: frozenset(codes) for key, codes in found.items() if key}


@lru_cache(maxsize=1)
def provinces() -> FrozenSet[str]:
    """The two letters of each Italian province, past ones too."""
    return frozenset(row["province"] for row in get_municipalities_data() if re.fullmatch(r"[A-Z]{2}", row["province"]))


@lru_cache(maxsize=1)
def _given_names() -> FrozenSet[str]:
    return frozenset(fold(name) for names in get_names_data().values() for name in names)


@lru_cache(maxsize=1)
def _codes() -> Dict[str, str]:
    """The name in use of each place, by its code."""
    rows = [*get_countries_data(), *sorted(get_municipalities_data(), key=lambda r: bool(r["active"]))]
    return {row["code"]: row["name"] for row in rows}


def is_given_name(word: str) -> bool:
    """Whether a word is a common Italian given name."""
    return fold(word) in _given_names()


def is_municipality(name: str) -> bool:
    """Whether an Italian municipality is or was called so."""
    return _key(name) in _municipalities()


def is_place(name: str) -> bool:
    """Whether an Italian municipality or a country is or was called so."""
    return is_municipality(name) or _key(name) in _countries()


def place_codes(place: str) -> FrozenSet[str]:
    """The tax-code codes of a place as people write it ("Ivrea", "Ivrea (TO)", "San Gallo (Svizzera)"); empty if unknown.

    A country in brackets or after a comma wins over a town of the same name; a municipality has several codes where it changed.
    """
    parts = [p.strip() for p in re.split(r"[(),]", place) if p.strip()]
    for part in parts[1:]:
        if _key(part) in _countries():
            return _countries()[_key(part)]
    head = parts[0] if parts else ""
    without_province = re.sub(r"\s+[A-Z]{2}$", "", head)
    for name in (head, without_province):
        codes = _municipalities().get(_key(name), frozenset()) | _countries().get(_key(name), frozenset())
        if codes:
            return codes
    return frozenset()


def place_name(code: str) -> Optional[str]:
    """The place of a tax-code code ("E379": Ivrea), None if there is none."""
    return _codes().get(code)
