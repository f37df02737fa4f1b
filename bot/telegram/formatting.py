"""Answers as Telegram wants them: its HTML, in parts no longer than a message may be, cut where a paragraph ends if possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

from bot.front.markdown import to_html

LONGEST = 4096  # UTF-16 units of a message, tags included: Telegram counts without them, which leaves a margin
_BLANK = re.compile(r"\n[ \t]*\n\s*")
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
    """The lines of a text in the little of Markdown that the website knows, and as it understands it (bot/front/markdown.py)."""
    found: list[Line] = []
    for group in _BLANK.split(text.strip()):
        reader = _Reader()
        reader.feed(to_html(group))
        reader.close()
        if found and reader.lines:
            found.append([])
        found += reader.lines
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


class _Reader(HTMLParser):
    """Reads the website's HTML of an answer as lines of runs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._style = Run("")
        self._number: int | None = None
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A paragraph or an item begins a line, the rest changes the style."""
        values = dict(attrs)
        if tag in ("p", "br"):
            self.lines.append([])
        elif tag == "ol":
            self._number = int(values.get("start") or 1)
        elif tag == "li":
            self.lines.append([Run("• " if self._number is None else f"{self._number}. ")])
            self._number = None if self._number is None else self._number + 1
        elif tag == "a":
            self._style = replace(self._style, href=values.get("href"))
        elif tag == "span":
            self._hidden = True  # what the site tells screen readers of its own pages
        else:
            self._styled(tag, True)

    def handle_endtag(self, tag: str) -> None:
        """The style is what it was before."""
        if tag == "a":
            self._style = replace(self._style, href=None)
            if self.lines:
                self.lines[-1][-1:] = _linked(self.lines[-1][-1:])
        elif tag == "span":
            self._hidden = False
        elif tag == "ol":
            self._number = None
        else:
            self._styled(tag, False)

    def handle_data(self, data: str) -> None:
        """Words, in the style of the moment; between blocks there are only ends of lines."""
        if not self._hidden and self.lines and data.strip("\n"):
            self.lines[-1].append(replace(self._style, testo=data))

    def _styled(self, tag: str, on: bool) -> None:
        if tag == "strong":
            self._style = replace(self._style, bold=on)
        elif tag == "em":
            self._style = replace(self._style, italic=on)


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
