from __future__ import annotations

from datetime import datetime

import pytest

from bot.front.rendering import Pages, Span, blocks, spans, transcript
from bot.front.sessions import Choice, Turn

from .conftest import OFFICE
from .fake_rasa import HOSTILE


@pytest.mark.parametrize(
    ("line", "links"),
    [
        ("vedi www.procura.aosta.it.", ["https://www.procura.aosta.it"]),
        (
            "(https://www.gdp.aosta.giustizia.it/it/News/Detail/181302),",
            ["https://www.gdp.aosta.giustizia.it/it/News/Detail/181302"],
        ),
        ("scriva a procura.aosta@giustizia.it; grazie", ["mailto:procura.aosta@giustizia.it"]),
        ("javascript:alert(1) data:text/html,x ftp://x", []),
        ("nessuno", []),
    ],
)
def test_addresses_become_links(line: str, links: list[str]) -> None:
    found = spans(line)
    assert [s.href for s in found if s.href] == links
    assert "".join(s.testo for s in found) == line


def test_dashes_become_one_list() -> None:
    found = blocks("Servono:\n- uno\n- due\n\nPoi basta.\n-non una voce")
    assert [b.elenco for b in found] == [False, True, False, False]
    assert found[1].righe == [[Span("uno")], [Span("due")]]


def test_answers_and_typed_text_are_never_markup() -> None:
    page = Pages(OFFICE, 1000).conversation([Turn("lei", HOSTILE), Turn("assistente", HOSTILE, HOSTILE)], typed="</textarea><b>")
    assert "<img" not in page and "<script>document" not in page and "</textarea><b>" not in page


def test_a_first_empty_line_of_the_typed_text_survives() -> None:
    assert ">\n\nciao</textarea>" in Pages(OFFICE, 1000).conversation(typed="\nciao")


def test_the_text_to_keep_has_sources_and_choices() -> None:
    turns = [Turn("lei", "Quanto costa?"), Turn("assistente", "€ 16,00", "Carta, 5.1", [Choice("Bollo", "t", "/p")])]
    text = transcript(OFFICE, turns, datetime(2026, 11, 21, 11, 5))
    assert "21/11/2026, 11.05" in text
    assert "Lei:\nQuanto costa?" in text and "Assistente:\n€ 16,00\nFonte: Carta, 5.1\nScelte: Bollo" in text
    assert OFFICE.telefono in text and "/p" not in text
