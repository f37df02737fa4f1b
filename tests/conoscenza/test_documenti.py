"""The knowledge says what the documents say: tables, offices, forms and the facts inside the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from knowledge import Conoscenza
from knowledge.models import Edizione, Tariffa, Ufficio
from knowledge.templates import opening_hours

from .reading import MISPRINTS, amount, amounts_in, letters, mails, phases, phones, rooms, rows, section, sums

OPEN_TABLES = {"9.1", "9.2", "9.4", "9.5", "9.6"}
CUSTODY_TABLES = {"11.1", "11.2", "11.3", "11.4"}
FAMILY_TABLES = {
    "5.1.1", "5.1.2", "5.1.3", "5.2.1", "5.2.2", "5.2.3",
    "5.3.1.1", "5.3.1.2", "5.3.1.3", "5.3.2.1", "5.3.2.2", "5.3.2.3",
}  # fmt: skip
CODE = re.compile(r"\bmod\.\s+([ABC]\d{2})\b", re.IGNORECASE)


def from_documents(conoscenza: Conoscenza) -> Iterator[tuple[Tariffa, Edizione, str, str]]:
    """The editions that the documents publish: table, edition, document, section."""
    for tariffa in conoscenza.tariffe.values():
        for edizione in tariffa.edizioni:
            fonte = edizione.fonti[0]
            if fonte.documento != "pubblica":
                assert fonte.sezione
                yield tariffa, edizione, fonte.documento, fonte.sezione


def tables(conoscenza: Conoscenza, documento: str, sezioni: set[str]) -> dict[str, Edizione]:
    found = {s: e for _, e, d, s in from_documents(conoscenza) if d == documento and s in sezioni}
    assert set(found) == sezioni, "una tabella del documento non è in knowledge/tariffe/"
    return found


def test_tables_by_number_of_pages(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    for number, edizione in tables(conoscenza, "carta", OPEN_TABLES).items():
        valori = edizione.valori
        ours = [(f"{row.da:02d}-{row.a:02d}", list(row.importi.values())) for row in valori.scaglioni]
        ours.append(("PIÙ DI 100", [part for oltre in valori.oltre.values() for part in (oltre.base, oltre.passo)]))
        printed = [(cells[0], amounts_in(cells[1:])) for cells in rows(section(documents["carta"], number))]
        assert ours == printed, f"tabella {number}"
        assert all(list(row.importi) == list(valori.colonne) for row in valori.scaglioni), f"colonne della tabella {number}"


def test_table_by_kind_of_support(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    valori = tables(conoscenza, "carta", {"9.3"})["9.3"].valori
    printed = rows(section(documents["carta"], "9.3"))
    assert list(valori.importi.values()) == [value for cells in printed for value in amounts_in(cells[1:])]
    labels = [re.sub(r"\W", "", valori.etichette[name]).lower() for name in valori.importi]
    assert labels == [re.sub(r"\W", "", cells[0].replace("<=", "fino a")).lower() for cells in printed]


def test_stamps(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    printed = {cells[0]: amounts_in(cells[1:]) for cells in rows(section(documents["carta"], "10"))}
    oldest = {name: conoscenza.tariffe[name].edizioni[0].valori.importi for name in ("imposta_bollo", "diritto_certificato")}
    assert printed == {
        "Marca per diritti di cancelleria": [oldest["diritto_certificato"]["ordinario"]],
        "Marca da bollo": [oldest["imposta_bollo"]["marca"]],
    }
    for sheet in ("5.1", "5.2"):
        urgent = section(documents["carta"], sheet).partition("rilascio urgente:")[2].partition("</ul>")[0]
        assert amounts_in([urgent])[:2] == [oldest["imposta_bollo"]["marca"], oldest["diritto_certificato"]["urgente"]]


def test_custody_and_towing(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    kinds = {"11.1": "motoveicoli", "11.2": "autoveicoli", "11.3": "autocarri"}
    for number, edizione in tables(conoscenza, "carta", CUSTODY_TABLES).items():
        valori = edizione.valori
        assert all(list(cells) == list(valori.colonne) for cells in valori.righe.values())
        ours = [(letters(valori.etichette[row]), list(cells.values())) for row, cells in valori.righe.items()]
        printed = [(letters(cells[1]), amounts_in(cells[2:])) for cells in rows(section(documents["carta"], number))]
        assert [cells for _, cells in ours] == [cells for _, cells in printed], f"tabella {number}"
        same = zip(ours, printed, strict=True)  # "dal sequestro" here, "da sequestro" there
        assert all(mine.replace("DALS", "DAS") == theirs for (mine, _), (theirs, _) in same), f"righe della tabella {number}"
        if number in kinds:
            heading = re.search(rf"^{re.escape(number)} .*$", documents["carta"], re.MULTILINE)
            assert (
                heading
                and kinds[number] in heading[0]
                and kinds[number] in conoscenza.tariffe[f"custodia_{kinds[number]}"].titolo
            )


def test_family_fees(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    for number, edizione in tables(conoscenza, "protocollo", FAMILY_TABLES).items():
        ours = []
        for fase in edizione.valori.fasi:
            cells = [fase.parziale, fase.totale, fase.aumento, fase.totale_aumentato]
            if fase.fase == "compenso":  # these tables have no partial column
                assert fase.parziale == fase.totale
                cells = cells[1:]
            ours.append((fase.fase, [cell for cell in cells if cell is not None]))
        assert ours == phases(documents["protocollo"], number), f"tabella {number}"


def test_family_fees_obey_their_own_arithmetic(conoscenza: Conoscenza) -> None:
    """15% of the partial amount, 15% more than the total: so the misprints are put right, and no other cell is wrong."""
    rates = {"aumento": Decimal("0.15"), "totale_aumentato": Decimal("1.15")}
    for number, edizione in tables(conoscenza, "protocollo", FAMILY_TABLES).items():
        total = Decimal(0)
        for fase in edizione.valori.fasi:
            total += fase.parziale
            assert fase.totale == total, f"{number}, {fase.fase}"
            if fase.aumento is None:
                assert fase.nota, f"{number}, {fase.fase}: una casella che manca si spiega"
                continue
            assert fase.aumento == fase.parziale * rates["aumento"], f"{number}, {fase.fase}"
            assert fase.totale_aumentato == fase.totale * rates["totale_aumentato"], f"{number}, {fase.fase}"


def test_misprints_are_told(conoscenza: Conoscenza) -> None:
    """Whoever reads the protocol beside the answer must not think that the assistant is wrong."""
    fees = tables(conoscenza, "protocollo", FAMILY_TABLES)
    for (number, name), (wrong, _) in MISPRINTS.items():
        if "." in wrong and " " not in wrong:
            continue  # a point for a comma misleads nobody
        nota = next(f.nota for f in fees[number].valori.fasi if f.fase == name)
        assert nota and wrong in nota, f"{number}, {name}"


def test_single_amounts(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    """Amounts that stand in the running text."""
    single = {
        "minimo_liquidabile": ("minimo", "carta", ["6.1", "6.2"], r"inferiori a € (\d+,\d\d)"),
        "sanzione_testimone": ("minima", "carta", ["6.2"], r"sanzione pecuniaria da € (\d+) a"),
        "istruttoria_complessa": ("massimo", "protocollo", ["5.1.3", "5.2.3"], r"voce istruttoria fino a €\s+([\d.]+,\d\d)"),
    }
    for name, (cell, documento, numbers, pattern) in single.items():
        for number in numbers:
            found = re.search(pattern, section(documents[documento], number))
            assert found and amount(found[1]) == conoscenza.tariffe[name].edizioni[0].valori.importi[cell], f"{name}, {number}"
    highest = re.search(r"da € \d+ a € (\d+)", section(documents["carta"], "6.2"))
    assert highest and amount(highest[1]) == conoscenza.tariffe["sanzione_testimone"].edizioni[0].valori.importi["massima"]
    others = {"imposta_bollo", "diritto_certificato", "copia_supporto_senza_pagine"}
    by_table = OPEN_TABLES | CUSTODY_TABLES | FAMILY_TABLES
    unproved = {t.id for t, _, _, number in from_documents(conoscenza) if number not in by_table} - set(single) - others
    assert unproved == set(), "tabelle che nessuna prova confronta con i documenti"


def cited_text(documents: dict[str, str], ufficio: Ufficio) -> str:
    """What the documents say in the sections that an office names as its sources."""
    texts = []
    for fonte in ufficio.fonti:
        numbered = fonte.sezione and fonte.documento == "carta"
        texts.append(section(documents["carta"], fonte.sezione or "") if numbered else documents[fonte.documento])
    return "\n".join(texts)


def test_offices_are_where_the_documents_say(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    for ufficio in conoscenza.uffici.values():
        source = cited_text(documents, ufficio)
        if ufficio.dove and "stanz" in ufficio.dove:
            assert rooms(ufficio.dove) and rooms(ufficio.dove) <= rooms(source), ufficio.id
        elif ufficio.dove:
            assert ufficio.dove in source, ufficio.id
        if ufficio.telefono:
            assert phones(ufficio.telefono) and phones(ufficio.telefono) <= phones(source), ufficio.id
        written = mails(f"{ufficio.mail or ''} {ufficio.pec or ''}")
        assert bool(written) == bool(ufficio.mail or ufficio.pec) and written <= mails(source), ufficio.id
        for person in (ufficio.responsabile, ufficio.addetti):
            assert person is None or letters(person) in letters(source), ufficio.id


def test_rooms_belong_to_their_office(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    """The five offices of section 2.3, row by row: name, room and floor, opening hours, telephones, addresses."""
    table = section(documents["carta"], "2.3")
    blocks = re.split(r"\n\s*\n(?=\s?(?:UFFICIO|SEGRETERIA))", table)
    assert len(blocks) == 6  # the first is what comes before the offices
    floors = {"II": "secondo piano", "terra": "piano terra"}
    for block in blocks[1:]:
        name = block.strip().splitlines()[0]
        ufficio = next(u for u in conoscenza.uffici.values() if letters(u.nome).replace("EUFFICIO", "UFFICIO") == letters(name))
        row = dict(line.split("\t") for line in block.splitlines() if "\t" in line)
        assert ufficio.dove and rooms(ufficio.dove) == rooms(row["Dove si trova"]), ufficio.id
        floor = re.search(r"– (?:(I)l Piano|Piano (terra)) –", row["Dove si trova"])  # "Il Piano" is the Roman number II
        if floor:
            assert floors["II" if floor[1] else "terra"] in ufficio.dove, ufficio.id
        assert opening_hours(ufficio.orari).replace(";", "") == row["Orario apertura pubblico"], ufficio.id
        assert phones(ufficio.telefono or "") == phones(row["Telefono"]), ufficio.id
        assert mails(f"{ufficio.mail} {ufficio.pec}") == mails(row["Mail"]), ufficio.id


def test_forms_are_those_of_the_carta(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    carta = documents["carta"]
    assert set(conoscenza.moduli) == {code.upper() for code in CODE.findall(carta)}
    assert len(conoscenza.moduli) == 19
    printed = letters(carta)
    for codice, modulo in conoscenza.moduli.items():
        assert f"MOD{codice[0]}{letters(modulo.titolo)}" in printed, codice


def test_forms_belong_to_the_sheets_that_name_them(conoscenza: Conoscenza, documents: dict[str, str]) -> None:
    """A form is offered for a service exactly when the sheet of that service prints its code."""
    sheets = {
        "casellario": "5.1", "anagrafe_sanzioni": "5.2", "carichi_pendenti": "5.3", "chiusa_inchiesta": "5.4", "spese_giustizia": "6.1",
        "persone_informate": "6.2", "eseguita_pena": "7.1", "sinistri": "8.1", "copie_atti": "8.3", "registro_335": "8.4",
    }  # fmt: skip
    for servizio, number in sheets.items():
        printed = {code.upper() for code in CODE.findall(section(documents["carta"], number))}
        assert {c for c, m in conoscenza.moduli.items() if servizio in m.servizi} == printed, servizio
        assert set(conoscenza.argomenti[servizio].moduli) == printed, servizio


def information(conoscenza: Conoscenza) -> dict[str, str]:
    """The rendered texts about the services: topics and entries."""
    services = {a.id for a in conoscenza.argomenti.values() if a.tipo == "informazione"}
    return {key: text for key, text in conoscenza.testi.items() if key.partition(".")[0] in services}


@pytest.mark.parametrize("what", ["amounts", "rooms", "telephones", "addresses"])
def test_answers_say_nothing_that_the_documents_do_not(conoscenza: Conoscenza, documents: dict[str, str], what: str) -> None:
    everything = "\n".join(documents.values())
    if what == "amounts":
        put_right = {amount(right) for _, right in MISPRINTS.values()}
        known = set(amounts_in([everything])) | sums(everything) | put_right | set(conoscenza.importi.values())
        foreign = {key: sums(text) - known for key, text in information(conoscenza).items()}
    else:
        find = {"rooms": rooms, "telephones": phones, "addresses": mails}[what]
        known_names = find(everything)
        foreign = {key: find(text) - known_names for key, text in information(conoscenza).items()}
    assert {key: found for key, found in foreign.items() if found} == {}


def test_reading_finds_what_is_there() -> None:
    """The readers above would prove nothing if they found nothing."""
    text = "€ 19,87 (16 euro) in stanze 015 e 213, tel. 0165 306 210 – 306 242 o 0165.306.201-202; X.Y@giustizia.it, 0690289117"
    assert sums(text) == {Decimal("19.87"), Decimal("16.00")}
    assert rooms(text) == {"015", "213"}
    assert phones(text) == {"0165306210", "0165306242", "0165306201", "0165306202", "0690289117"}
    assert mails(text) == {"x.y@giustizia.it"}
