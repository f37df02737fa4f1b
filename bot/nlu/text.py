"""Italian text as the classifier sees it: accents, apostrophes, chat spelling and dictation folded together."""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from spacy.language import Language

logger = logging.getLogger(__name__)

ITALIAN_MODEL = "it_core_news_sm"

# Chat spelling that hides the words a question turns on. Only forms that are not Italian words themselves.
_CHAT = {
    "nn": "non", "cn": "con", "x": "per", "xke": "perche", "xche": "perche", "perke": "perche", "xk": "perche", "pk": "perche",
    "ke": "che", "ki": "chi", "cmq": "comunque", "qnt": "quanto", "qnto": "quanto", "quant": "quanto", "qndo": "quando",
    "qnd": "quando", "qlc": "qualche", "qlcs": "qualcosa", "dv": "dove", "cs": "cosa", "tt": "tutto", "grz": "grazie",
    "sn": "sono", "dp": "dopo", "anke": "anche", "ho": "ho", "k": "che", "cert": "certificato", "doc": "documento",
    "docs": "documenti", "uff": "ufficio", "avv": "avvocato", "mod": "modulo", "pag": "pagine", "pagg": "pagine",
    "urg": "urgente", "gg": "giorni", "proc": "procedimento", "tel": "telefono", "telefn": "telefono", "num": "numero",
}  # fmt: skip
_ABBREVIATIONS = [
    (re.compile(r"\bp\s*\.?\s*m\b\.?"), "pm"),
    (re.compile(r"\bp\s*\.?\s*iva\b"), "partita iva"),
    (re.compile(r"\bc\s*\.?\s*t\s*\.?\s*u\b\.?"), "ctu"),
    (re.compile(r"\bg\s*\.?\s*d\s*\.?\s*p\b\.?"), "giudice di pace"),
    (re.compile(r"\bp\s*\.\s*a\b\.?"), "pubblica amministrazione"),
    (re.compile(r"\bart\s*\.?\s*(?=\d)"), "articolo "),
    (re.compile(r"\b(21|415|335|25|24|110|612|624|13)[\s-]*bis\b"), r"\1bis"),
    (re.compile(r"\bu\s*\.\s*r\s*\.\s*a\s*\.\s*p\s*\.\s*i\b\.?"), "urapi"),
    (re.compile(r"\bmodello ventuno[\s-]*bis\b"), "modello 21bis"),
]
_MODULE_CODE = re.compile(r"\b([abc])[\s.-]?0?(\d{1,2})\b")
_TAG = re.compile(r"<[^>]{0,200}>")
_NOT_WORD = re.compile(r"[^a-z0-9€?]+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_TOO_LONG = 1500


def _fold_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _module_code(match: "re.Match[str]") -> str:
    number = int(match[2])
    return f"modulo{match[1]}{number:02d}" if 1 <= number <= 11 else match[0]


def normalize(text: str) -> str:
    """The text in lower case without accents, markup and punctuation (question marks stay), abbreviations written out."""
    text = unicodedata.normalize("NFKC", text[:_TOO_LONG])
    text = _TAG.sub(" ", text).replace("’", "'").replace("`", "'")
    text = _fold_accents(text.lower())
    for pattern, replacement in _ABBREVIATIONS:
        text = pattern.sub(replacement, text)
    text = _MODULE_CODE.sub(_module_code, text)
    text = _LONG_RUN.sub(r"\1\1", text)
    words = _NOT_WORD.sub(" ", text.replace("?", " ? ")).split()
    return " ".join(_CHAT.get(word, word) for word in words)


@lru_cache(maxsize=1)
def italian() -> Language:
    """spaCy's Italian pipeline: the authors' small model where it is installed, the blank tokenizer elsewhere."""
    import spacy  # brings TensorFlow along where that is installed: only who needs tokens pays for it

    try:
        nlp = spacy.load(ITALIAN_MODEL, exclude=["parser"])
        logger.info("spaCy: uso il modello %s", ITALIAN_MODEL)
    except OSError:
        nlp = spacy.blank("it")
        logger.info("spaCy: %s non è installato, uso i token dell'italiano di base (make modello-italiano)", ITALIAN_MODEL)
    return nlp


def tokens(text: str) -> List[str]:
    """Italian tokens of a text, white space left out."""
    return [token.text for token in italian().tokenizer(text) if not token.is_space]


_CLAUSE = re.compile(
    r"[?!;\n]+|\.(?=\s|$)|,?\s+(?:e|ed|poi|inoltre)\s+"
    r"(?=(?:quanto|quanti|quante|dove|come|quando|chi|che|cosa|quale|quali|in quanto|"
    r"a che|entro|devo|posso|serve|servono|mi serve|c'e|per quanto)\b)",
    re.IGNORECASE,
)


def clauses(text: str) -> List[str]:
    """The questions a message is made of, when there is more than one: split at sentence ends and at "e quanto/dove/come"."""
    parts = [part.strip(" ,.:") for part in _CLAUSE.split(text[:_TOO_LONG])]
    return [part for part in parts if len(part.split()) >= 2]
