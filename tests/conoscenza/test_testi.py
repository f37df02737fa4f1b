"""The texts that people read are whole: references filled in, short, one message each."""

from __future__ import annotations

import re

from bot.dialogue.composer import Composer
from knowledge import Conoscenza
from knowledge.models import GIORNI, Fascia
from knowledge.templates import opening_hours

LONGEST = 1500  # characters of an answer
TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|<Undefined|Undefined\b|object at 0x")


def texts_of(conoscenza: Conoscenza, composer: Composer) -> dict[str, str]:
    """Every text that can reach a person, by the key it stands under."""
    found = dict(conoscenza.testi)
    found |= {f"avvisi.{a.id}": a.testo for a in conoscenza.avvisi.values()}
    found |= {f"chiarimenti.{c.id}": c.domanda for c in conoscenza.chiarimenti.values()}
    for name, variations in composer.phrases.items():
        found |= {f"{name}.{i}": composer.phrase(name[len("utter_") :], i) for i in range(len(variations))}
    return found


def test_references_are_filled_in(conoscenza: Conoscenza, composer: Composer) -> None:
    texts = texts_of(conoscenza, composer)
    assert len(texts) > len(conoscenza.testi) > 1000
    assert {key: text for key, text in texts.items() if TEMPLATE.search(text)} == {}


def test_answers_are_short_and_one_message(conoscenza: Conoscenza, composer: Composer) -> None:
    texts = texts_of(conoscenza, composer)
    assert {key: len(text) for key, text in texts.items() if len(text) > LONGEST} == {}
    blank = re.compile(r"\n\s*\n")
    assert [key for key, text in texts.items() if blank.search(text) or text != text.strip() or not text] == []


def test_no_markup_and_no_private_marks(conoscenza: Conoscenza, composer: Composer) -> None:
    """Channels show texts as they are: HTML left over from the documents, or Markdown, would be seen."""
    marks = re.compile(r"</?\w+[^>]*>|\*\*|__|\[bookmark|\bTODO\b|\bFIXME\b")
    assert [key for key, text in texts_of(conoscenza, composer).items() if marks.search(text)] == []


def test_amounts_are_written_as_the_documents_do(conoscenza: Conoscenza) -> None:
    """€ 1.234,56: the sign, a space, two decimals; so an amount reads the same wherever it appears."""
    anything = re.compile(r"€.{0,12}")
    right = re.compile(r"€ \d{1,3}(\.\d{3})*,\d{2}(?!\d)")
    wrong = {
        key: odd for key, text in conoscenza.testi.items() if (odd := [m for m in anything.findall(text) if not right.match(m)])
    }
    assert wrong == {}


def test_every_label_fits_a_button(conoscenza: Conoscenza, composer: Composer) -> None:
    """Two buttons of one topic with the same words could not be told apart."""
    for argomento in conoscenza.argomenti.values():
        labels = [voce.etichetta.casefold() for voce in argomento.voci]
        assert sorted(labels) == sorted(set(labels)), argomento.id
    topics = [a.etichetta.casefold() for a in conoscenza.argomenti.values()]
    assert sorted(topics) == sorted(set(topics))


def test_opening_hours_read_well() -> None:
    bands = [Fascia(giorni=list(days), dalle="8.30", alle="13.30") for days in (GIORNI, GIORNI[:5], GIORNI[5:], GIORNI[6:])]
    assert [opening_hours([band]).partition(", ")[2] for band in bands] == [
        "dal lunedì alla domenica",
        "dal lunedì al venerdì",
        "il sabato e la domenica",
        "la domenica",
    ]
