"""Is a message Italian, French or English? Doubtful ones are Italian: dialect and foreigners' Italian must not be turned away."""

from __future__ import annotations

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.fr.stop_words import STOP_WORDS as FRENCH
from spacy.lang.it.stop_words import STOP_WORDS as ITALIAN

_FUNCTION_WORDS = {"fr": FRENCH - ITALIAN, "en": ENGLISH - ITALIAN}
_ONLY_ITALIAN = {"fr": ITALIAN - FRENCH, "en": ITALIAN - ENGLISH}
_CERTAIN = 0.9
_MIN_FUNCTION_WORDS = 2


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["it", "fr", "en"])
    return identifier


def language_of(text: str) -> str:
    """ "fr" or "en" when the identifier is certain and the function words agree, "it" otherwise."""
    language, probability = _identifier().classify(text)
    if language == "it" or probability < _CERTAIN:
        return "it"
    words = text.lower().replace("'", " ").replace("’", " ").replace("?", " ").replace(",", " ").split()
    foreign = sum(word in _FUNCTION_WORDS[language] for word in words)
    italian = sum(word in _ONLY_ITALIAN[language] for word in words)
    return language if foreign > italian and (foreign >= _MIN_FUNCTION_WORDS or italian == 0) else "it"
