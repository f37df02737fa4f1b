from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.front.desk import Desk
from bot.front.markdown import to_html
from bot.front.rendering import Pages, speaker, transcript

from .conftest import OFFICE, FakeSettings
from .fake_rasa import HOSTILE

NOW = datetime(2026, 11, 21, 10, 5, tzinfo=timezone.utc)


def record(chi: str, testo: str, **more: Any) -> dict[str, Any]:
    made = {"id": 1, "chi": chi, "nome": None, "testo": testo, "html": "" if chi == "lei" else to_html(testo), "fonte": None}
    made |= {
        "fonte_html": None,
        "scelte": [],
        "scelta": None,
        "quando": NOW.isoformat(),
        "valutabile": False,
        "utile": None,
        "bozza": None,
    }
    return made | more


def pages() -> Pages:
    return Pages(OFFICE, FakeSettings("http://127.0.0.1:1", Path("x.db")), Desk(lambda: NOW, lambda: None))


def test_answers_and_typed_text_are_never_markup() -> None:
    said = [record("lei", HOSTILE), record("assistente", HOSTILE, fonte=HOSTILE, fonte_html=to_html(HOSTILE))]
    page = pages().conversation(said, typed="</textarea><b>")
    assert "<img" not in page and "<script>document" not in page and "</textarea><b>" not in page


def test_a_first_empty_line_of_the_typed_text_survives() -> None:
    assert ">\n\nciao</textarea>" in pages().conversation(typed="\nciao")


def test_it_is_always_said_who_speaks() -> None:
    assert speaker(record("operatore", "Buongiorno", nome="Anna")) == "Anna (operatore)"
    assert [speaker(record(who, "")) for who in ("lei", "assistente", "operatore", "ufficio")] == [
        "Lei",
        "Assistente",
        "Operatore",
        "Ufficio",
    ]


def test_the_text_to_keep_has_sources_and_choices() -> None:
    choice = {"titolo": "Bollo", "token": "t"}
    said = [record("lei", "Quanto costa?"), record("assistente", "€ 16,00", fonte="Carta, 5.1", scelte=[choice])]
    text = transcript(OFFICE, said, NOW)
    assert "21/11/2026, 11.05" in text
    assert "Lei:\nQuanto costa?" in text and "Assistente:\n€ 16,00\nFonte: Carta, 5.1\nScelte: Bollo" in text
    assert OFFICE.telefono in text
