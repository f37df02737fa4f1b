"""Masking of personal data in what is kept for the staff: codes, numbers, addresses and names of persons."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import FrozenSet, List

from bot.known import conoscenza_in_use
from bot.nlu.text import ITALIAN_MODEL, italian

MASK = "[…]"
_PATTERNS = [
    re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # e-mail
    re.compile(r"\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b", re.IGNORECASE),  # codice fiscale
    re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b", re.IGNORECASE),  # IBAN
    re.compile(r"\b[A-Z]{2}\s?\d{3}\s?[A-Z]{2}\b", re.IGNORECASE),  # number plate
    re.compile(r"\b[A-Z]{2}\s?\d{5}\s?[A-Z]{2}\b|\b[A-Z]{2}\s?\d{7}\b", re.IGNORECASE),  # identity card
    re.compile(r"\b\d{1,6}\s?/\s?(?:19|20)?\d{2}\b"),  # number of proceedings
    re.compile(r"\+?\d[\d\s./-]{5,}\d"),  # phones, dates, long numbers
    re.compile(r"\b(?:via|viale|corso|piazza|vicolo|frazione)\s+(?:[A-ZÀ-Ý][\w'.]*\s*){1,3}(?:,?\s*\d+\w?)?"),
    re.compile(
        r"\b(?:mi chiamo|il mio nome è|sono (?:il|la) (?:sig\w*|dott\w*)\.?|signora?|sig\.(?:ra)?)\s+\w+(?:\s+\w+)?",
        re.IGNORECASE,
    ),
]
# a capital inside a sentence, or two capitals in a row anywhere, or two words written all in capitals
_CAPITALIZED = re.compile(
    r"\b[A-ZÀ-Ý][a-zà-ÿ']+(?:\s+[A-ZÀ-Ý][a-zà-ÿ']+)+\b|(?<![.!?]\s)(?<!^)\b[A-ZÀ-Ý][a-zà-ÿ']+\b|\b[A-ZÀ-Ý']{3,}(?:\s+[A-ZÀ-Ý']{3,})+\b"
)


@lru_cache(maxsize=1)
def _public_words() -> FrozenSet[str]:
    """Words that the office's own texts use: an institution or a place named there is nobody's secret."""
    texts = " ".join(conoscenza_in_use().testi.values())
    return frozenset(re.findall(r"[a-zà-ÿ]+", texts.lower()))


def redact(text: str) -> str:
    """The text with what may identify a person replaced by a mask. It errs on the side of masking."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    for name in _persons(text):
        text = text.replace(name, MASK)
    return _CAPITALIZED.sub(_mask_unknown, text)


def _persons(text: str) -> List[str]:
    """Names of persons that spaCy's Italian model finds; none where it is not installed (the blank pipeline knows no names)."""
    if find_spec(ITALIAN_MODEL) is None:
        return []
    return [entity.text for entity in italian()(text).ents if entity.label_ == "PER"]


def _mask_unknown(match: re.Match[str]) -> str:
    words = match[0].lower().split()
    return match[0] if all(word in _public_words() for word in words) else MASK
