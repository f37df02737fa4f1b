"""Is a message Italian, French or English? Doubtful ones are Italian: dialect and foreigners' Italian must not be turned away."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, FrozenSet, Tuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_CERTAIN = 0.9
_MIN_FUNCTION_WORDS = 2


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # heavy, and training needs no language

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["it", "fr", "en"])
    return identifier


@lru_cache(maxsize=2)
def _function_words(language: str) -> Tuple[FrozenSet[str], FrozenSet[str]]:
    """The function words of a language that are not Italian, and the Italian ones that are not of that language."""
    from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
    from spacy.lang.fr.stop_words import STOP_WORDS as FRENCH
    from spacy.lang.it.stop_words import STOP_WORDS as ITALIAN

    own = {"fr": FRENCH, "en": ENGLISH}[language]
    return frozenset(own - ITALIAN), frozenset(ITALIAN - own)


def language_of(text: str) -> str:
    """ "fr" or "en" when the identifier is certain and the function words agree, "it" otherwise."""
    language, probability = _identifier().classify(text)
    if language == "it" or probability < _CERTAIN:
        return "it"
    words = text.lower().replace("'", " ").replace("’", " ").replace("?", " ").replace(",", " ").split()
    theirs, only_italian = _function_words(language)
    foreign = sum(word in theirs for word in words)
    italian = sum(word in only_italian for word in words)
    return language if foreign > italian and (foreign >= _MIN_FUNCTION_WORDS or italian == 0) else "it"
