"""A request as PDF: tagged (PDF/UA-1), in Italian, the same bytes for the same input. Set by Typst from richiesta.typ.

Data reach the template as JSON, never as markup. Fonts are those of bot/bozze/fonts, whatever the machine has installed.
"""

from __future__ import annotations

import io
import json
import logging
from dataclasses import asdict
from datetime import datetime, time, timezone
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Dict

import segno
import typst

from bot.bozze import documento as testi
from bot.bozze.caratteri import FONTS, stampabile
from bot.bozze.documento import DocumentoNonCreato, documento
from bot.bozze.richiesta import Richiesta

MODELLO = Path(__file__).with_name("richiesta.typ")

logger = logging.getLogger(__name__)
_one_at_a_time = Lock()  # the compiler keeps the inputs of its last call


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """The compiler with template and fonts, read once: most of the time of a first document."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(MODELLO, root=MODELLO.parent, font_paths=fonts)


def _qr(indirizzo: str) -> str:
    """The QR of an address, as SVG. Raises ValueError for one too long to fit."""
    image = io.BytesIO()
    segno.make(indirizzo, error="m", micro=False).save(image, kind="svg", xmldecl=False, border=4)
    return image.getvalue().decode("utf-8")


def _compile(inputs: Dict[str, str], created: datetime) -> bytes:
    """The template filled in. Raises RuntimeError, of which TypstError is one, when it cannot be."""
    with _one_at_a_time:
        try:
            pdf = _compiler().compile(format="pdf", pdf_standards="ua-1", sys_inputs=inputs, timestamp=created)
        except BaseException as error:
            if isinstance(error, Exception) or type(error).__name__ != "PanicException":
                raise
            # A fault inside Typst arrives as a BaseException, which nobody above expects, and may leave the compiler locked.
            _compiler.cache_clear()
            raise RuntimeError("Typst panicked") from None
    if not isinstance(pdf, bytes):
        raise RuntimeError("Typst returned no document")
    return pdf


def render_pdf(richiesta: Richiesta, indirizzo: str) -> bytes:
    """The request as an A4 PDF; `indirizzo` is what its QR says. Safe to call from several threads.

    Raises DocumentoNonCreato when it cannot be made.
    """
    content = asdict(documento(richiesta, stampabile))
    content.update(
        avviso=testi.AVVISO,
        avviso_esteso=testi.AVVISO_ESTESO,
        intestazioni=testi.INTESTAZIONI,
        luogo=testi.LUOGO,
        data=testi.DATA,
        firma=testi.FIRMA,
        allegati=testi.ALLEGATI,
    )
    try:
        inputs = {"documento": json.dumps(content, ensure_ascii=False), "qr": _qr(indirizzo)}
        return _compile(inputs, datetime.combine(richiesta.creata, time(), timezone.utc))
    except (RuntimeError, ValueError) as error:
        # Not the message: Typst quotes the text it stumbled on.
        logger.error("PDF not made for form %s: %s", richiesta.codice, type(error).__name__)
        raise DocumentoNonCreato from None
