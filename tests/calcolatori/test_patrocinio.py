"""Legal aid fees: every cell of 5.1.1-5.3.2.3, the rules outside the tables, the misprints, and what lawyers say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.model import Contesto, Risultato, ValoreNonValido, Valori
from calculators.patrocinio import CALCOLATORE, FASI, TABELLE
from knowledge.templates import euro
from tests.conoscenza.reading import MISPRINTS, phases, section

from .letture import calcolato, detto

CONTENZIOSE = [(number, pair) for pair, number in TABELLE.items() if not number.startswith("5.3")]
CONSENSUALI = [(number, pair) for pair, number in TABELLE.items() if number.startswith("5.3")]


def of(pair: tuple[str, str], **altri: object) -> dict[str, object]:
    second = "parti" if "congiunto" in pair[0] else "esito"
    return {"procedimento": pair[0], second: pair[1], **altri}


def computed(contesto: Contesto, values: dict[str, object]) -> Risultato:
    return calcolato(CALCOLATORE, contesto, values)


def amount(contesto: Contesto, values: dict[str, object]) -> Decimal:
    found = computed(contesto, values).importo
    assert found is not None
    return found


@pytest.mark.parametrize(("number", "pair"), [*CONTENZIOSE, *CONSENSUALI])
def test_every_cell_is_the_printed_one(contesto: Contesto, documents: dict[str, str], number: str, pair: tuple[str, str]) -> None:
    """The row's own fee, the running totals and the columns of the 15%, as far as they are printed."""
    rows = phases(documents["protocollo"], number)
    for position, (name, cells) in enumerate(rows):
        done = tuple(row for row, _ in rows[: position + 1] if row in FASI) or ("tutte",)
        base = of(pair, fasi=done, comparse="si", aumento="no")
        if name == "maggiorazione":
            base["fasi"] = ("tutte",)
        elif rows[-1][0] == "maggiorazione":
            continue  # a case that ended with an agreement always has the extra: checked on its own row
        total_column = cells[1] if len(cells) > 3 or name == "maggiorazione" else cells[0]
        assert amount(contesto, base) == total_column, (number, name)
        if len(cells) > 2:
            assert amount(contesto, {**base, "aumento": "si"}) == cells[-1], (number, name)
    if rows[-1][0] == "maggiorazione":
        steps = computed(contesto, of(pair, fasi=("tutte",))).passaggi[0]
        assert steps == " + ".join(f"{name} {euro(cells[0])}" for name, cells in rows) + f" = {euro(rows[-1][1][1])}"


@given(
    table=st.sampled_from([pair for number, pair in CONTENZIOSE if pair[1] != "conciliazione"]),
    done=st.sets(st.sampled_from(FASI), min_size=1),
    raised=st.booleans(),
)
def test_phases_add_up(contesto: Contesto, table: tuple[str, str], done: set[str], raised: bool) -> None:
    values = of(table, fasi=tuple(done), comparse="si", aumento="si" if raised else "no")
    assert amount(contesto, values) == sum(amount(contesto, {**values, "fasi": (phase,)}) for phase in done)
    assert (
        amount(contesto, {**values, "fasi": FASI}) == amount(contesto, {**values, "fasi": ("tutte",)}) >= amount(contesto, values)
    )


@given(table=st.sampled_from(list(TABELLE)), general=st.booleans())
def test_the_raise_is_15_percent(contesto: Contesto, table: tuple[str, str], general: bool) -> None:
    values = of(table, fasi=("tutte",), comparse="si", spese_generali="si" if general else "no")
    plain, raised = amount(contesto, {**values, "aumento": "no"}), amount(contesto, {**values, "aumento": "si"})
    assert abs(raised - plain * Decimal("1.15")) <= Decimal("0.01")
    without = amount(contesto, {**values, "aumento": "no", "spese_generali": "no"})
    assert plain == (without * Decimal("1.15") if general else without)


