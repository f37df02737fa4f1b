"""Buttons under a message: one a row, with the short token of the choice as what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.storage.conversazioni import Scelta
from bot.telegram.formatting import Line, Run

MOST_BYTES = 64  # of what a button may carry
MOST_BUTTONS = 100
WIDEST = 40  # characters that a phone shows of a button that takes a whole row
DONE = "-"  # what the button of a choice already made carries


def shortened(title: str) -> str:
    """A title that fits a button, cut after a word."""
    if len(title) <= WIDEST:
        return title
    head, space, _ = title[:WIDEST].rpartition(" ")
    return (head if space and len(head) > WIDEST // 2 else title[: WIDEST - 1]).rstrip(" ,;:.(") + "…"


def captions(choices: Sequence[Scelta]) -> list[str]:
    """What the buttons say: the title, or, where it does not fit, its number in the message and its beginning."""
    return [c.titolo if len(c.titolo) <= WIDEST else shortened(f"{n}. {c.titolo}") for n, c in enumerate(choices, 1)]


def written_out(choices: Sequence[Scelta]) -> list[Line]:
    """The titles that do not fit a button, in full, for the message; the number is the place among all."""
    long = [[Run(f"{number}. {choice.titolo}")] for number, choice in enumerate(choices, 1) if len(choice.titolo) > WIDEST]
    return [[], *long] if long else []


def keyboard(choices: Sequence[Scelta]) -> InlineKeyboardMarkup | None:
    """The buttons of a message, one a row; None when it has none."""
    shown = list(zip(captions(choices), choices, strict=True))[:MOST_BUTTONS]
    rows = [[InlineKeyboardButton(text, callback_data=choice.token)] for text, choice in shown]
    return InlineKeyboardMarkup(rows) if rows else None


def used(title: str) -> InlineKeyboardMarkup:
    """What takes the place of the buttons when one has been pressed: the choice made."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(shortened(f"✓ {title}"), callback_data=DONE)]])
