"""The page as HTML: Jinja2 with autoescape, and answers cut into paragraphs, lists and links (static/testo.js does the same)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.front.office import Office
from bot.front.sessions import Turn
from bot.storage.bozze import BozzaSalvata

ROME = ZoneInfo("Europe/Rome")
NAMES = {"lei": "Lei", "assistente": "Assistente"}
_LINK = re.compile(
    r"https?://[^\s<>\"«»]+"
    r"|www\.[A-Za-z0-9-]+\.[^\s<>\"«»]+"
    r"|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_TRAILING = ".,;:!?)]'’"


@dataclass(frozen=True)
class Span:
    """A piece of a line: plain text, or a link when it has an address."""

    testo: str
    href: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph (one line) or a list (a line for each item)."""

    elenco: bool
    righe: list[list[Span]]


def spans(line: str) -> list[Span]:
    """A line with its web and mail addresses made links; punctuation after an address is not part of it."""
    found: list[Span] = []
    end = 0
    for match in _LINK.finditer(line):
        address = match[0].rstrip(_TRAILING)
        if match.start() > end:
            found.append(Span(line[end : match.start()]))
        end = match.start() + len(address)
        found.append(Span(address, _href(address)))
    if end < len(line):
        found.append(Span(line[end:]))
    return found


def _href(address: str) -> str:
    if address.startswith(("http://", "https://")):
        return address
    return f"https://{address}" if address.startswith("www.") else f"mailto:{address}"


def blocks(text: str) -> list[Block]:
    """An answer as paragraphs and lists: lines that begin with "- " are items of one list."""
    found: list[Block] = []
    for line in (raw.strip() for raw in text.split("\n")):
        if not line:
            continue
        if line.startswith("- "):
            if not (found and found[-1].elenco):
                found.append(Block(True, []))
            found[-1].righe.append(spans(line[2:].strip()))
        else:
            found.append(Block(False, [spans(line)]))
    return found


def transcript(office: Office, turns: Iterable[Turn], now: datetime | None = None) -> str:
    """The conversation as a text to keep."""
    day = (now or datetime.now(ROME)).strftime("%d/%m/%Y, %H.%M")
    parts = [f"Conversazione con l'assistente automatico\n{office.nome}\n{day}"]
    for turn in turns:
        lines = [f"{NAMES[turn.chi]}:", turn.testo]
        lines += [f"Fonte: {turn.fonte}"] if turn.fonte else []
        lines += ["Scelte: " + "; ".join(c.titolo for c in turn.scelte)] if turn.scelte else []
        parts.append("\n".join(lines))
    parts.append(f"Informazioni generali date da un sistema automatico, che può sbagliare. Per conferma: {office.contacts}.")
    return "\n\n".join(parts) + "\n"


def moment(value: datetime) -> str:
    """A moment as one says it here: "alle 15.30 del 22/11/2026"."""
    local = value.astimezone(ROME)
    return f"{'all’1' if local.hour == 1 else f'alle {local.hour}'}.{local:%M} del {local:%d/%m/%Y}"


class Pages:
    """Renders the templates of the front."""

    def __init__(self, office: Office, max_chars: int) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(blocks=blocks, spans=spans)
        self._environment.globals.update(ufficio=office, massimo=max_chars, nomi=NAMES)

    def conversation(
        self, turns: Sequence[Turn] = (), token: str = "", typed: str = "", error: str = "", status: str = ""
    ) -> str:
        """The page: the conversation so far, what was typed and could not be sent, an error or a confirmation to show."""
        return self._environment.get_template("pagina.html").render(
            turni=list(turns), token=token, scritto=typed, errore=error, stato=status
        )

    def draft(self, bozza: BozzaSalvata, files: Sequence[tuple[str, str]]) -> str:
        """The page of a ready draft: what it is, until when it is kept, its files (title, address) and how to delete it.

        No personal data: messaging programs read the pages that are sent through them.
        """
        return self._environment.get_template("bozza.html").render(bozza=bozza, file=files, scade=moment(bozza.scade))

    def problem(self, title: str, message: str) -> str:
        """A page that only says what went wrong and where to go."""
        return self._environment.get_template("problema.html").render(titolo=title, messaggio=message)
