"""What people write, before anything else sees it: cleaned, measured, and never a Rasa command."""

from __future__ import annotations

import unicodedata


class InvalidMessage(ValueError):
    """The message cannot be accepted; `str(error)` tells the person why, in Italian."""

    def __init__(self, codice: str, message: str) -> None:
        super().__init__(message)
        self.codice = codice


_JOINERS = "\u200c\u200d"  # they shape emoji and some scripts; every other invisible character goes


def clean(text: str) -> str:
    """The text without control, invisible and broken characters, lines ended by a newline, in composed form, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in text if c == "\n" or c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def validate(text: str, max_chars: int) -> str:
    """The cleaned text; raises InvalidMessage when there is none or too much of it."""
    text = clean(text)
    if not text.strip(_JOINERS + " \n"):
        raise InvalidMessage("vuoto", "Il messaggio è vuoto: scriva la Sua domanda e poi prema «Invia».")
    if len(text) > max_chars:
        over = len(text) - max_chars
        remove = "un carattere" if over == 1 else f"{over} caratteri"
        raise InvalidMessage(
            "troppo_lungo",
            f"Il messaggio ha {len(text)} caratteri e il massimo è {max_chars}: tolga almeno {remove} e lo mandi di nuovo.",
        )
    return text


def neutralise(text: str) -> str:
    """The text as Rasa may read it: slashes at the beginning become spaces.

    Rasa takes "/intent{...}" for a command after it has trimmed the text, so every leading slash must go, not only the first
    ("/ /restart"); the rest of the text is left as it is.
    """
    rest = text.lstrip()
    while rest.startswith("/"):
        rest = rest[1:].lstrip()
    return text if rest == text.lstrip() else " " + rest
