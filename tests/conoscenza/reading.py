"""Reading the documents of the office as text: their sections, their tables, what in them can be dialled, written to or paid."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

Cells = list[str]

AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})*,\d{2}|\d{2}\.50\b")  # the scan has 52.50 once
EURO = re.compile(r"€\s?(\d[\d.]*(?:,\d{2})?)|(\d[\d.]*(?:,\d{2})?)\s?(?:euro\b|€)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ROOM = re.compile(r"stanz[ae]\s+(\d{3})(?:\s+e\s+(\d{3}))?", re.IGNORECASE)
PHONE = re.compile(r"\b(0\d{3})[./\s]?(\d{3})[.\s]?(\d{3})((?:\s?[-–]\s?(?:\d{3}\s?)?\d{3}\b)*)|\b(0\d{9})\b")

PHASE = re.compile(r"\b(studio|introduttiva|istruttoria|decisionale|maggiorazione|compenso)[\s*]+((?:\d[\d.,]*\s+)+)")

# What the protocol prints wrong, by (section, phase): the printed cell, and what the row's own arithmetic says it is.
MISPRINTS = {
    ("5.1.3", "studio"): ("50,00", "90,00"),
    ("5.2.1", "istruttoria"): ("52.50", "52,50"),
    ("5.2.2", "istruttoria"): ("1.2 76,50", "1.276,50"),
}


def amount(printed: str) -> Decimal:
    """ "1.276,50" and "51" as Decimal euro."""
    return Decimal(printed.replace(".", "").replace(",", ".")).quantize(Decimal("0.01"))


def letters(text: str) -> str:
    """The letters alone, without accents, in upper case: a title whatever its punctuation, spaces and markup."""
    folded = unicodedata.normalize("NFD", re.sub(r"<[^>]*>", "", text)).upper()
    return "".join(c for c in folded if c.isalpha())


def section(text: str, number: str) -> str:
    """A numbered section of the Carta or of the protocol, its heading left out, up to the next heading."""
    heading = r"\.?,?\.?".join(re.escape(part) for part in number.split("."))  # the scan prints "5.,2.1."
    found = re.search(rf"^\s?{heading}\.?[ ].*$", text, re.MULTILINE)  # in the Carta's index the number is followed by a tab
    assert found, f"nel documento non c'è la sezione {number}"
    rest = text[found.end() :]
    following = re.search(r"^\s?\d{1,2}(?:\.,?\d)*\.?[ ][A-ZÀ-Ý]", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def rows(text: str) -> list[Cells]:
    """The rows of a table of the Carta: its lines that have cells, without the line of the headings."""
    return [line.split("\t") for line in text.splitlines() if "\t" in line and AMOUNT.search(line)]


def amounts_in(cells: Cells) -> list[Decimal]:
    return [amount(found) for cell in cells for found in AMOUNT.findall(cell)]


def phases(text: str, number: str) -> list[tuple[str, list[Decimal]]]:
    """The rows of a table of the protocol, with what is misprinted put right."""
    found = []
    for name, cells in PHASE.findall(section(text, number)):
        wrong, right = MISPRINTS.get((number, name), ("", ""))
        printed = " ".join(cells.split())
        if wrong:
            assert wrong in printed, f"{number}, {name}: il documento non stampa più {wrong}"
            printed = printed.replace(wrong, right)
        found.append((name, amounts_in([printed])))
    return found


def phones(text: str) -> set[str]:
    """Every telephone number, digits only; "0165.306.201-202" and "0165 306 210 - 306242" are two numbers each."""
    found: set[str] = set()
    for area, exchange, line, more, whole in PHONE.findall(text):
        if whole:
            found.add(whole)
            continue
        found.add(area + exchange + line)
        for extension in re.findall(r"[-–]\s?(\d{3}\s?\d{3}|\d{3})", more):
            digits = extension.replace(" ", "")
            found.add(area + (digits if len(digits) == 6 else exchange + digits))
    return found


def rooms(text: str) -> set[str]:
    return {room for pair in ROOM.findall(text) for room in pair if room}


def mails(text: str) -> set[str]:
    return {mail.lower() for mail in MAIL.findall(text)}


def sums(text: str) -> set[Decimal]:
    """Every amount that a text says is in euro."""
    return {amount((before or after).rstrip(".")) for before, after in EURO.findall(text)}
