"""A request as DOCX, to be changed in a word processor: the same text as the PDF, in the same order.

python-docx and not docxtpl: the document is built from data, so there is no binary template to keep beside the PDF's, and what
people write is only ever text (docxtpl runs Jinja over the XML of a template and escapes it only where it is told to).
"""

from __future__ import annotations

import io
import logging
import zipfile
from datetime import datetime, time
from typing import Any, Tuple

import segno
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.bozze import documento as testi
from bot.bozze.caratteri import pulito
from bot.bozze.documento import CASELLE, DA_FIRMARE, ELENCO, TABELLA, Documento, DocumentoNonCreato, Sezione, documento
from bot.bozze.richiesta import Richiesta

LINGUA = "it-IT"
CASELLA = "☐"
CARATTERE = "Calibri"  # word processors without it have Carlito, of the same widths
BLU, GRIGIO = RGBColor(0x17, 0x32, 0x4D), RGBColor(0x5A, 0x67, 0x72)
VELO, FILO = "F0F4F8", "C9D3DC"
LUNGO = 120  # characters above which a value is a text, and no longer bold
LINEA = "_" * 24

logger = logging.getLogger(__name__)


def _element(tag: str, **attributes: str) -> Any:
    """An XML element of WordprocessingML with its attributes, for what python-docx has no function for."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _styles(document: DocxDocument) -> None:
    """Language, typeface and headings."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(_element("w:lang", val=LINGUA, eastAsia=LINGUA, bidi="ar-SA"))
    sizes = (("Normal", 10.5, None), ("Title", 17, BLU), ("Heading 1", 12, BLU), ("Heading 2", 10.5, BLU))
    for name, size, colour in sizes:
        style: Any = document.styles[name]
        style.font.name, style.font.size = CARATTERE, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme would win over the name
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), CARATTERE)
        fonts.set(qn("w:cs"), CARATTERE)
        if colour is not None:
            style.font.bold, style.font.color.rgb = True, colour
        style.paragraph_format.space_after = Pt(4)
    for border in document.styles["Title"].element.pPr.findall(qn("w:pBdr")):
        document.styles["Title"].element.pPr.remove(border)


def _properties(document: DocxDocument, content: Documento, created: datetime) -> None:
    """Title and language; no name of anybody, and the day of the draft for both dates."""
    core = document.core_properties
    core.title, core.language = content.nome, LINGUA
    core.subject, core.comments, core.keywords = testi.AVVISO, "", ""
    core.author = core.last_modified_by = ""
    core.created = core.modified = created
    core.revision = 1


def _write(paragraph: Paragraph, text: str, bold: bool = False, size: float = 0, colour: RGBColor | None = None) -> Run:
    """The text as a run; python-docx turns its line ends into breaks."""
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the word processor computes: PAGE, NUMPAGES."""
    field = _element("w:fldSimple", instr=instruction)
    shown = _write(paragraph, "1", size=8.5, colour=GRIGIO)  # until it is computed
    paragraph._p.append(field)
    field.append(shown._r)


def _qr(paragraph: Paragraph, indirizzo: str, alternative: str) -> None:
    """The QR of the address as a picture with its alternative text. Raises ValueError for an address too long to fit."""
    image = io.BytesIO()
    segno.make(indirizzo, error="m", micro=False).save(image, kind="png", scale=6, border=4)
    image.seek(0)
    picture: Any = paragraph.add_run().add_picture(image, width=Mm(20))
    picture._inline.docPr.set("descr", alternative)
    picture._inline.docPr.set("name", "Codice QR")


def _footer(document: DocxDocument, content: Documento, indirizzo: str) -> None:
    """On every page: the notice, the reference, the page, the QR."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(15), Mm(38), Mm(8)
    first = section.footer.paragraphs[0]
    _write(first, testi.AVVISO, bold=True, size=8.5, colour=BLU)
    _write(first, f" · {content.etichetta_riferimento} · Pagina ", size=8.5, colour=GRIGIO)
    _field(first, "PAGE")
    _write(first, " di ", size=8.5, colour=GRIGIO)
    _field(first, "NUMPAGES")
    _qr(section.footer.add_paragraph(), indirizzo, content.alternativa_qr)


