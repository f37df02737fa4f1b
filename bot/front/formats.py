"""The files that a ready draft can be downloaded as."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.bozze.richiesta import Richiesta
from bot.storage.bozze import BozzaSalvata


@dataclass(frozen=True)
class Format:
    """A kind of file: its title on the page, its media type, and what makes it (request, public address of the page)."""

    titolo: str
    media_type: str
    render: Callable[[Richiesta, str], bytes]


Renderers = Mapping[str, Format]


def _pdf(richiesta: Richiesta, indirizzo: str) -> bytes:
    from bot.bozze.pdf import render_pdf  # at the first document: the front starts without its libraries

    return render_pdf(richiesta, indirizzo)


def _docx(richiesta: Richiesta, indirizzo: str) -> bytes:
    from bot.bozze.docx import render_docx

    return render_docx(richiesta, indirizzo)


FORMATS: Renderers = {
    "pdf": Format("PDF, da stampare e firmare", "application/pdf", _pdf),
    "docx": Format("DOCX, da modificare", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}


def file_name(bozza: BozzaSalvata, extension: str) -> str:
    """The name of a file, fit for every system and header: "A02-7K3M-9QXT.pdf"."""
    return re.sub(r"[^A-Za-z0-9-]", "", f"{bozza.codice}-{bozza.riferimento}") + f".{extension}"
