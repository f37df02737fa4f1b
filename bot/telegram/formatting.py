"""Answers as Telegram wants them: its HTML, in parts no longer than a message may be, cut where a paragraph ends if possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape

from markdown_it import MarkdownIt

LONGEST = 4096  # UTF-16 units of a message, tags included: Telegram counts without them, which leaves a margin
_MARKDOWN = MarkdownIt("zero", {"linkify": True}).enable(["emphasis", "link", "linkify", "escape"])
_ITEM = re.compile(r"\s*[-*+] +(?=\S)")
_WORD = re.compile(r"\S+\s*|\s+")
_WEB = ("http://", "https://")


@dataclass(frozen=True)
class Run:
    """A piece of a line in one style."""

    testo: str
    bold: bool = False
    italic: bool = False
    href: str | None = None

    @property
    def html(self) -> str:
        """The piece with its tags, opened and closed."""
        found = escape(self.testo, quote=False)
        if self.href:
            found = f'<a href="{escape(self.href)}">{found}</a>'
        found = f"<i>{found}</i>" if self.italic else found
        return f"<b>{found}</b>" if self.bold else found


Line = list[Run]


def units(text: str) -> int:
    """How long Telegram says that a text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lines(text: str) -> list[Line]:
    """The lines of a text in the subset of Markdown that the website shows too: strong, em, links, lists; never two empty ones."""
    found: list[Line] = []
    for raw in text.strip().split("\n"):
        line = raw.strip()
        if not line:
            if found and found[-1]:
                found.append([])
            continue
        item = _ITEM.match(raw)
        found.append([Run("• "), *_runs(raw[item.end() :].strip())] if item else _runs(line))
    return found


def bold(text: str) -> Line:
    """A line in bold, of a text that is none of Markdown."""
    return [Run(text, bold=True)]


def italic(text: str) -> Line:
    """A line in italics, of a text that is none of Markdown."""
    return [Run(text, italic=True)]


def parts(text: Iterable[Line], longest: int = LONGEST) -> list[str]:
    """The lines as the HTML of one or more messages, none longer than `longest`, none empty, no tag or entity cut."""
    made: list[str] = []
    current = ""
    for line in text:
        html = "".join(run.html for run in line)
        joined = f"{current}\n{html}" if current else html
        if units(joined) <= longest:
            current = joined
            continue
        made.append(current)
        *full, current = _cut(line, longest)
        made += full
    made.append(current)
    return [part for part in (m.strip("\n") for m in made) if part.strip()]


def plain(html: str) -> str:
    """The text of a part without its tags, for when Telegram refuses them."""
    text = re.sub(r"<[^>]*>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def _runs(line: str) -> Line:
    found: Line = []
    style = Run("")
    for token in _MARKDOWN.parseInline(line)[0].children or []:
        if token.type in ("strong_open", "strong_close"):
            style = replace(style, bold=token.nesting > 0)
        elif token.type in ("em_open", "em_close"):
            style = replace(style, italic=token.nesting > 0)
        elif token.type == "link_open":
            style = replace(style, href=str(token.attrs["href"]))
        elif token.type == "link_close":
            found[-1:] = _linked(found[-1:])
            style = replace(style, href=None)
        elif token.content:
            found.append(replace(style, testo=token.content))
    return found


def _linked(last: Line) -> Line:
    """A link as Telegram knows it: those to the web only. What is an address already is one without being marked."""
    if not last or not last[0].href:
        return last
    run = last[0]
    address = run.href or ""
    bare = address.removeprefix("mailto:")
    if bare.split("://")[-1] == run.testo.split("://")[-1]:
        return [replace(run, href=None)]
    if address.startswith(_WEB):
        return [run]
    return [replace(run, href=None), replace(run, testo=f" ({bare})", href=None)]


def _cut(line: Line, longest: int) -> list[str]:
    """A line that does not fit, in pieces that do, cut between words; the last one may be added to."""
    made = [""]
    for run in line:
        if units(run.html) - units(escape(run.testo, quote=False)) > longest // 2:
            run = replace(run, href=None)  # an address that leaves no room for its text
        for word in _words(run, longest):
            html = word.html
            if units(made[-1]) + units(html) > longest:
                made.append("")
            made[-1] += html
    return made


def _words(run: Run, longest: int) -> Iterator[Run]:
    """The words of a run with their style; of a word that is too long, as many characters at a time as fit."""
    room = longest // 2  # what the tags around it leave, at least
    for match in _WORD.finditer(run.testo):
        word = match[0]
        while units(escape(word, quote=False)) > room:
            size = room // 6  # the longest entity has 5 characters, a character up to 2 units
            yield replace(run, testo=word[:size])
            word = word[size:]
        yield replace(run, testo=word)
