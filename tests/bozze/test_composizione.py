"""From values to the request: what is due, what the text says, what it costs, until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.bozze.composizione import (
    BLANK,
    PERSON,
    TO_WRITE,
    compose,
    costs,
    deadline,
    due,
    fields_of,
    given,
    holds,
    lines,
    shown,
    text_of,
    with_implied,
)
from calculators.elenco import CALCOLATORI
from calculators.model import Contesto
from knowledge import load
from knowledge.models_bozze import Condizione
from knowledge.templates import euro

KNOWN = load()
OGGI = date(2026, 6, 1)
FORMS = sorted(KNOWN.bozze)
CERTIFICATES = [code for code in FORMS if KNOWN.bozze[code].costo.calcolatore == "certificati"]
COPIES = [code for code in FORMS if KNOWN.bozze[code].costo.calcolatore == "diritti_copia"]
FREE = [code for code in FORMS if KNOWN.bozze[code].costo.testo]


def cost(code: str, valori: Mapping[str, str]) -> str:
    return " ".join(costs(KNOWN.bozze[code], valori, KNOWN, OGGI))


def computed(calculator: str, **valori: object) -> Decimal | None:
    """What the calculator says by itself."""
    contesto = Contesto(KNOWN.tariffe, KNOWN.profilo.tariffe_pubblicate_al, OGGI)
    calcolatore = CALCOLATORI[calculator]
    importo: Decimal | None = calcolatore.calcola(calcolatore.completi(valori), contesto).importo
    return importo


# ---- Conditions


@pytest.mark.parametrize(
    "conditions, values, expected",
    [
        ([], {}, True),
        ([("a", ["x"])], {"a": "x"}, True),
        ([("a", ["x"])], {"a": "y"}, False),
        ([("a", ["x"])], {}, False),
        ([("a", ["x", "y"])], {"a": "y"}, True),
        ([("a", ["*"])], {"a": "qualunque"}, True),
        ([("a", ["*"])], {"a": TO_WRITE}, False),
        ([("a", ["*"])], {}, False),
        ([("a", ["x"])], {"a": TO_WRITE}, False),
        ([("a", ["x"]), ("b", ["*"])], {"a": "x", "b": "1"}, True),
        ([("a", ["x"]), ("b", ["*"])], {"a": "x"}, False),
    ],
)
def test_conditions(conditions: list[tuple[str, list[str]]], values: dict[str, str], expected: bool) -> None:
    assert holds([Condizione(campo=c, vale=v) for c, v in conditions], values) is expected


def test_what_is_due_follows_the_choices() -> None:
    bozza = KNOWN.bozze["A02"]
    child = {c.campo for c in due(bozza, {"tipo_certificato": "penale", "per_chi": "figlio_minore"})}
    mine = {c.campo for c in due(bozza, {"tipo_certificato": "penale", "per_chi": "interessato"})}
    assert child - mine == {f"rappresentato_{n}" for n in ("nome", "cognome", "nato_a", "nato_il", "codice_fiscale")}
    assert "giudice_procedente" in {c.campo for c in due(bozza, {"tipo_certificato": "difensore"})} and "uso" in mine
    assert "urgente" not in {c.campo for c in due(bozza, {"tipo_certificato": "visura"})}


@pytest.mark.parametrize("code", FORMS)
def test_what_is_due_keeps_the_order_of_the_questions(code: str) -> None:
    bozza = KNOWN.bozze[code]
    order = [c.campo for c in bozza.chiesti()]
    found = [c.campo for c in due(bozza, {})]
    assert found == [name for name in order if name in found] and [c.id for c in fields_of(bozza, KNOWN)] == order


def test_a_vat_number_says_that_there_is_one() -> None:
    bozza = KNOWN.bozze["LSG"]
    assert with_implied(bozza, {"partita_iva": "00743110157"})["con_iva"] == "si"
    assert with_implied(bozza, {"partita_iva": "00743110157", "con_iva": "no"})["con_iva"] == "no"
    assert "con_iva" not in with_implied(bozza, {"partita_iva": TO_WRITE})


# ---- The text


def test_values_and_blanks() -> None:
    bozza = KNOWN.bozze["A01"]
    text = "{nome} {cognome}, nato il {nato_il}, {urgente}."
    values = {"nome": "Łucja", "nato_il": "1999-08-21", "urgente": "si", "cognome": TO_WRITE}
    assert text_of(text, bozza, values, KNOWN) == f"Łucja {BLANK}, nato il 21/08/1999, con urgenza."
    assert text_of("Sede: {ente_denominazione}.", bozza, {"ente_denominazione": "Alfa S.r.l."}, KNOWN) == "Sede: Alfa S.r.l."
    assert text_of("{nome}", bozza, {"nome": "{cognome} {{ x }}"}, KNOWN) == "{cognome} {{ x }}", "un dato non è un modello"


def test_what_is_left_to_write_by_hand_is_said_unless_optional() -> None:
    bozza = KNOWN.bozze["A01"]
    found = {name: said for name, _, said in shown(bozza, {"nome": "Marta", "nato_a": TO_WRITE, "telefono": TO_WRITE}, KNOWN)}
    assert found == {"nome": "Marta", "nato_a": "da scrivere a mano"}
    assert given({"nato_a": TO_WRITE}, "nato_a") == given({}, "nato_a") == ""


@pytest.mark.parametrize("code", FORMS)
def test_without_any_value_every_place_is_a_line_to_fill_in(code: str) -> None:
    bozza = KNOWN.bozze[code]
    for riga in (*bozza.righe, *bozza.allegati, *bozza.ricorda):
        text = text_of(riga.testo, bozza, {}, KNOWN)
        assert not re.search(r"[{}]", text) and text.count(BLANK) == len(re.findall(r"\{\w+\}", riga.testo))


@pytest.mark.parametrize("code", FORMS)
def test_lines_appear_with_their_conditions(code: str) -> None:
    bozza = KNOWN.bozze[code]
    always = [riga for riga in bozza.righe if not riga.quando]
    assert lines(always, bozza, {}, KNOWN) == [text_of(r.testo, bozza, {}, KNOWN) for r in always]
    for riga in (r for r in bozza.righe if r.quando):
        values = {c.campo: ("valore" if c.vale == ["*"] else c.vale[0]) for c in riga.quando}
        assert lines([riga], bozza, values, KNOWN) and not lines([riga], bozza, {}, KNOWN)


@pytest.mark.parametrize("code", FORMS)
def test_every_form_composes_even_empty(code: str) -> None:
    bozza = KNOWN.bozze[code]
    made = compose(bozza, {}, KNOWN, riferimento="7K3M-9QXT", creata=OGGI, scade=OGGI, avvertenze=["prima di tutto"])
    assert made.codice == code and made.titolo and made.destinatario and made.firma and made.fonte and made.costi
    assert made.ricorda[0] == "prima di tutto" and made.richiedente == made.dati == ()
    assert ("Ufficio", KNOWN.uffici[bozza.ufficio].nome) in made.consegna and made.consegna[0] == ("Come", bozza.consegna)
    assert all(value for _, value in made.consegna)
    assert not re.search(r"\{\{|\}\}", repr(made)), "un riferimento alla conoscenza non riempito"


def test_personal_data_apart_from_the_rest() -> None:
    values = {"nome": "Marta", "cognome": "Bionaz", "urgente": "si", "copie": "2", "telefono": "+393471200984"}
    made = compose(KNOWN.bozze["A01"], values, KNOWN, riferimento="X", creata=OGGI, scade=OGGI)
    assert dict(made.richiedente) == {"Nome": "Marta", "Cognome": "Bionaz", "Telefono": "347 120 0984"}
    assert dict(made.dati) == {"Urgenza": "con urgenza", "Numero di certificati": "2"}
    assert set(PERSON) <= set(KNOWN.campi)


def test_notices_only_while_they_last() -> None:
    bozza = KNOWN.bozze["A02"]
    notice = KNOWN.avvisi[bozza.avvisi[0]]
    for day, current in ((notice.dal, True), (notice.dal - timedelta(days=1), False)):
        made = compose(bozza, {}, KNOWN, riferimento="X", creata=day, scade=day)
        assert (notice.testo in made.ricorda) is current


# ---- The cost

ONE_CERTIFICATE = {"A01": "carichi_pendenti", "A04": "eseguita_pena", "A02": "casellario", "A05": "casellario"}


@pytest.mark.parametrize("code", ONE_CERTIFICATE)
@pytest.mark.parametrize("urgent", ["si", "no"])
@pytest.mark.parametrize("copies", [None, "1", "3", "12"])
def test_certificates_cost_what_the_calculator_says(code: str, urgent: str, copies: str | None) -> None:
    values = {"urgente": urgent, **({"copie": copies} if copies and code != "A05" else {})}
    if code == "A02":
        values.update(tipo_certificato="penale", uso="lavoro")
    if code == "A05":
        values.update(datore_tipo="no")
    number = int(values.get("copie", "1"))
    expected = computed("certificati", certificati=(ONE_CERTIFICATE[code],), urgenza=urgent, copie=number, esenzione="nessuna")
    assert expected is not None and expected > 0
    assert cost(code, values).startswith(f"{euro(expected)}: ")


@pytest.mark.parametrize(
    "code, values, exemption",
    [
        ("A02", {"tipo_certificato": "generale", "uso": use, "urgente": "no"}, use)
        for use in ("adozione", "concorso", "onlus_coni")
    ]
    + [("A05", {"datore_tipo": "onlus_coni", "urgente": "si"}, "onlus_coni")],
)
def test_exempt_uses_pay_as_the_calculator_says(code: str, values: dict[str, str], exemption: str) -> None:
    expected = computed("certificati", certificati=("casellario",), urgenza=values["urgente"], copie=1, esenzione=exemption)
    full = computed("certificati", certificati=("casellario",), urgenza=values["urgente"], copie=1, esenzione="nessuna")
    said = cost(code, values)
    assert expected is not None and full is not None and expected < full
    assert said.startswith(f"{euro(expected)}: ") and euro(full) not in said.split(":")[0]


@pytest.mark.parametrize("use", [s.valore for s in KNOWN.campi["uso"].scelte])
@pytest.mark.parametrize("kind", [s.valore for s in KNOWN.campi["tipo_certificato"].scelte])
@pytest.mark.parametrize("urgent", ["si", "no"])
def test_every_certificate_of_the_records_has_a_cost(use: str, kind: str, urgent: str) -> None:
    said = cost("A02", {"tipo_certificato": kind, "uso": use, "urgente": urgent})
    assert said and ("€" in said or "esent" in said or "non indica" in said.lower() or "non dice" in said.lower()), said


@pytest.mark.parametrize("kind, certificate", [("certificato", "anagrafe_sanzioni"), ("carichi", "carichi_pendenti")])
@pytest.mark.parametrize("urgent", ["si", "no"])
def test_the_certificates_of_companies(kind: str, certificate: str, urgent: str) -> None:
    expected = computed("certificati", certificati=(certificate,), urgenza=urgent, copie=2)
    assert expected is not None
    assert cost("B04", {"tipo_richiesta_ente": kind, "urgente": urgent, "copie": "2"}).startswith(f"{euro(expected)}: ")


def test_the_closed_inquiry_has_no_urgency() -> None:
    expected = computed("certificati", certificati=("chiusa_inchiesta",), urgenza="no", copie=1)
    assert expected is not None and cost("A03", {}).startswith(f"{euro(expected)}: ")


@pytest.mark.parametrize("code", COPIES)
@pytest.mark.parametrize("pages", ["1", "4", "37", "100", "1000"])
@pytest.mark.parametrize("urgent", ["si", "no"])
@pytest.mark.parametrize("kind", ["semplice", "autentica"])
def test_copies_on_paper_cost_what_the_calculator_says(code: str, pages: str, urgent: str, kind: str) -> None:
    values = {"supporto": "carta", "tipo_copia": kind, "urgente": urgent, "pagine": pages}
    expected = computed(
        "diritti_copia", luogo="procura", supporto="carta", tipo=kind, pagine=int(pages), urgenza=urgent, contabili="si"
    )
    assert expected is not None and cost(code, values).startswith(f"{euro(expected)}: ")


@pytest.mark.parametrize("code", COPIES)
@pytest.mark.parametrize("values", [{}, {"supporto": "carta"}, {"supporto": "carta", "tipo_copia": "semplice", "urgente": "no"}])
def test_copies_without_a_number_of_pages(code: str, values: dict[str, str]) -> None:
    assert cost(code, values) == KNOWN.bozze[code].costo.se_manca


@pytest.mark.parametrize("code", COPIES)
def test_files_and_discs(code: str) -> None:
    digital = cost(code, {"supporto": "digitale", "pagine": "30"})
    disc = cost(code, {"supporto": "cd_dvd"})
    assert "€" in digital and "€" in disc and digital != disc
    assert disc == cost(code, {"supporto": "cd_dvd", "pagine": TO_WRITE, "urgente": TO_WRITE})


@pytest.mark.parametrize("code", FREE)
def test_requests_without_a_cost_say_so(code: str) -> None:
    assert costs(KNOWN.bozze[code], {"urgente": "si"}, KNOWN, OGGI) == [KNOWN.bozze[code].costo.testo]


@pytest.mark.parametrize("code", CERTIFICATES + COPIES)
def test_what_is_left_to_write_by_hand_is_unknown_to_the_calculator(code: str) -> None:
    left = {c.campo: TO_WRITE for c in KNOWN.bozze[code].chiesti()}
    assert cost(code, left) == cost(code, {})


def test_what_the_calculator_refuses_is_told() -> None:
    said = cost("A06", {"supporto": "carta", "tipo_copia": "semplice", "urgente": "no", "pagine": "99999999"})
    assert said and "Traceback" not in said


# ---- The term


@pytest.mark.parametrize("code, field", [("C01", "deposito_data"), ("C02", "deposito_data"), ("C04", "audizione_data")])
@pytest.mark.parametrize("start, late", [(date(2026, 5, 12), False), (date(2026, 2, 21), False), (date(2026, 2, 20), True)])
def test_the_hundred_days(code: str, field: str, start: date, late: bool) -> None:
    said = deadline(KNOWN.bozze[code], {field: start.isoformat()}, KNOWN, OGGI)
    end = start + timedelta(days=100)
    assert said is not None and f"contando dal {start:%d/%m/%Y}" in said
    told = re.search(r"entro il (\d\d)/(\d\d)/(\d{4})", said)
    assert told is not None
    last = date(int(told[3]), int(told[2]), int(told[1]))
    assert end <= last <= end + timedelta(days=3), "cento giorni, o il primo giorno non festivo"
    assert ("già passato" in said) is (last < OGGI) and (late is (last < OGGI))


def test_no_term_where_there_is_none_or_no_date() -> None:
    assert deadline(KNOWN.bozze["A01"], {"nato_il": "1999-01-01"}, KNOWN, OGGI) is None
    assert deadline(KNOWN.bozze["C01"], {}, KNOWN, OGGI) is None
    assert deadline(KNOWN.bozze["C01"], {"deposito_data": TO_WRITE}, KNOWN, OGGI) is None


def test_the_term_of_the_claim_is_of_those_who_have_one() -> None:
    values = {"incarico_fine": "2026-03-02"}
    for scelta in KNOWN.campi["tipologia_beneficiario"].scelte:
        said = deadline(KNOWN.bozze["LSG"], {**values, "tipologia_beneficiario": scelta.valore}, KNOWN, OGGI)
        assert (said is None) is (scelta.valore == "custode"), scelta.valore
