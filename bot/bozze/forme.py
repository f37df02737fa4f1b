"""Data that have a shape of their own, found in a message: codes, e-mail, procedimento, phone, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, List, Optional, Set

import phonenumbers
from stdnum import bic
from stdnum.it import iva

from bot.bozze.date import MONTHS
from bot.bozze.numeri import iban_length
from bot.bozze.testo import TAKEN, Testo

_EMAIL = re.compile(r"[^\s<>,;:()\[\]\"¦=]+@[^\s<>,;()\[\]\"¦=]*[^\s<>,;()\[\]\"¦=.?!]")
_OMOCODE = r"[\dlmnpqrstuv]"
_FISCAL = re.compile(
    rf"\b[a-z]{{3}}[ -]?[a-z]{{3}}[ -]?{_OMOCODE}{{2}}[ ]?[abcdehlmprst][ ]?{_OMOCODE}{{2}}"
    rf"[ -]?[a-z][ ]?{_OMOCODE}{{3}}[ ]?[a-z]\b"
)
_NEARLY_FISCAL = re.compile(r"\b[a-z]{5,7}(?=[a-z0-9]*\d)[a-z0-9]{6,12}\b")
_IBAN = re.compile(r"\b([a-z]{2})[ ]?(\d{2})(?=[ .-]?[a-z0-9])")
_VAT_CUE = re.compile(
    r"(?:\bp(?:artita)?\W{0,2}i\W?v\W?a\b|\bp\.i\.)\s*(?:n\.?|nr\.?|numero|e'?|:|=)*\s*((?:it)?\s?\d[\d .]{3,18}\d)"
)
_VAT = re.compile(r"(?<![\w+./-])(?:it\s?)?\d{11}(?![\w/])")
_BIC_CUE = re.compile(r"\b(?:bic|swift)(?:\s*/\s*(?:bic|swift))?\s*(?:code|e'?|:|=)*\s*([a-z0-9]{6,13})\b")
_BIC = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
_PROC_CUE = (
    r"(?:procediment\w+|causa|ruolo|proc\.?(?:\s*pen(?:ale)?\.?)?|fascicolo|r\.?\s?g\.?(?:\s?n\.?\s?r\.?)?"
    r"|n\.?\s?r\.?\s?g\.?(?:\s?n\.?\s?r\.?)?|notizie? di reato)"
)
_PROC_NUMBER = r"\d{1,6}\s*(?:/|-|\s+del(?:l'?\s?anno)?\s+|\s+anno\s+|\s+)\s*(?:(?:19|20)\d{2}|\d{2})(?![\d]|\s*/\s*\d{2,4})"
_PROCEEDING = re.compile(
    rf"\b{_PROC_CUE}(?:\s*(?:penale|numero|nr?\.?|n°|:|=|e'?|il|di|del|registro|generale|mod(?:ello)?\.?\s?(?:21\s?bis|21|44|45)|-|,)\s*)*\s*(?P<a>{_PROC_NUMBER})"
    rf"|(?<![\d/])(?P<b>{_PROC_NUMBER})\s*(?:r\.?\s?g\.?\b|n\.?\s?r\.?\b|mod\.?\s?(?:21|44|45))"
)
_PROC_BARE = re.compile(
    r"(?<![\d/.,-])(?:n\.?\s*|nr\.?\s*|numero\s*)?(\d{1,6}\s*/\s*(?:(?:19|20)\d{2}|\d{2})|\d{1,6}\s+del(?:l'anno)?\s+(?:\d{4}|\d{2}))(?![\d]|\s*/\s*\d)"
)
_PROT_NUMBER = r"\d{1,7}(?:\s*/\s*(?:(?:19|20)\d{2}|\d{2})|\s+del(?:l'anno)?\s+(?:19|20)\d{2})?(?![\d/.,-]*\d)"
_PROT_CUE = (
    r"\b(?:prot(?:ocollo)?|patrocinio|pss|ammissione|delibera|provvedimento)\b\.?"
    r"(?:\s*(?:n\.?|nr\.?|n°|numero|prot\.?|protocollo|di|al|patrocinio|ammissione|del coa|coa|e'?|:|=|-)(?![^\W\d_])\s*)*\s*"
)
_PROTOCOL = re.compile(rf"{_PROT_CUE}(?P<a>{_PROT_NUMBER})")
_PROT_BARE = re.compile(
    rf"(?<![\d/.,-])(?:\b(?:n\.?|nr\.?|n°|numero)\s*(?P<a>{_PROT_NUMBER})"
    r"|(?P<b>\d{1,7}\s*/\s*(?:(?:19|20)\d{2}|\d{2})(?![\d]|\s*/\s*\d)))"
)
_ONLY_NUMBER = re.compile(rf"^\W*(?P<a>{_PROT_NUMBER})\W*$")
_LAW = re.compile(r"\b(?:legge|l|d\W?p\W?r|d\W?lgs|decreto|dm|dl|art\w*|reg|regolamento|sentenza)\W{0,3}(?:n\W{0,2})?$")
_PHONE_CUE = re.compile(
    r"\b(?:tel(?:efono)?|cell(?:ulare)?|cel|recapito|numero(?: di (?:telefono|cellulare))?|fisso|mobile|whatsapp"
    r"|chiamat\w+|contatt\w+)\b\.?"
    r"(?:\s*(?:e'?|:|=|n\.?|nr\.?|numero|al|il|mio|di casa|-|telefonico|cellulare|telefono)\s*)*$"
)
_PHONE = re.compile(r"(?<![\w/@.,-])(?:\+|00)?\(?\d(?:[ ./\-()]{0,2}\d){3,17}(?![\w/@])")
_NUMW = (
    r"(?:primo|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto"
    r"|diciannove|vent\w+|trent\w+)"
)
_TENS = r"[a-z]*(?:venti|vent|trenta?|quarant|cinquant|sessant|settant|ottant|novant)[a-z]*"
_UNITS = (
    r"(?:uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici"
    r"|dicia\w+|diciotto)"
)
_YEARW = (
    rf"(?:mille\s?nove\s?cento(?:\s?(?:{_TENS}|{_UNITS}))?(?:\s{_UNITS}\b)?|due\s?mila(?:\s?(?:{_TENS}"
    rf"|{_UNITS}))?(?:\s{_UNITS}\b)?|{_TENS}(?:\s{_UNITS}\b)?)"
)
_DATE = re.compile(
    r"(?<![\d/])\d{4}\s?-\s?\d{1,2}\s?-\s?\d{1,2}(?![\d/])"
    r"|(?<![\d/.])\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|\d{2})(?![\d/])"
    rf"|(?<![\d/.])\b(?:\d{{1,2}}\s?[°º]?|{_NUMW}(?:\s(?:uno|due|tre|otto)\b)?)\s*(?:di\s+|del mese di\s+|/"
    rf"|-)?\s*(?:{MONTHS})\b\.?"
    rf"(?:[\s,/-]*(?:del\s+|dell anno\s+|del l anno\s+|anno\s+)?(?:\d{{4}}|\d{{2}}(?!\d|[/:])|{_YEARW})\b)?"
)
_DATE_LOOSE = re.compile(
    r"(?<![\d/.])\d{1,2}(?:\s?[/.\-]\s?|\s)\d{1,2}\s\d{4}(?!\d)|(?<!\d)\d{8}(?!\d)|(?<![\d/.,])\d{1,2}\s?/\s?\d{1,2}(?![\d/,.])"
)
_DAY_MONTH = re.compile(r"\b(?:dal|al|dall|all)\s+(?:giorno\s+)?(\d{1,2}\s?[/.]\s?\d{1,2})(?![\d/.,])")
_FROM_DAY = re.compile(
    rf"\b(?:dal|dall)\s+(\d{{1,2}})\s+(?=al(?:l)?\s+\d{{1,2}}\s*(?:(?:di\s+)?(?P<month>{MONTHS})\b|[/.]\s?(?P<number>\d{{1,2}})))"
)


@dataclass(frozen=True)
class Span:
    """A datum of a kind in a message, and how it was written."""

    tipo: str
    start: int
    end: int
    said: str


def spans(text: Testo, kinds: Set[str], asked: Set[str]) -> Iterator[Span]:
    """The data with a shape in the unread part of a message, one at a time: the caller marks each as read before the next.

    kinds: the kinds of the fields of the draft. asked: the kinds just asked, of which a bare code will do.
    """
    yield from _found(text, _EMAIL, "email")
    yield from _found(text, _FISCAL, "codice_fiscale", lambda said: sum(c.isdigit() for c in said) >= 2)
    yield from _ibans(text, "iban" in asked)
    yield from _found(text, _NEARLY_FISCAL, "codice_fiscale", lambda said: sum(c.isdigit() for c in said) >= 4)
    yield from _vat(text, kinds, asked)
    yield from _found(text, _BIC_CUE, "bic", group=1)
    if "bic" in kinds:
        for match in list(_BIC.finditer(text.raw)):
            if (
                TAKEN not in text.low[match.start() : match.end()]
                and bic.is_valid(match[0])
                and ("bic" in asked or "iban" in text.whole)
            ):
                yield Span("bic", match.start(), match.end(), match[0])
    if "protocollo" in kinds:
        yield from _protocols(text, asked)
    yield from _proceedings(text, asked)
    if "telefono" in kinds:
        yield from _phones(text, asked)


def _found(text: Testo, pattern: "re.Pattern[str]", tipo: str, fits: object = None, group: int = 0) -> Iterator[Span]:
    for match in list(pattern.finditer(text.low)):
        said = text.raw[match.start(group) : match.end(group)]
        if not callable(fits) or fits(said):
            yield Span(tipo, match.start(group), match.end(group), said)


def _ibans(text: Testo, asked: bool) -> Iterator[Span]:
    for match in list(_IBAN.finditer(text.low)):
        length = iban_length(match[1].upper())
        cued = asked or bool(re.search(r"\biban\W*(?:\w+\W+)?$", text.low[: match.start()]))
        count, end = 0, match.start()
        for token in re.compile(r"[a-z0-9]+").finditer(text.low, match.start()):
            gap = text.low[end : token.start()]
            if count and (not re.fullmatch(r"[ .\-\n]{1,2}", gap) or (length and count >= length)):
                break
            if count > 2 and not re.search(r"\d", token[0]) and not (count == 4 and len(token[0]) == 4) and len(token[0]) > 1:
                break
            count += len(token[0])
            end = token.end()
        whole = match[0][2:3].isdigit()
        if count >= 12 and (cued or (length and whole and count >= length - 3)):
            yield Span("iban", match.start(), end, text.raw[match.start() : end])


def _vat(text: Testo, kinds: Set[str], asked: Set[str]) -> Iterator[Span]:
    for match in list(_VAT_CUE.finditer(text.low)):
        yield Span("partita_iva", match.start(1), match.end(1), text.raw[match.start(1) : match.end(1)])
    for match in list(_VAT.finditer(text.low)):
        said = text.raw[match.start() : match.end()]
        before = text.low[: match.start()]
        digits = re.sub(r"\D", "", said)
        if re.search(
            r"\b(?:c\W?f\W?|codice fiscale|cod\W{0,2}fisc\w*\W?)\W*(?:n\.|numero|e'?|provvisorio|dell\W?ente)?\W*$", before
        ):
            yield Span("codice_fiscale", match.start(), match.end(), said)
        elif _PHONE_CUE.search(before):
            continue
        elif "codice_fiscale" in asked and "partita_iva" not in asked:
            yield Span("codice_fiscale", match.start(), match.end(), said)
        elif "partita_iva" in asked or ("partita_iva" in kinds and iva.is_valid(digits)):
            yield Span("partita_iva", match.start(), match.end(), said)


def _proceedings(text: Testo, asked: Set[str]) -> Iterator[Span]:
    for match in list(_PROCEEDING.finditer(text.low)):
        group = "a" if match["a"] else "b"
        if not _DATE.match(text.plain, match.start(group)):
            yield Span("procedimento", match.start(group), match.end(group), text.raw[match.start(group) : match.end(group)])
    if "procedimento" in asked:
        for match in list(_PROC_BARE.finditer(text.low)):
            if not _LAW.search(text.plain[: match.start()]) and not _DATE.match(text.plain, match.start(1)):
                yield Span("procedimento", match.start(1), match.end(1), text.raw[match.start(1) : match.end(1)])
                return


def _protocols(text: Testo, asked: Set[str]) -> Iterator[Span]:
    """The first number of a book of an office: named, or bare where it has just been asked and no proceeding with it."""
    patterns = [_PROTOCOL]
    if "protocollo" in asked:
        patterns += [_ONLY_NUMBER] + ([] if "procedimento" in asked else [_PROT_BARE])
    for pattern in patterns:
        for match in pattern.finditer(text.low):
            group = "a" if match["a"] else "b"
            start, end = match.span(group)
            if not _DATE.match(text.plain, start) and not _LAW.search(text.plain[: match.start()]):
                yield Span("protocollo", start, end, text.raw[start:end])
                return


def _phones(text: Testo, asked: Set[str]) -> Iterator[Span]:
    for match in list(_PHONE.finditer(text.low)):
        said = text.raw[match.start() : match.end()]
        digits = re.sub(r"\D", "", said)
        cued = bool(_PHONE_CUE.search(text.low[: match.start()]))
        if TAKEN in text.low[match.start() : match.end()] or _DATE.search(text.plain, match.start(), match.end()):
            continue
        if (
            (cued and (len(digits) >= 5 or "telefono" in asked))
            or (
                "telefono" in asked
                and (len(digits) >= 8 or re.fullmatch(r"[\W¦]*", text.low[: match.start()] + text.low[match.end() :]))
            )
            or (len(digits) >= 9 and re.match(r"\W*(?:\+|00|3|0)", said) and _is_phone(said))
        ):
            yield Span("telefono", match.start(), match.end(), said)


def _is_phone(said: str) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(said, "IT")))
    except phonenumbers.NumberParseException:
        return False


def date_spans(plain: str, asked: bool) -> List[Span]:
    """The dates in a text, in order. asked: a date has just been asked, so that "21 08 1999" or "7/9" are dates too."""
    found: List[Span] = []

    def add(start: int, end: int, said: Optional[str] = None) -> None:
        if TAKEN not in plain[start:end] and not any(s.start < end and start < s.end for s in found):
            found.append(Span("data", start, end, said or plain[start:end]))

    for match in _DATE.finditer(plain):
        add(match.start(), match.end())
    for match in _FROM_DAY.finditer(plain):
        month = f" {match['month']}" if match["month"] else f"/{match['number']}"
        add(match.start(1), match.end(1), match[1] + month)
    for match in _DAY_MONTH.finditer(plain):
        add(match.start(1), match.end(1))
    if asked:
        for match in _DATE_LOOSE.finditer(plain):
            add(match.start(), match.end())
    return sorted(found, key=lambda s: s.start)