def _table(document: DocxDocument, pairs: Tuple[Tuple[str, str], ...]) -> None:
    """Two columns under a row marked as their heading, which is repeated on each page."""
    table = document.add_table(rows=1, cols=2, style="Normal Table")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color=FILO))
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # Word wants them in this order
    heading = table.rows[0]
    heading._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for cell, label in zip(heading.cells, testi.INTESTAZIONI, strict=True):
        _write(cell.paragraphs[0], label, bold=True, size=8.5, colour=GRIGIO)
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=VELO))
    for label, value in pairs:
        cells = table.add_row().cells
        _write(cells[0].paragraphs[0], label, colour=GRIGIO)
        _write(cells[1].paragraphs[0], value, bold=len(value) <= LUNGO)
    for column, width in zip(table.columns, (Cm(5.8), Cm(11.2)), strict=True):
        column.width = width  # for LibreOffice
        for cell in column.cells:
            cell.width = width  # for Word
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _signature(document: DocxDocument, who: str) -> None:
    """Lines for the hand: place, day, signature."""
    for label in (testi.LUOGO, testi.DATA, f"{testi.FIRMA} ({who})"):
        line = document.add_paragraph(f"{label}: {LINEA}")
        line.paragraph_format.space_before = Pt(10)
        line.paragraph_format.keep_with_next = label != f"{testi.FIRMA} ({who})"


def _section(document: DocxDocument, section: Sezione) -> None:
    """A heading and what stands under it."""
    document.add_heading(section.titolo, level=2 if section.promemoria else 1)
    if section.tipo == TABELLA:
        _table(document, section.coppie)
    elif section.tipo == DA_FIRMARE:
        _signature(document, section.righe[0])
    else:
        if section.tipo == CASELLE:
            document.add_paragraph(testi.ALLEGATI).paragraph_format.keep_with_next = True
        for line in section.righe:
            text = f"{CASELLA} {line}" if section.tipo == CASELLE else line
            document.add_paragraph(text, style="List Bullet" if section.tipo == ELENCO else None)


def _body(document: DocxDocument, content: Documento) -> None:
    """The text, in reading order."""
    notice = document.add_paragraph()
    _write(notice, testi.AVVISO, bold=True, size=11.5, colour=BLU)
    _write(notice, f"\n{testi.AVVISO_ESTESO}\n", size=9)
    _write(notice, content.etichetta_riferimento, bold=True, size=9)
    notice._p.get_or_add_pPr().append(_element("w:shd", val="clear", color="auto", fill=VELO))
    office = document.add_paragraph()
    office.paragraph_format.space_before = Pt(10)
    _write(office, "Ufficio: ", colour=GRIGIO)
    _write(office, content.ufficio)
    for line in content.destinatario:
        address = document.add_paragraph()
        address.paragraph_format.left_indent, address.paragraph_format.space_after = Cm(9), Pt(0)
        _write(address, line, bold=line == content.destinatario[0])
    form = document.add_paragraph()
    form.paragraph_format.space_before = Pt(12)
    _write(form, content.modulo, bold=True, size=9.5, colour=GRIGIO)
    document.add_paragraph(content.titolo, style="Title")
    subject = document.add_paragraph()
    _write(subject, "Oggetto: ", bold=True)
    _write(subject, content.oggetto)
    for section in content.sezioni:
        if not section.promemoria:
            _section(document, section)
    reminders = [section for section in content.sezioni if section.promemoria]
    if reminders:
        document.add_heading(content.titolo_promemoria, level=1).paragraph_format.page_break_before = True
        _write(document.add_paragraph(), content.nota_promemoria, colour=GRIGIO)
        for section in reminders:
            _section(document, section)
    _write(document.add_paragraph(), content.nota, size=9, colour=GRIGIO)


def _dated(package: bytes, day: datetime) -> bytes:
    """The same archive with one date on all its files: otherwise each run would give other bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, day.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


def render_docx(richiesta: Richiesta, indirizzo: str) -> bytes:
    """The request as an editable A4 DOCX; `indirizzo` is what its QR says. Raises DocumentoNonCreato when it cannot be made."""
    content = documento(richiesta, pulito)
    created = datetime.combine(richiesta.creata, time())
    package = io.BytesIO()
    try:
        document = Document()
        _styles(document)
        _properties(document, content, created)
        _body(document, content)
        _footer(document, content, indirizzo)
        document.save(package)
        return _dated(package.getvalue(), created)
    except (KeyError, OSError, ValueError) as error:
        # Not the message: it may quote what a person wrote.
        logger.error("DOCX not made for form %s: %s", richiesta.codice, type(error).__name__)
        raise DocumentoNonCreato from None
