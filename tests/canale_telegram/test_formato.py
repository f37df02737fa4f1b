"""Telegram's HTML: the same little of Markdown as on the site, never too long, never cut where Telegram would refuse it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from front.conftest import OFFICE
from front.fake_rasa import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.composer import Composer
from bot.front.rasa_client import split_source
from bot.storage.conversazioni import ASSISTENTE, PERSONA, UFFICIO, Messaggio, Scelta
from bot.telegram.formatting import LONGEST, italic, lines, parts, plain, units
from bot.telegram.outbox import shown
from knowledge import Conoscenza

from .fake_bot_api import _Strict, refusal


def message(testo: str, chi: str = ASSISTENTE, **more: object) -> Messaggio:
    values = dict.fromkeys(Messaggio.__dataclass_fields__) | {"id": 1, "conversazione": "tg:a", "scelte": (), "dettagli": {}}
    return Messaggio(**{**values, "chi": chi, "testo": testo, "quando": datetime.now(timezone.utc), **more})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Servono** *due* cose:\n- una\n- due\nPoi basta.", "<b>Servono</b> <i>due</i> cose:\n• una\n• due\nPoi basta."),
        ("1. prima\n2. dopo", "1. prima\n2. dopo"),
        ("Uno.\n\n\nDue.", "Uno.\n\nDue."),
        ("[il sito](https://www.esempio.it/?a=1&b=\"2\")", '<a href="https://www.esempio.it/?a=1&amp;b=%222%22">il sito</a>'),
        ("https://x.it/a_b_c*d* e www.y.it; a@b.it", "https://x.it/a_b_c*d* e www.y.it; a@b.it"),
        ("[scriva](mailto:a@b.it) [no](javascript:x)", "scriva (a@b.it) [no](javascript:x)"),
        ("a < b & c > d &lt; <b>", "a &lt; b &amp; c &gt; d &amp;lt; &lt;b&gt;"),
        ("snake_case_name e 5 * 3 * 2", "snake_case_name e 5 * 3 * 2"),
    ],
)  # fmt: skip
def test_markdown_becomes_telegrams_html(text: str, html: str) -> None:
    assert parts(lines(text)) == [html]
    assert refusal({"text": html, "parse_mode": "HTML"}) is None


def test_paragraphs_stay_whole_where_they_can() -> None:
    paragraphs = [f"{n} " + "parola " * 150 for n in range(9)]
    made = parts(lines("\n".join(paragraphs)))
    assert len(made) == 3
    assert [p.strip() for part in made for p in part.split("\n")] == [p.strip() for p in paragraphs]


def test_what_is_counted_is_what_telegram_counts() -> None:
    assert units("a😀è") == 4
    made = parts([[*italic("😀" * 5000)[:1]]])
    assert all(units(part) <= LONGEST for part in made) and "".join(plain(p) for p in made) == "😀" * 5000


pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["**forte**", "*piano*", "<b>", "&amp;", "😀" * 20, "x" * 200, "\n", "\n\n", "- voce\n", "[a b c](https://x.it/?q=1&r=2)", " ", "lungo " * 30]),
)  # fmt: skip


@given(text=st.lists(pieces, max_size=30).map("".join), longest=st.integers(150, 400))
def test_whatever_is_said_telegram_takes_it_and_nothing_is_missing(text: str, longest: int) -> None:
    whole = parts(lines(text), 10**9)
    made = parts(lines(text), longest)
    for part in made:
        assert units(part) <= longest and part.strip()
        assert not _Strict(part).wrong
    squeezed = ["".join(_Strict(part).visible.split()) for part in whole]
    assert "".join("".join(_Strict(part).visible.split()) for part in made) == "".join(squeezed)


def test_every_answer_of_the_knowledge_can_be_sent(conoscenza: Conoscenza, composer: Composer) -> None:
    keys = [*conoscenza.argomenti, *(key for key, _, _ in conoscenza.voci())]
    for key in keys:
        for part in shown(message(conoscenza.testo(key), fonte="Carta & <dei> servizi"), OFFICE):
            assert refusal({"text": part, "parse_mode": "HTML"}) is None, key
    for name, variations in composer.phrases.items():
        for text in variations:
            assert all(refusal({"text": p, "parse_mode": "HTML"}) is None for p in shown(message(text), OFFICE)), name


def test_who_speaks_is_said_when_it_is_not_the_assistant() -> None:
    assert shown(message("Ecco.", PERSONA, nome="Anna <Rey>"), OFFICE) == ["<b>Anna &lt;Rey&gt; (Procura di Aosta)</b>\nEcco."]
    assert shown(message("Attenda.", UFFICIO), OFFICE) == ["<b>Procura di Aosta</b>\nAttenda."]
    assert shown(message("Ciao."), OFFICE) == ["Ciao."]


def test_hostile_text_is_text() -> None:
    testo, _ = split_source(HOSTILE)
    (part,) = shown(message(testo, fonte="<script>"), OFFICE)
    assert refusal({"text": part, "parse_mode": "HTML"}) is None
    assert "&lt;img" in part and part.endswith("<i>Fonte: &lt;script&gt;</i>")


def test_the_words_about_privacy_are_those_of_this_channel() -> None:
    (part,) = shown(message("Quello che scrive resta qui.", dettagli={"esito": "privacy"}), OFFICE)
    assert "server di Telegram" in part


def test_titles_that_do_not_fit_a_button_are_in_the_message() -> None:
    long = "Tabelle compensi patrocinio (famiglia): consensuale, una parte ammessa"
    (part,) = shown(message("Quale?", scelte=(Scelta("Costo", "t", "/p"), Scelta(long, "u", "/q"))), OFFICE)
    assert part == f"Quale?\n\n2. {long}"
