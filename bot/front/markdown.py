"""Answers as HTML: the little of Markdown that an office's texts need, and nothing else.

One line is one paragraph; "- " begins an item of a list, "1. " and the numbers that follow it those of a numbered one; *em*,
**strong**, [words](address); bare addresses (http, www, e-mail) become links. No HTML, images, headings, code: those signs stay
as they were written. Underscores mean nothing, since addresses and file names are full of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

HIDDEN = "solo-lettori"  # the class of words for screen readers only
NEW_TAB = " (si apre in un'altra scheda)"
TAGS = {"p", "br", "ul", "ol", "li", "a", "strong", "em", "span"}
_LINK = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(:\d{1,4})?([/?#].*)?|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_BULLET = re.compile(r"- +\S")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_SITE = re.compile(r"[A-Za-z0-9-]+\.[A-Za-z]")
_MARK = re.compile(r"([-+*])(?=\s|$)")  # list signs of Markdown that are none here


def to_html(text: str) -> str:
    """A whole text as sanitised HTML blocks."""
    return _clean(_MARKDOWN.render(_blocks(text)))


def line_to_html(text: str) -> str:
    """One line (a source) as sanitised HTML without blocks."""
    return _clean(_MARKDOWN.renderInline(" ".join(text.split())))


def _blocks(text: str) -> str:
    """The text with a blank line between the lines that are not items of the same list, and without lists that nobody meant."""
    made: list[str] = []
    before, number = "", 0  # the kind of the line before ("-", "1" or "") and its number
    for line in (" ".join(raw.split()) for raw in text.splitlines()):
        if not line:
            continue
        kind, found = "", _NUMBER.match(line)
        if _BULLET.match(line):
            kind, line = "-", f"- {_unmarked(line[2:])}"
        elif found and found.end() < len(line) and int(found[1]) == (number + 1 if before == "1" else 1):
            kind, number = "1", int(found[1])
            line = f"{found[0]} {_unmarked(line[found.end() :].lstrip())}"
        else:
            line = _unmarked(line)
        if made and (not kind or kind != before):
            made.append("")
        made.append(line)
        before = kind
    return "\n".join(made)


def _unmarked(line: str) -> str:
    """A line that begins no list, whatever it begins with ("112. …", "* …"); "(*)" is a note and no emphasis."""
    line = _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line
    return ("\\" if _MARK.match(line) else "") + line.replace("(*)", "(\\*)")


def _asterisks(state: StateInline, silent: bool) -> bool:
    return state.src[state.pos] == "*" and emphasis.tokenize(state, silent)


class _Addresses(LinkifyIt):
    """What is a link without being marked as one: http, www and e-mail addresses; not "dott.sa", which looks like a site."""

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
        for scheme in ("ftp:", "//"):
            self.add(scheme, None)
        self.add("www.", {"validate": self._www, "normalize": self._with_scheme})

    def _www(self, text: str, pos: int) -> int:
        """How long what follows "www." is, 0 when it is no address."""
        if not _SITE.match(text, pos):
            return 0
        before = "https://www."
        length = int(self.test_schema_at(before + text[pos:], "https:", len("https:")))
        return max(length - len(before) + len("https:"), 0)

    def _with_scheme(self, match: Any) -> None:
        match.url = "https://" + match.url


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    if not str(tokens[index].attrs["href"]).startswith("mailto:"):
        tokens[index].attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, env)


def _link_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    opened = next(t for t in reversed(tokens[:index]) if t.type == "link_open")  # links are never one inside another
    hint = f'<span class="{HIDDEN}">{NEW_TAB}</span>' if "target" in opened.attrs else ""
    return hint + "</a>"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("zero", {"linkify": True})
    made.enable(["list", "escape", "emphasis", "link", "linkify"])
    made.inline.ruler.at("emphasis", _asterisks)
    made.linkify = _Addresses()
    made.validateLink = lambda url: bool(_LINK.fullmatch(url))  # type: ignore[method-assign]
    made.add_render_rule("link_open", _link_open)
    made.add_render_rule("link_close", _link_close)
    return made


_MARKDOWN = _markdown()


def _clean(made: str) -> str:
    return nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href", "target"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        allowed_classes={"span": {HIDDEN}},
        link_rel="noopener noreferrer",
    ).strip()