@pytest.mark.parametrize("table", [pair for _, pair in CONTENZIOSE if pair[1] != "conciliazione"])
def test_no_decision_without_briefs(contesto: Contesto, table: tuple[str, str]) -> None:
    values = of(table, fasi=("tutte",))
    assert (asked := CALCOLATORE.mancante(values)) and asked.nome == "comparse"
    result = computed(contesto, {**values, "comparse": "no"})
    assert result.importo == amount(contesto, of(table, fasi=("fino_istruttoria",)))
    assert "decisionale non è dovuta" in result.avvertenze[0]
    assert ("repliche" in result.avvertenze[0]) == (table[1] == "costituite")
    assert amount(contesto, of(table, fasi=("decisionale",), comparse="no")) == 0


def test_complex_evidence(contesto: Contesto) -> None:
    values = of(("contenzioso_ordinario", "costituite"), fasi=("fino_istruttoria",), complessa="si")
    highest = contesto.pubblicata("istruttoria_complessa").valori.importi["massimo"]
    plain = amount(contesto, {**values, "complessa": "no"})
    assert amount(contesto, values) == plain + 1000
    assert euro(highest) in " ".join(computed(contesto, values).avvertenze)
    asked = {**values, "importo_istruttoria": Decimal("1200.00")}
    assert amount(contesto, asked) == plain + 600
    assert amount(contesto, {**asked, "aumento": "si"}) == (plain + 600) * Decimal("1.15")
    for wrong in (Decimal("599.99"), highest + Decimal("0.01")):
        with pytest.raises(ValoreNonValido) as fault:
            computed(contesto, {**values, "importo_istruttoria": wrong})
        assert fault.value.parametro == "importo_istruttoria"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("5.1.3", "50,00"),
        ("5.1.3", "non stampa"),
        ("5.2.2", "1.2 76,50"),
        ("5.3.2.3", "540,00"),
        ("5.3.2.1", "maggiorazione 20%"),
    ],
)
def test_misprints_are_said(contesto: Contesto, number: str, words: str) -> None:
    pair = next(pair for pair, table in TABELLE.items() if table == number)
    result = computed(contesto, of(pair, fasi=("tutte",), comparse="si", aumento="si"))
    assert any(words in warning for warning in result.avvertenze)


def test_misprinted_cells_of_the_document(contesto: Contesto, documents: dict[str, str]) -> None:
    for (number, name), (wrong, right) in MISPRINTS.items():
        assert wrong in section(documents["protocollo"], number)
        pair = next(pair for pair, table in TABELLE.items() if table == number)
        table = contesto.pubblicata(f"patrocinio_{number.replace('.', '_')}").valori.fasi
        row = next(row for row in table if row.fase == name)
        assert right in (f"{value}".replace(".", ",") for value in (row.aumento, row.totale_aumentato)) or right == "1.276,50"
        assert amount(contesto, of(pair, fasi=("tutte",), comparse="si", aumento="no")) == table[-1].totale


def test_no_rate_that_the_protocol_does_not_give(contesto: Contesto) -> None:
    result = computed(contesto, of(("congiunto", "una"), spese_generali="si"))
    text = " ".join((*result.passaggi, *result.avvertenze))
    assert "CNA e IVA" in text and "4%" not in text and "22%" not in text
    assert euro(Decimal("150")) in text


def test_the_raise_is_told_unless_it_was_spoken_of(contesto: Contesto) -> None:
    values = of(("congiunto", "una"))
    assert euro(Decimal("1150")) in " ".join(computed(contesto, values).avvertenze)
    assert euro(Decimal("1150")) not in " ".join(computed(contesto, {**values, "aumento": "no"}).avvertenze)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, "procedimento"),
        ({"procedimento": "contenzioso_camerale"}, "esito"),
        ({"procedimento": "contenzioso_camerale", "esito": "contumace"}, "fasi"),
        ({"procedimento": "contenzioso_camerale", "esito": "contumace", "fasi": ("tutte",)}, "comparse"),
        ({"procedimento": "contenzioso_camerale", "esito": "contumace", "fasi": ("studio",)}, None),
        ({"procedimento": "contenzioso_ordinario", "esito": "conciliazione"}, None),
        ({"procedimento": "contenzioso_camerale", "esito": "conciliazione"}, "fasi"),
        ({"procedimento": "congiunto"}, "parti"),
        ({"procedimento": "camerale_congiunto", "parti": "una"}, None),
    ],
)
def test_asks_only_what_matters(values: Valori, missing: str | None) -> None:
    parametro = CALCOLATORE.mancante(values)
    assert (parametro.nome if parametro else None) == missing


