"""Answers as HTML: the texts of the office come out as they are, and nothing else than the few tags ever does."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.front.markdown import HIDDEN, NEW_TAB, line_to_html, to_html
from knowledge import load

from .fake_rasa import HOSTILE

ADDRESS = re.compile(r"https?://[^\s<>\"«»]+|www\.[A-Za-z0-9-]+\.[^\s<>\"«»]+|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, made: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(made)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("p", "li"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if "span" not in self.open:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("commento")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("dichiarazione")

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.split()) for line in "".join(self.words).split("\n") if line.strip()]

    @property
    def links(self) -> list[str]:
        """An address that no browser could open has lost its href."""
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a" and "href" in attrs]


@lru_cache(maxsize=1)
def texts() -> list[str]:
    return list(load().testi.values())


def test_the_texts_of_the_office_come_out_line_by_line() -> None:
    assert len(texts()) > 500
    for text in texts():
        seen = Seen(to_html(text))
        wanted = [re.sub(r"^- +", "", " ".join(line.split())) for line in text.split("\n") if line.strip()]
        assert seen.lines == wanted
        lists = len(re.findall(r"(?:^- .*\n?)+", "\n".join(line.strip() for line in text.split("\n")), re.MULTILINE))
        assert sum(tag == "ul" for tag, _ in seen.tags) == lists
        assert {tag for tag, _ in seen.tags} <= {"p", "ul", "li", "a", "span"}


def test_the_addresses_in_the_texts_of_the_office_are_links() -> None:
    found = 0
    for text in texts():
        addresses = [a.rstrip(".,;:!?)]'’") for a in ADDRESS.findall(text)]
        wanted = [a if "://" in a else f"https://{a}" if a.startswith("www.") else f"mailto:{a}" for a in addresses]
        assert Seen(to_html(text)).links == wanted
        found += len(wanted)
    assert found > 50


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("uno\ndue", "<p>uno</p>\n<p>due</p>"),
        ("Servono:\n- a\n- b\nPoi basta.", "<p>Servono:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>Poi basta.</p>"),
        ("- a\n\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b\nfine", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<p>fine</p>"),
        ("112 è il numero\n112. E basta\n3) tre", "<p>112 è il numero</p>\n<p>112. E basta</p>\n<p>3) tre</p>"),
        ("- 1. a\n- - b", "<ul>\n<li>1. a</li>\n<li>- b</li>\n</ul>"),
        ("-non una voce\n-\n* nota\n+ più", "<p>-non una voce</p>\n<p>-</p>\n<p>* nota</p>\n<p>+ più</p>"),
        (
            "**forte** e *piano*, non _così_, né ____/____, né (*) e (*)",
            "<p><strong>forte</strong> e <em>piano</em>, non _così_, né ____/____, né (*) e (*)</p>",
        ),
        ("# titolo\n> detto\n    codice\n---\n`x`", "<p># titolo</p>\n<p>&gt; detto</p>\n<p>codice</p>\n<p>---</p>\n<p>`x`</p>"),
        ("5 * 3 * 2 < 40 &amp; &lt;b&gt;", "<p>5 * 3 * 2 &lt; 40 &amp;amp; &amp;lt;b&amp;gt;</p>"),
        (
            "mario_rossi_@esempio.it",
            '<p><a href="mailto:mario_rossi_@esempio.it" rel="noopener noreferrer">mario_rossi_@esempio.it</a></p>',
        ),
    ],
)
def test_the_little_of_markdown(text: str, made: str) -> None:
    assert to_html(text) == made


def test_links_to_other_sites_say_that_they_open_elsewhere() -> None:
    made = to_html("vedi [il sito](https://www.esempio.it/a_b_c) o www.esempio.it.")
    hint = f'<span class="{HIDDEN}">{NEW_TAB}</span>'
    assert made == (
        f'<p>vedi <a href="https://www.esempio.it/a_b_c" target="_blank" rel="noopener noreferrer">il sito{hint}</a> o '
        f'<a href="https://www.esempio.it" target="_blank" rel="noopener noreferrer">www.esempio.it{hint}</a>.</p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "ftp://x.it",
        "//x.it",
        "[x](https://)",
        "[x](https://u:p@x.it)",
        "dott.sa",
        "[x](/bozze/a)",
        "x.it",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert "<a" not in to_html(text) and Seen(to_html(text)).lines == [text]


def test_a_source_is_one_line() -> None:
    assert line_to_html("Carta,\n 5.1 <b> www.esempio.it").startswith('Carta, 5.1 &lt;b&gt; <a href="https://www.esempio.it"')


ATTRIBUTES = {"a": {"href", "target", "rel"}, "ol": {"start"}, "span": {"class"}}
PIECES = [
    "<script>",
    "</p>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[a](",
    ")",
    "](",
    "**",
    "*",
    "_",
    "`",
    "\\",
    "&#106;",
]
PIECES += [
    "&lt;",
    '"',
    "'",
    "https://a.it/?q=",
    "www.a.it",
    "a@b.it",
    "- ",
    "1. ",
    "112. ",
    "\n",
    " ",
    "<!--",
    "-->",
    "\0",
    "\u2028",
    "è",
    HOSTILE,
]
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=30).map("".join)
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_nothing_else_than_the_few_tags_ever_comes_out(text: str) -> None:
    for made in (to_html(text), line_to_html(text)):
        seen = Seen(made)
        assert seen.open == []
        for tag, attributes in seen.tags:
            assert tag in {"p", "ul", "ol", "li", "a", "strong", "em", "span"}
            assert set(attributes) <= ATTRIBUTES.get(tag, set())
            assert attributes.get("class") in (None, HIDDEN)
        assert all(link.startswith(("http://", "https://", "mailto:")) for link in seen.links)


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="*\\[]()#:/@.-+_\u2028\u2029"),
        max_size=100,
    )
)
def test_words_without_signs_come_out_as_they_are(text: str) -> None:
    assert " ".join(unescape(line_to_html(text)).split()) == " ".join(text.split())
