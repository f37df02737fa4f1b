"""The PDF of a request: what it says, for whom it can be read, and that nothing is cut."""

from __future__ import annotations

import logging
import re
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import chain, product
from typing import Any, Iterator

import numpy as np
import pypdf
import pypdfium2
import pytest
import typst
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.bozze import pdf
from bot.bozze.caratteri import SEGNAPOSTO, pulito, stampabile
from bot.bozze.documento import AVVISO, DocumentoNonCreato
from bot.bozze.pdf import render_pdf
from bot.bozze.richiesta import Richiesta
from tests.bozze.esempi import CARICHI, COGNOME, ESEMPI, INDIRIZZO, LSG, LUNGA, PAROLE, REGISTRO, SIAMM

SCALE = 2  # pixels a point
MM = 72 / 25.4 * SCALE


def squeezed(text: str) -> str:
    """Without spaces, line ends and invisible breaks: how a text is cut into lines is no difference."""
    return re.sub(r"[\s\u200b\u00ad]+", "", unicodedata.normalize("NFC", text))


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]


def written(data: bytes) -> str:
    return squeezed(" ".join(pages(data)))


def pictures(data: bytes) -> Iterator[np.ndarray]:
    """Each page in grey."""
    document = pypdfium2.PdfDocument(data)
    try:
        for page in document:
            yield np.asarray(page.render(scale=SCALE).to_pil().convert("L"))
    finally:
        document.close()


def assert_within_margins(data: bytes) -> None:
    """Not a drop of ink where the margins are: whatever is too wide or too low would be there, or beyond."""
    for image in pictures(data):
        ink = image < 250
        side, top, bottom = int(19 * MM), int(12.5 * MM), int(7 * MM)  # accents of a first line rise above it
        for margin in (ink[:, :side], ink[:, -side:], ink[:top], ink[-bottom:]):
            assert not margin.any()
        assert not ink[int(-30.3 * MM) : int(-27.5 * MM)].any()  # between the text and the footer
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text, (width, height) = page.get_textpage(), page.get_size()
        for index in range(text.count_chars()):
            left, low, right, high = text.get_charbox(index)
            assert left >= 0 and low >= 0 and right <= width and high <= height
    document.close()


def said(richiesta: Richiesta) -> list[str]:
    """Every text of a request."""
    pairs = chain(richiesta.richiedente, richiesta.dati, richiesta.consegna)
    return [
        *(richiesta.titolo, richiesta.riferimento, richiesta.ufficio, richiesta.oggetto, richiesta.firma, richiesta.fonte),
        *(*richiesta.destinatario, *richiesta.righe, *richiesta.allegati, *richiesta.costi, *richiesta.ricorda),
        *chain.from_iterable(pairs),
    ]


@pytest.fixture(scope="module", params=sorted(ESEMPI))
def esempio(request: pytest.FixtureRequest) -> tuple[Richiesta, bytes]:
    return ESEMPI[request.param], render_pdf(ESEMPI[request.param], INDIRIZZO)


