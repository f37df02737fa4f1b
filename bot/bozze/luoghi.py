"""Places and addresses in a message: where they begin and end."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from bot.bozze.anagrafe import fold, is_municipality, is_place, provinces
from bot.bozze.testo import TAKEN

_STREET = (
    r"(?:via|v\.|viale|v\.?le|corso|c\.?so|piazza|p\.?zza|p\.?za|piazzale|p\.?le|piazzetta|largo|vicolo|vico|strada|str\.|frazione|fraz\.?|fr\."
    r"|localita|loc\.?|contrada|c\.?da|borgo|borgata|regione|reg\.|hameau|rue|avenue|spalto|salita|calle|lungomare|lungo\w+|galleria|rione"
    r"|traversa|villaggio|cascina|passaggio|quartiere|circonvallazione|presso|chez)(?<![a-z])?(?=[\s.])"
)
STREET = re.compile(
    rf"(?<![\w.]){_STREET}\.?\s*(?!mail|e-?mail|email|pec\b|posta|telefono|fax|internet"
    r"|di\b\s+\w+\s+per\b|di un[oa]?\b|di (?:validita|opera|notifica|procedura|esecuzione|svolgimento))(?=[a-z0-9'])"
)
ADDRESS_CUE = re.compile(
    r"\b(?:resident[ei]|residenza|risied\w+|abit[oa]|abitante|abitazione|domiciliat[oa]|domicilio|indirizzo|vivo"
    r"|sede(?: legale)?)\b"
    r"(?:\s*(?:[:=,]|\be'?(?=\s)|anagrafic[oa]|attuale|e domiciliat[oa]|mio|mia)\s*)*\s*(?:(?:in|a|ad|al|presso|nel"
    r"|nella|nello)\s+)?"
)
# where an address ends though nothing separates it from what follows
_STOP = re.compile(
    r"\b(?:codice fiscale|cod\.? ?fisc\w*|c\.?\s?f\.?(?=[\s:])|nat[oa] (?:a|ad|il|in|nel)\b|tel(?:efono)?\b"
    r"|cell(?:ulare)?\b|e-?mail\b|mail\b|pec\b|iban\b|bic\b"
    r"|partita iva|p\.? ?iva|procediment\w+|recapito|numero di (?:telefono|cellulare)|domiciliat[oa]\b|cittadin\w+ ital\w+"
    r"|e (?:il|la|mi|sono|ho|abito|risiedo|lavoro)\b|il mio\b|la mia\b|mi chiamo\b|sono nat[oa]\b|grazie\b"
    r"|data di nascita|luogo di nascita)"
)
_CIVIC = re.compile(
    r"(?:n\.?\s*|nr\.?\s*|num(?:ero)?\.?\s*|civico\s+)?\d{1,4}(?:\s?/?\s?(?:[a-z]|bis|ter)\b)?(?:/\w{1,4})?(?![\w/.-]*\d)"
    r"|int(?:erno)?\.?\s*\w+|scala\s+\w+|piano\s+\w+|s\.?n\.?c\.?"
)
_POSTCODE = re.compile(r"(?:cap\s*:?\s*)?(?:i-)?\d{4,5}\b")
_SMALL_TEXT = "di del della dello dell dei degli delle da dal dalla e n a al alla in le la il lo nr d l sul san santa santo"
_SMALL = frozenset(_SMALL_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+(?:['\-.][^\W\d_]+)*'?")


def find_address(raw: str, low: str, start: int, cued: bool) -> Optional[Tuple[int, int]]:
    """The stretch of an address that begins at a place, None where there is none.

    raw, low: the message as written and folded, of the same length, with what has been taken as bars. cued: words that
    announce an address stand before it, so that a town before the street, or a foreign street, is enough.
    """
    street = STREET.match(low, start)
    if not street and not cued:
        return None
    begin, at = start, street.end() if street else start
    at = _line_end(low, at)
    if not street:
        town = _town_end(raw, start)
        later = STREET.match(low, _skip(low, town)) if town else None
        inner = re.compile(r"\s*,?\s*(?:in\s+|alla\s+)?").match(low, town) if town else None
        later = STREET.match(low, inner.end()) if inner else later
        at = _line_end(low, later.end()) if later else town or at
        if not town and not re.search(r"\d", low[start:at]) and not re.match(r"\s*,\s*\d", low[at:]):
            return None
    while True:
        following = _piece_end(raw, low, at)
        if following is None:
            break
        at = following
    while at > begin and raw[at - 1] in " ,.;:-\n":
        at -= 1
    return (begin, at) if at > begin else None


def _line_end(low: str, start: int) -> int:
    end = re.compile(rf"[^,;\n{TAKEN}?!]*").match(low, start)
    stop = _STOP.search(low, start, end.end() if end else start)
    at = stop.start() if stop else end.end() if end else start
    sentence = re.compile(r"(?<=\d)\.\s|(?<=[a-z]{4})\.\s").search(low, start, at)
    return sentence.start() if sentence else at


def _skip(low: str, at: int) -> int:
    gap = re.compile(r"[\s,]*").match(low, at)
    return gap.end() if gap else at


def _piece_end(raw: str, low: str, at: int) -> Optional[int]:
    """Where the part of an address after a comma or a line break ends; None if what follows is no part of it."""
    begin = _skip(low, at)
    if begin >= len(low) or begin == at or low[begin] == TAKEN or _STOP.match(low, begin):
        return None
    bracket = re.compile(r"\(\s*[^()]{2,30}\)").match(low, begin)
    if bracket:
        return bracket.end()
    civic = _CIVIC.match(low, begin)
    if civic and re.match(rf"\s*(?:[,;\n({TAKEN}?!]|\.\s|\.?$|\d{{5}}\b|-)", low[civic.end() :]):
        return civic.end()
    postcode = _POSTCODE.match(low, begin)
    if postcode:
        return _line_end(low, postcode.end())
    if STREET.match(low, begin):
        return _line_end(low, begin)
    end = _line_end(low, begin)
    piece = raw[begin:end].strip(" .")
    if piece.upper() in provinces() or is_place(re.sub(r"\s*\(?\b[A-Z]{2}\)?$", "", piece)):
        return end
    return None


def _town_end(raw: str, start: int) -> int:
    """Where the town that begins at a place ends (with its province), 0 where none does."""
    best, at = 0, start
    for _ in range(6):
        word = _WORD.match(raw, at)
        if not word:
            break
        if is_municipality(raw[start : word.end()]) or is_place(raw[start : word.end()]):
            best = word.end()
        at = word.end() + (raw[word.end() : word.end() + 1] == " ")
    if not best:
        return 0
    province = re.compile(r"\s*,?\s*\(\s*([A-Za-z]{2})\s*\)|\s*,?\s*([A-Z]{2})\b").match(raw, best)
    if province and (province[1] or province[2]).upper() in provinces():
        return province.end()
    state = re.compile(r"\s*,?\s*\(([^()\d]{3,40})\)").match(raw, best)
    return state.end() if state else best


def find_place(raw: str, low: str, start: int) -> Optional[Tuple[int, int]]:
    """The stretch of a place of birth that begins at a place of a message: a known one, or the words up to the next sign."""
    at = start
    bar = re.compile(r"(?:comune di|citta di|provincia di)\s+").match(low, start)
    if bar:
        at = bar.end()
    known = _town_end(raw.replace("\n", TAKEN), at)
    if known:
        state = re.compile(r"\s*,\s*(?:in\s+)?([^\W\d_]+(?: [^\W\d_]+){0,2})").match(raw, known)
        if state and not is_municipality(state[1]) and is_place(state[1]):
            return at, state.end()
        return at, known
    free = re.compile(rf"[^,;\n{TAKEN}\d(.?!]*(?:\([^()\d]{{2,40}}\))?").match(low, at)
    end = free.end() if free else at
    cut = re.compile(r"\s(?:il|in data|nel|lo|e|ed|residente|abito|con|di professione|ma|codice)\b").search(low, at, end)
    end = cut.start() if cut else end
    stop = _STOP.search(low, at, end)
    end = stop.start() if stop else end
    words = raw[at:end].split()
    if not words or len(words) > 6 or len(raw[at:end].strip()) < 2:
        return None
    return at, at + len(raw[at:end].rstrip())


def tidy_address(text: str) -> str:
    """An address in one line: capitals where none were typed, a comma before the postcode, the street before the town."""
    text = re.sub(r"\s*[\n,]+\s*", ", ", text.strip(" ,;.\n"))
    text = re.sub(r" {2,}", " ", text)
    if text.islower() or text.isupper():
        words = re.split(r"([\s,()']+)", text.lower())
        text = "".join(w if w in _SMALL or STREET.match(w + " a") else w[:1].upper() + w[1:] for w in words)
        text = re.sub(
            r"(?:(?<=\()|(?<=\w ))([A-Z][a-z])(?=\)|$)", lambda m: m[0].upper() if m[0].upper() in provinces() else m[0], text
        )
    text = re.sub(r"(?<=[\w.)])(?:\s+-)?\s+(\d{5})(?=[\s,]|$)", r", \1", re.sub(r"(?i)\bcap\b\s*[:,]?\s*(?=\d{5})", "", text))
    text = re.sub(r"\b[IVX][ivx]+\b", lambda m: m[0].upper(), text)  # "Vittorio Emanuele II"
    text = re.sub(r"(?<=\b\d{5}), (?=[^\W\d_])", " ", text)
    town = re.match(r"^([^\d,]+?),? (?:in |alla )?(?=" + _STREET + ")", fold(text))
    if town and _town_end(text, 0) and _town_end(text, 0) >= len(town[1]) and STREET.match(fold(text), town.end()):
        text = f"{text[town.end() :]}, {text[: len(town[1])]}"
    return text