DETTI = {
    ("procedimento", "contenzioso_ordinario"): [
        "separazione giudiziale", "divorzio contenzioso", "rito ordinario", "causa di separazione con addebito", "tabella 5.1.2",
        "si sono conciliati davanti al presidente", "giudiziale trasformata in consensuale", "divorzio con marito contumace",
        "separazione, arrivati a sentenza dopo anni di lite",
    ],
    ("procedimento", "contenzioso_camerale"): [
        "contenzioso con rito camerale", "709 ter con tutte e due le parti", "art. 316 c.c. davanti al tribunale", "rito camerale",
        "causa sull'affidamento dei figli di una coppia non sposata", "modifica delle condizioni, l'ex si oppone",
        "figli nati fuori dal matrimonio, chiusa con conclusioni congiunte", "ordine di protezione", "5.2.3 completa",
        "revisione dell'assegno contenziosa", "contenzioso, figli nati fuori dal matrimonio",
    ],
    ("procedimento", "congiunto"): [
        "separazione consensuale", "divorzio congiunto", "si separano d'accordo", "si separano senza litigare", "tab. 5.3.1.3",
        "due coniugi che divorziano di comune accordo", "una consensuale",
    ],
    ("procedimento", "camerale_congiunto"): [
        "ricorso congiunto per i figli nati fuori dal matrimonio", "camerale congiunto", "modifica congiunta delle condizioni",
        "genitori non sposati d'accordo sull'affidamento", "5.3.2.1", "ricorso congiunto sui figli", "rito camerale, congiunto",
    ],
    ("esito", "costituite"): [
        "entrambe le parti costituite", "controparte costituita", "finita con sentenza", "definizione contenziosa", "non era contumace",
    ],
    ("esito", "contumace"): [
        "resistente contumace", "la controparte non si è costituita", "il marito non si è mai presentato", "in contumacia",
        "la moglie è irreperibile", "l'altro genitore mai comparso", "divorzio contumaciale con sentenza",
    ],
    ("esito", "conciliazione"): [
        "si sono conciliati", "conclusioni congiunte", "chiusa con conciliazione", "hanno fatto pace", "precisazioni congiunte",
        "rassegnato conclusioni congiunte", "da giudiziale a consensuale",
    ],
    ("fasi", ("tutte",)): ["tutte le fasi", "tutte", "causa completa", "quattro fasi", "fino in fondo", "arrivati a sentenza"],
    ("fasi", ("studio", "introduttiva")): [
        "studio e introduttiva", "fino all'introduttiva", "ci siamo fermati dopo l'introduttiva", "solo studio e introduttiva",
        "chiusa prima dell'istruttoria",
    ],
    ("fasi", ("studio", "introduttiva", "istruttoria")): [
        "studio, introduttiva e istruttoria", "fino all'istruttoria", "tutte tranne la decisionale", "senza la decisionale",
        "studio, introduttiva e istruttoria, la decisionale no", "dopo l'istruttoria", "niente decisionale", "istruttoria sì, decisionale no",
    ],
    ("fasi", ("studio", "introduttiva", "decisionale")): ["senza istruttoria, tutte le altre", "tutte ma istruttoria omessa"],
    ("fasi", ("studio",)): ["solo lo studio", "la fase di studio", "solo studio"],
    ("fasi", ("istruttoria", "decisionale")): ["istruttoria e decisionale", "sono subentrato nella fase istruttoria"],
    ("comparse", "si"): [
        "conclusionali e repliche autorizzate", "con comparse autorizzate e depositate", "ho depositato le comparse", "sì, autorizzate e depositate",
        "abbiamo depositato conclusionali e repliche",
    ],
    ("comparse", "no"): [
        "il giudice non ha autorizzato le comparse", "senza conclusionali", "le conclusionali non le hanno mai autorizzate", "niente comparse",
        "non autorizzate", "comparse no", "le ho depositate di mia iniziativa", "né conclusionali né repliche", "discussa oralmente",
        "nessuna comparsa", "solo conclusionali, le repliche no",
    ],
    ("parti", "una"): [
        "difendo solo la moglie, ammessa", "una parte ammessa", "lei è ammessa e lui ha un altro avvocato", "una parte, difesa da un solo avvocato",
        "assisto solo il padre ammesso",
    ],
    ("parti", "entrambe"): [
        "ammessi tutti e due", "entrambe ammesse, un solo avvocato", "marito e moglie ammessi", "tutti e due al beneficio",
        "due parti ammesse", "ambedue ammessi col patrocinio",
    ],
    ("parti", "una_su_due"): [
        "li difendo tutti e due ma ammessa è solo lei", "una sola parte ammessa, entrambe difese", "stesso avvocato, uno solo dei due ammesso",
        "assisto la coppia, lei è ammessa e lui no", "ammesso solo il marito, difendo entrambi",
    ],
    ("aumento", "si"): [
        "con l'aumento del 15%", "più il quindici per cento", "atti con collegamenti ipertestuali", "e col 15?", "colonna di destra",
        "gli atti hanno i requisiti del comma 1-bis", "+15%",
    ],
    ("aumento", "no"): [
        "senza il 15", "senza aumenti", "compenso base", "niente aumento", "senza la maggiorazione 1-bis", "gli atti non hanno i requisiti",
        "no, senza l'aumento del 15%",
    ],
    ("complessa", "si"): ["istruttoria complessa", "con CTU psicologica", "c'è stato il monitoraggio dei servizi"],
    ("complessa", "no"): ["istruttoria normale", "senza CTU", "istruttoria non complessa", "nessuna consulenza"],
    ("spese_generali", "si"): ["con le spese generali", "più spese forfettarie", "e di spese generali quanto?"],
    ("spese_generali", "no"): ["senza spese generali", "spese escluse, niente spese generali"],
    ("importo_istruttoria", Decimal("1200.00")): ["istruttoria portata a 1.200 euro", "1200 euro di istruttoria"],
}  # fmt: skip