def test_says_everything(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    text = written(data)
    latin = [datum for datum in said(richiesta) if not re.search("[\u0590-\u06ff]", datum)]  # the others are read right to left
    # No page ends inside a datum here but in the long one, whose words are looked for one by one.
    for datum in chain.from_iterable(datum.split() if len(datum) > 200 else [datum] for datum in latin):
        assert squeezed(datum) in text
    assert "9marzo2026" in text and "10marzo2026" in text


def test_parts_stand_in_their_order() -> None:
    text = " ".join(pages(render_pdf(CARICHI, INDIRIZZO)))
    parts = [
        "Alla Procura",
        "Modulo A01",
        "Oggetto",
        "Chi chiede",
        "D’Agostino",
        "Dati della richiesta",
        "Il sottoscritto",
        "Luogo Data",
    ]
    parts += ["Firma (l’interessato)", "Si allegano", "Da pagare", "Dove e quando", "Da ricordare", "Fonte"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("richiesta", [LSG, SIAMM], ids=["LSG", "SIAMM"])
def test_a_portal_is_no_form(richiesta: Richiesta) -> None:
    text = " ".join(pages(render_pdf(richiesta, INDIRIZZO)))
    assert f"Promemoria per il portale {richiesta.portale}" in text and "Dati da inserire nel portale" in text
    assert f"Modulo {richiesta.codice}" not in text


def test_empty_parts_are_left_out() -> None:
    text = " ".join(pages(render_pdf(replace(CARICHI, allegati=(), costi=(), ricorda=(), dati=()), INDIRIZZO)))
    for heading in ("Allegati", "Da pagare", "Da ricordare", "Dati della richiesta"):
        assert heading not in text


def test_every_page_is_marked_as_a_draft(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    texts = pages(data)
    for number, text in enumerate(texts, start=1):
        assert AVVISO in text
        assert f"Riferimento {richiesta.riferimento}" in text
        assert f"Pagina {number} di {len(texts)}" in text


def test_every_page_has_the_code(esempio: tuple[Richiesta, bytes]) -> None:
    for image in pictures(esempio[1]):
        assert [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)] == [INDIRIZZO]


def test_nothing_leaves_the_page(esempio: tuple[Richiesta, bytes]) -> None:
    assert_within_margins(esempio[1])


def test_is_accessible(esempio: tuple[Richiesta, bytes]) -> None:
    richiesta, data = esempio
    reader = pypdf.PdfReader(BytesIO(data))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "it-IT"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = catalog["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.metadata is not None and reader.metadata.title is not None
    assert richiesta.titolo in reader.metadata.title and richiesta.riferimento in reader.metadata.title
    assert reader.metadata.author is None
    tags, alternatives = structure(catalog["/StructTreeRoot"])
    assert tags.count("/Title") == 1
    assert {"/H1", "/H2", "/Table", "/THead", "/TH", "/TD", "/L", "/LI", "/P"} <= set(tags)
    assert [text for tag, text in alternatives if tag == "/Figure"] == [
        f"Codice QR con l’indirizzo del riferimento {richiesta.riferimento}"
    ]


def structure(node: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """The tags below a node of the structure tree, and its alternative texts."""
    node = node.get_object()
    tags: list[str] = []
    alternatives: list[tuple[str, str]] = []
    if isinstance(node, list):
        for child in node:
            found = structure(child)
            tags += found[0]
            alternatives += found[1]
    elif isinstance(node, dict):
        if "/S" in node:
            tags.append(node["/S"])
        if "/Alt" in node:
            alternatives.append((node["/S"], node["/Alt"]))
        if "/K" in node:
            found = structure(node["/K"])
            tags += found[0]
            alternatives += found[1]
    return tags, alternatives


def test_a4_without_foreign_fonts() -> None:
    reader = pypdf.PdfReader(BytesIO(render_pdf(REGISTRO, INDIRIZZO)))
    fonts = set()
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        for font in page["/Resources"]["/Font"].values():
            fonts.add(font.get_object()["/BaseFont"].split("+")[1])
    assert {"SourceSans3-Regular", "SourceSans3-SemiBold"} <= fonts
    assert all(font.startswith(("SourceSans3", "DejaVuSans")) for font in fonts)


def test_long_texts_flow_on() -> None:
    data = render_pdf(LUNGA, INDIRIZZO)
    assert len(pages(data)) > 4
    text = written(data)
    for word in (COGNOME, "W" * 60, *(f"allegato{n:02d}" for n in range(30)), *(f"valore{n}" for n in range(60))):
        assert word in text
    for word in PAROLE:  # once among the data, once in the paragraph
        assert text.count(word) == 2


@pytest.mark.parametrize(("letter", "size"), [*product("Wl9Ö.", (20, 36, 60, 61, 300)), ("W", 3000), ("Ö", 3000)])
def test_words_of_any_length_break(letter: str, size: int) -> None:
    word = letter * size
    data = render_pdf(everywhere(word), INDIRIZZO)
    assert_within_margins(data)
    assert written(data).replace(AVVISO, "").count(letter) >= size * 9


def everywhere(text: str) -> Richiesta:
    """A request that has the text in every place where a datum may stand."""
    return replace(
        CARICHI,
        titolo=text,
        ufficio=text,
        destinatario=(text,),
        oggetto=text,
        richiedente=((text, text),),
        dati=(("Dato", text),),
        righe=(text,),
        allegati=(text,),
        costi=(text,),
        consegna=((text, text),),
        ricorda=(text,),
        firma=text,
        fonte=text,
    )


MARKUP = [
    '#panic("x")',
    "#sys.inputs",
    "#{ 1 + 1 }",
    '#image("/etc/passwd")',
    "$x^2$",
    "a \\ b",
    "\\u{41}",
    "@fonte",
    "<etichetta>",
    "*grassetto* _corsivo_ `codice`",
    "= Titolo",
    "- elenco",
    "/ voce: testo",
    "// commento",
    "/* commento */",
    "\"virgolette\" 'semplici'",
    "--- ... ~ -?",
    "[x](y)",
    "]]}}))",
    "%{d} {0} {{ 7*7 }}",
    "<b>&amp;</b>",
    "D'Angelo O’Brien dall`Acqua",
]


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_is_read_as_markup(text: str) -> None:
    assert written(render_pdf(everywhere(text), INDIRIZZO)).count(squeezed(text)) >= 11


NAMES = [
    "Ğüneş Şahin",
    "Nguyễn Thị Ánh",
    "Þórður Ægisson",
    "Łukasz Wiśniewski",
    "Dvořák Jiří",
    "Ștefan Țurcanu",
    "Αθανάσιος Παπαδόπουλος",
    "Наталія Щербак Ґалаґан",
    "Nin\u0303o A\u0301lvarez",
    "Čapkūnaitė Ņina",
    "Ọláńrewájú",
    "Arm: Հայկ, Geo: შოთა",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_written_as_they_are(name: str) -> None:
    assert squeezed(stampabile(name)) in written(render_pdf(replace(CARICHI, dati=(("Nome", name),)), INDIRIZZO))
    assert SEGNAPOSTO not in stampabile(name)


@pytest.mark.parametrize("name", ["محمد الأمين", "פלוני אלמוני"])
def test_right_to_left_names_are_drawn(name: str) -> None:
    data = render_pdf(replace(CARICHI, dati=(("Nome", name),)), INDIRIZZO)
    assert SEGNAPOSTO not in stampabile(name)
    assert all(sorted(word) in [sorted(w) for w in " ".join(pages(data)).split()] for word in name.split())


def test_what_no_font_draws_is_marked_not_lost() -> None:
    assert stampabile("王 Wang 🦊") == f"{SEGNAPOSTO} Wang {SEGNAPOSTO}"
    assert f"{SEGNAPOSTO}Wang" in written(render_pdf(replace(CARICHI, dati=(("Nome", "王 Wang"),)), INDIRIZZO))


def test_characters_that_only_hide_are_dropped() -> None:
    assert pulito("Ma\u202erio\u200b \x00\x07Ro\u2066ssi\ufeff\ufffe\r\nvia\tRoma\u2003 1 ") == "Mario Rossi\nvia Roma  1"
    assert pulito("n\u0303") == "ñ"


@settings(max_examples=40)
@given(st.text(max_size=120))
@example("".join(chr(code) for code in range(0x20, 0x250)))
@example("e" + "\u0301" * 40)
@example("\u200d\u200c\u0301")
@example("\U000e0001\ue000\U0010ffff\ufdd0")
def test_any_text_can_be_printed(text: str) -> None:
    data = render_pdf(everywhere(text), INDIRIZZO)
    assert pages(data)[0].count(AVVISO) >= 2


@settings(max_examples=40)
@given(
    st.text(
        alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x17F, blacklist_categories=["Cc", "Cf", "Zs"]),
        min_size=1,
        max_size=90,
    )
)
def test_any_latin_name_is_found_and_within_the_page(name: str) -> None:
    data = render_pdf(everywhere(name), INDIRIZZO)
    assert squeezed(pulito(name)) in written(data)
    assert_within_margins(data)


def test_same_input_same_bytes() -> None:
    assert render_pdf(CARICHI, INDIRIZZO) == render_pdf(replace(CARICHI), INDIRIZZO)
    reader = pypdf.PdfReader(BytesIO(render_pdf(CARICHI, INDIRIZZO)))
    assert reader.metadata is not None and reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == CARICHI.creata


def test_many_at_a_time_do_not_mix() -> None:
    requests = [replace(CARICHI, riferimento=f"AAAA-{n:04d}", righe=(f"Richiesta numero{n:04d}",)) for n in range(24)]
    alone = [render_pdf(richiesta, f"{INDIRIZZO}/{n}") for n, richiesta in enumerate(requests)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render_pdf, requests, [f"{INDIRIZZO}/{n}" for n in range(24)]))
    assert together == alone
    for n, data in enumerate(together):
        assert f"numero{n:04d}" in written(data)


def test_takes_less_than_a_second() -> None:
    render_pdf(CARICHI, INDIRIZZO)
    start = time.perf_counter()
    render_pdf(replace(LUNGA, riferimento="NUOV-0001"), INDIRIZZO)
    assert time.perf_counter() - start < 1


class Broken:
    def __init__(self, fault: BaseException):
        self.fault = fault

    def compile(self, **arguments: Any) -> bytes:
        raise self.fault


class PanicException(BaseException):
    """What a fault inside Typst looks like from Python."""


@pytest.mark.parametrize("fault", [typst.TypstError("D’Agostino", "D’Agostino"), PanicException("D’Agostino")])
def test_a_fault_is_told_without_personal_data(
    fault: BaseException, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = pdf._compiler

    def broken() -> Broken:
        return Broken(fault)

    broken.cache_clear = compiler.cache_clear
    monkeypatch.setattr(pdf, "_compiler", broken)
    with caplog.at_level(logging.DEBUG), pytest.raises(DocumentoNonCreato) as caught:
        render_pdf(CARICHI, INDIRIZZO)
    assert "Riprovi" in str(caught.value)
    assert caught.value.__suppress_context__
    assert "A01" in caplog.text and "Agostino" not in caplog.text
    monkeypatch.undo()
    assert render_pdf(CARICHI, INDIRIZZO).startswith(b"%PDF")


def test_an_address_too_long_for_a_code_is_a_fault() -> None:
    with pytest.raises(DocumentoNonCreato):
        render_pdf(CARICHI, "x" * 5000)
