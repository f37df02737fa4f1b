"""Every button that can be offered fits Telegram: what it carries, its title, one a row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from dialogo.drafting import FORMS, KNOWN

from bot.dialogue.composer import MAX_BUTTONS, Composer
from bot.dialogue.reply import payload
from bot.dialogue.riepilogo import review_buttons
from bot.dialogue.state import Opzione
from bot.front.conversations import offered
from bot.storage.conversazioni import Scelta
from bot.telegram.keyboard import DONE, MOST_BUTTONS, MOST_BYTES, WIDEST, captions, keyboard, shortened, used, written_out
from calculators.elenco import CALCOLATORI

from .fake_bot_api import refusal
from .richieste import filling


def buttons_of_knowledge(composer: Composer) -> Iterator[tuple[Opzione, ...]]:
    """Topics, entries alone and among others, clarifications, guided paths."""
    known = composer.conoscenza
    entries = [key for key, _, _ in known.voci()]
    yield composer._options(list(known.argomenti))
    for key, other in itertools.zip_longest(entries, entries[1:], fillvalue=entries[0]):
        yield composer._options([key])
        yield composer._options([key, other])
    for chunk in range(0, len(entries), MAX_BUTTONS):
        yield composer._options(entries[chunk : chunk + MAX_BUTTONS])
    for topic in known.argomenti:
        yield composer._options([topic])
        yield composer._aspects_of(topic)
    for aspect in known.aspetti:
        yield composer._topics_with(aspect)
    for clarification in known.chiarimenti.values():
        yield composer._options(clarification.opzioni)
    for path in known.percorsi.values():
        for node in path.nodi:
            yield tuple(Opzione(way.titolo, f"percorso.{path.id}.{node.id}.{n}") for n, way in enumerate(node.strade))


def buttons_of_calculators(composer: Composer) -> Iterator[tuple[Opzione, ...]]:
    yield composer.calculation.listed()[1]
    yield composer._options([f"calcolo/{name}" for name in CALCOLATORI])
    for calculator in CALCOLATORI.values():
        for parameter in calculator.parametri:
            yield tuple(Opzione(s.titolo, f"calcolo.{calculator.id}.{parameter.nome}.{s.valore}") for s in parameter.scelte)


def buttons_of_drafts() -> Iterator[tuple[Opzione, ...]]:
    for field in KNOWN.campi.values():
        yield tuple(Opzione(s.titolo, f"bozza.valore.{field.id}.{s.valore}") for s in field.scelte)
    for code in FORMS:
        yield (
            Opzione(f"Prepara la richiesta {code}", f"bozza.{code}"),
            Opzione(f"Prepara anche il modulo {code}", f"bozza.{code}"),
        )
        for values in filling(code):
            yield review_buttons(KNOWN.bozze[code], values, KNOWN)
    yield (Opzione("Prosegui senza", "bozza.salta"),)


@pytest.fixture(scope="module")
def every(composer: Composer) -> list[tuple[Scelta, ...]]:
    """All of them as the front offers them: title, token, payload."""
    found = [*buttons_of_knowledge(composer), *buttons_of_calculators(composer), *buttons_of_drafts()]
    return [offered([(o.titolo, payload(o.chiave)) for o in options]) for options in found if options]


def test_every_button_that_can_be_offered_fits(every: list[tuple[Scelta, ...]]) -> None:
    assert len(every) > 2000
    for choices in every:
        made = keyboard(choices)
        assert made is not None and len(made.inline_keyboard) == len(choices) <= MOST_BUTTONS
        assert refusal({"text": "x", "reply_markup": made.to_dict()}) is None
        for row, choice in zip(made.inline_keyboard, choices, strict=True):
            (button,) = row
            assert button.callback_data == choice.token and 1 <= len(str(button.callback_data).encode()) <= MOST_BYTES
            assert 1 <= len(button.text) <= WIDEST
            marked = used(choice.titolo).inline_keyboard[0][0]
            assert marked.callback_data == DONE and len(marked.text) <= WIDEST


def test_a_title_that_is_cut_is_read_in_the_message(every: list[tuple[Scelta, ...]]) -> None:
    cut = 0
    for choices in every:
        shown = captions(choices)
        assert len(set(shown)) == len(shown) or len({c.titolo for c in choices}) < len(choices)  # told apart
        text = [run.testo for line in written_out(choices) for run in line]
        for number, (caption, choice) in enumerate(zip(shown, choices, strict=True), 1):
            if caption != choice.titolo:
                cut += 1
                assert caption.startswith(f"{number}. ") and f"{number}. {choice.titolo}" in text
    assert cut > 100


def test_cutting_is_done_after_a_word() -> None:
    assert shortened("Breve") == "Breve"
    assert shortened("Tabelle compensi patrocinio (famiglia): consensuale") == "Tabelle compensi patrocinio (famiglia)…"
    assert shortened("x" * 60) == "x" * 39 + "…"
    assert keyboard(()) is None