@pytest.mark.parametrize(("nome", "valore", "testo"), [(n, v, t) for (n, v), texts in DETTI.items() for t in texts])
def test_what_lawyers_say(nome: str, valore: object, testo: str) -> None:
    known: Valori = {"esito": "costituite"} if nome == "comparse" else {}
    assert detto(CALCOLATORE, testo, known).get(nome) == valore


@pytest.mark.parametrize(
    ("testo", "nome"),
    [
        ("una causa di famiglia", "procedimento"),
        ("un divorzio", "procedimento"),
        ("figli nati fuori dal matrimonio", "procedimento"),
        ("con istruttoria normale", "fasi"),
        ("il mio studio legale", "fasi"),
        ("il giudice istruttore", "fasi"),
        ("le spese generali del 15%", "aumento"),
        ("maggiorazione del 20%", "aumento"),
        ("difendo tutti e due", "parti"),
    ],
)
def test_what_is_asked_rather_than_guessed(testo: str, nome: str) -> None:
    assert nome not in detto(CALCOLATORE, testo)


@pytest.mark.parametrize(
    ("testo", "fasi"),
    [
        ("le conclusionali non le hanno mai autorizzate", None),
        ("e senza l'istruttoria?", ("studio", "decisionale")),
        ("c'è stata anche l'introduttiva", FASI),
        ("no scusa, tutte le fasi", ("tutte",)),
        ("solo lo studio", ("studio",)),
        ("quanto fa in tutto?", None),
    ],
)
def test_phases_change_from_what_is_known(testo: str, fasi: tuple[str, ...] | None) -> None:
    known: Valori = {"fasi": FASI if "istruttoria" not in testo else ("studio", "istruttoria", "decisionale")}
    assert detto(CALCOLATORE, testo, known).get("fasi") == fasi


def test_an_agreement_does_not_change_a_contentious_case() -> None:
    known: Valori = {"procedimento": "contenzioso_camerale"}
    said = detto(CALCOLATORE, "poi si sono messi d'accordo", known)
    assert said.get("esito") == "conciliazione" and "procedimento" not in said


@pytest.mark.parametrize(("esito", "comparse"), [("contumace", "si"), ("costituite", "no")])
def test_replies_do_not_matter_in_default(esito: str, comparse: str) -> None:
    assert detto(CALCOLATORE, "solo conclusionali, senza repliche", {"esito": esito}).get("comparse") == comparse
