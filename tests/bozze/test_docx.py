"""The DOCX of a request, opened again: the same text as the PDF, and marked so that it can be read out."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import chain
from typing import Any

import pytest
import zxingcpp
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bot.bozze import docx
from bot.bozze.caratteri import pulito
from bot.bozze.documento import AVVISO, DocumentoNonCreato
from bot.bozze.docx import render_docx
from bot.bozze.richiesta import Richiesta
from tests.bozze.esempi import CARICHI, ESEMPI, INDIRIZZO
from tests.bozze.test_pdf import MARKUP, everywhere, said


def opened(data: bytes) -> Any:
    return Document(BytesIO(data))


def written(data: bytes) -> str:
    document = opened(data)
    cells = chain.from_iterable(row.cells for table in document.tables for row in table.rows)
    return "\n".join([*(p.text for p in document.paragraphs), *(cell.text for cell in cells)])


@pytest.fixture(scope="module", params=sorted(ESEMPI))
def esempio(request: pytest.FixtureRequest) -> tuple[Richiesta, bytes]:
    return ESEMPI[request.param], render_docx(ESEMPI[request.param], INDIRIZZO)


def test_says_everything(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    text = written(data)
    for datum in said(richiesta):
        assert pulito(datum) in text
    assert text.count("☐ ") == len(richiesta.allegati)
    assert AVVISO in text and "10 marzo 2026" in text


def test_every_page_is_marked_as_a_draft(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    document = opened(data)
    assert len(document.sections) == 1 and not document.sections[0].different_first_page_header_footer
    footer = document.sections[0].footer
    assert AVVISO in footer.paragraphs[0].text and f"Riferimento {richiesta.riferimento}" in footer.paragraphs[0].text
    assert [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    (properties,) = footer._element.iter(qn("wp:docPr"))
    assert properties.get("descr") == f"Codice QR con l’indirizzo del riferimento {richiesta.riferimento}"
    (picture,) = [
        part.blob for name, part in ((r.reltype, r.target_part) for r in footer.part.rels.values()) if name.endswith("/image")
    ]
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))] == [INDIRIZZO]


def test_is_accessible(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    document = opened(data)
    core = document.core_properties
    assert richiesta.titolo in core.title and richiesta.riferimento in core.title
    assert core.language == "it-IT"
    assert core.author == core.last_modified_by == core.comments == ""
    assert core.created.date() == core.modified.date() == richiesta.creata
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"it-IT"}
    styles = [p.style.name for p in document.paragraphs]
    assert styles.count("Title") == 1 and "Heading 1" in styles and "Heading 2" in styles
    assert document.tables
    for table in document.tables:
        headers = [row for row in table.rows if row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
        assert [cell.text for row in headers for cell in row.cells] == ["Dato", "Valore"]
        order = [child.tag for child in table._tbl.tblPr]
        assert order.index(qn("w:tblBorders")) < order.index(qn("w:tblLayout"))


def test_is_a4() -> None:
    section = opened(render_docx(CARICHI, INDIRIZZO)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_line_ends_stay() -> None:
    assert "via Roma 1\n11100 Aosta" in written(
        render_docx(replace(CARICHI, dati=(("Residenza", "via Roma 1\n11100 Aosta"),)), INDIRIZZO)
    )


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_is_read_as_markup(text: str) -> None:
    assert written(render_docx(everywhere(text), INDIRIZZO)).count(text) >= 11


@given(st.text(max_size=120))
@example("王 Wang 🦊")
@example("\x00\x0b\ufffe\uffff\ud800\U0010ffff")
def test_any_text_can_be_written(text: str) -> None:
    data = render_docx(replace(CARICHI, dati=(("Dato", text),), righe=(text,)), INDIRIZZO)
    assert pulito(text) in written(data)


def test_same_input_same_bytes() -> None:
    data = render_docx(CARICHI, INDIRIZZO)
    assert data == render_docx(replace(CARICHI), INDIRIZZO)
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(2026, 3, 9)}


def test_a_fault_is_told_without_personal_data(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*arguments: object) -> None:
        raise ValueError("D’Agostino")

    monkeypatch.setattr(docx, "_body", broken)
    with pytest.raises(DocumentoNonCreato) as caught:
        render_docx(CARICHI, INDIRIZZO)
    assert caught.value.__suppress_context__
    assert "A01" in caplog.text and "Agostino" not in caplog.text


def test_an_address_too_long_for_a_code_is_a_fault() -> None:
    with pytest.raises(DocumentoNonCreato):
        render_docx(CARICHI, "x" * 5000)
