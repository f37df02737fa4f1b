"""Certificati: every cost of the sheets 5.1-5.4 and 7.1, exemptions, urgency of some, and what people say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.certificati import CALCOLATORE, CERTIFICATI
from calculators.model import Contesto, Risultato, Valore
from knowledge import Conoscenza, load
from tests.conoscenza.reading import amounts_in, section

from .saying import TODAY, result, said

PRICED = [kind for kind, certificato in CERTIFICATI.items() if not certificato.senza_costo]
EXEMPTIONS = ("nessuna", "adozione", "concorso", "onlus_coni")
KNOWN = load()
CONTESTO = Contesto(KNOWN.tariffe, KNOWN.profilo.tariffe_pubblicate_al, TODAY)
FEES = CONTESTO.pubblicata("diritto_certificato").valori.importi
STAMP = CONTESTO.pubblicata("imposta_bollo").valori.importi["marca"]


def computed(contesto: Contesto, values: Mapping[str, Valore]) -> Risultato:
    assert CALCOLATORE.mancante(values) is None, CALCOLATORE.mancante(values)
    return CALCOLATORE.calcola(CALCOLATORE.completi(values), contesto)


def amount(values: Mapping[str, Valore]) -> Decimal:
    found = computed(CONTESTO, values).importo
    assert found is not None
    return found


def printed(text: str, sheet: str) -> list[list[Decimal]]:
    """The costs that a sheet prints: not urgent and, where it has one, urgent."""
    body = section(text, sheet)
    costs = body[body.index("Le spese per la richiesta") :]
    costs = re.split(r"TEMPI|Sono esenti|disponibile", costs)[0]
    return [amounts_in([part]) for part in re.split(r"rilascio urgente", costs)]


@pytest.mark.parametrize("kind", PRICED)
def test_every_cost_is_the_one_of_the_sheet(kind: str, contesto: Contesto, documents: dict[str, str]) -> None:
    costs = printed(documents["carta"], CERTIFICATI[kind].sezione)
    assert costs and all(costs)
    assert (len(costs) == 2) == CERTIFICATI[kind].urgente, "la scheda ha o non ha il rilascio urgente"
    for urgency, cost in zip(("no", "si"), costs, strict=False):
        found = computed(contesto, {"certificati": (kind,), "urgenza": urgency})
        assert found.importo == sum(cost)
        assert (STAMP in cost) == CERTIFICATI[kind].bollo == (len(cost) == 2)
        assert found.fonti[0].sezione == CERTIFICATI[kind].sezione


def test_exemptions_are_the_ones_of_the_sheet(contesto: Contesto, documents: dict[str, str]) -> None:
    said_by_the_carta = section(documents["carta"], "5.1").partition("Sono esenti da bollo e diritti")[2]
    assert "adozione" in said_by_the_carta.partition("Sono esenti da bollo, ma non dai diritti")[0]
    assert all(use in said_by_the_carta for use in ("concorsi nella Pubblica Amministrazione", "ONLUS", "CONI"))
    for sheet in ("5.2", "5.3", "5.4", "7.1"):
        assert "sent" not in section(documents["carta"], sheet).partition("COSTO")[2], f"la scheda {sheet} parla di esenzioni"
    for urgency, fee in (("no", FEES["ordinario"]), ("si", FEES["urgente"])):
        base: dict[str, Valore] = {"certificati": ("casellario",), "urgenza": urgency}
        assert computed(contesto, {**base, "esenzione": "adozione"}).importo == 0
        for use in ("concorso", "onlus_coni"):
            found = computed(contesto, {**base, "esenzione": use})
            assert found.importo == fee and "esente da bollo" in found.passaggi[0]


@pytest.mark.parametrize("use", EXEMPTIONS[1:])
@pytest.mark.parametrize("kind", [k for k in PRICED if k != "casellario"])
def test_other_certificates_have_no_exemption(kind: str, use: str) -> None:
    values: dict[str, Valore] = {"certificati": (kind,), "urgenza": "no"}
    found = computed(CONTESTO, {**values, "esenzione": use})
    assert found.importo == amount(values)
    assert any("solo per i certificati del casellario" in warning for warning in found.avvertenze)


def test_the_visura_has_no_cost(contesto: Contesto, documents: dict[str, str]) -> None:
    assert (
        "visura" not in section(documents["carta"], "5.1").partition("Le spese per la richiesta")[2].partition("TEMPI")[0].lower()
    )
    alone = computed(contesto, {"certificati": ("visura",)})
    assert alone.importo is None and "visura" in alone.avvertenze[0]
    with_other = computed(contesto, {"certificati": ("visura", "casellario"), "urgenza": "no"})
    assert with_other.importo == amount({"certificati": ("casellario",), "urgenza": "no"})


def test_urgency_that_does_not_exist_is_told(contesto: Contesto) -> None:
    assert CALCOLATORE.mancante({"certificati": ("chiusa_inchiesta",)}) is None
    found = computed(contesto, {"certificati": ("chiusa_inchiesta",), "urgenza": "si"})
    assert found.importo == FEES["ordinario"] and "non prevede il rilascio urgente" in found.avvertenze[0]
    assert CALCOLATORE.mancante({"certificati": ("casellario",), "esenzione": "adozione"}) is None, "non cambia nulla"


def test_urgency_of_some(contesto: Contesto) -> None:
    both: dict[str, Valore] = {"certificati": ("casellario", "carichi_pendenti"), "urgenza": "alcuni"}
    assert CALCOLATORE.mancante(both) == CALCOLATORE.parametro("urgenti")
    found = computed(contesto, {**both, "urgenti": ("casellario",)})
    assert found.importo == STAMP + FEES["urgente"] + FEES["ordinario"]
    assert "casellario con urgenza" in found.descrizione and "carichi pendenti senza urgenza" in found.descrizione


def test_the_apostille_is_added_where_the_stamp_is_due(contesto: Contesto) -> None:
    base: dict[str, Valore] = {"urgenza": "no", "apostille": "apostille"}
    plain = amount({"certificati": ("casellario",), "urgenza": "no"})
    assert amount({**base, "certificati": ("casellario",)}) == plain + STAMP
    assert amount({**base, "certificati": ("casellario",), "copie": 3}) == (plain + STAMP) * 3
    assert amount({**base, "certificati": ("casellario",), "apostille": "non_occorre"}) == plain
    without_stamp: tuple[dict[str, Valore], ...] = (
        {"certificati": ("carichi_pendenti",)},
        {"certificati": ("casellario",), "esenzione": "onlus_coni"},
    )
    for free in without_stamp:
        found = computed(contesto, {**base, **free})
        assert found.importo == FEES["ordinario"] and found.fonti[-1].sezione == "8.2"


SETS = st.lists(st.sampled_from(PRICED), min_size=1, unique=True).map(tuple)
URGENCY = st.sampled_from(("no", "si"))
USE = st.sampled_from(EXEMPTIONS)
HOW_MANY = st.integers(min_value=1, max_value=500)


@given(SETS, URGENCY, USE, HOW_MANY)
def test_the_whole_is_the_sum_of_its_parts(kinds: tuple[str, ...], urgency: str, use: str, number: int) -> None:
    rest: dict[str, Valore] = {"urgenza": urgency, "esenzione": use, "copie": number}
    assert amount({**rest, "certificati": kinds}) == sum(amount({**rest, "certificati": (kind,)}) for kind in kinds)


@given(SETS, USE, HOW_MANY)
def test_urgency_never_costs_less_and_an_exemption_never_more(kinds: tuple[str, ...], use: str, number: int) -> None:
    values: dict[str, Valore] = {"certificati": kinds, "copie": number, "esenzione": use}
    assert amount({**values, "urgenza": "si"}) >= amount({**values, "urgenza": "no"})
    for urgency in ("no", "si"):
        assert amount({**values, "urgenza": urgency}) <= amount({**values, "urgenza": urgency, "esenzione": "nessuna"})


@given(st.sampled_from(PRICED), URGENCY, HOW_MANY)
def test_so_many_cost_so_much(kind: str, urgency: str, number: int) -> None:
    values: dict[str, Valore] = {"certificati": (kind,), "urgenza": urgency}
    assert amount({**values, "copie": number}) == amount(values) * number
    assert amount({**values, f"quanti_{kind}": number}) == amount(values) * number


def test_the_later_edition_is_told_from_its_first_day(conoscenza: Conoscenza) -> None:
    values: dict[str, Valore] = {"certificati": ("casellario", "carichi_pendenti"), "urgenza": "si"}

    def on(day: date) -> Risultato:
        return computed(Contesto(conoscenza.tariffe, conoscenza.profilo.tariffe_pubblicate_al, day), values)

    assert on(date(2021, 8, 17)).aggiornamenti == ()
    (update,) = on(date(2021, 8, 18)).aggiornamenti
    later = conoscenza.tariffe["diritto_certificato"].edizione_al(date(2021, 8, 18)).valori.importi
    assert update.importo == STAMP + later["urgente"] * 2 and update.dal == date(2021, 8, 18)
    free = computed(CONTESTO, {"certificati": ("casellario",), "esenzione": "adozione"})
    assert free.aggiornamenti == (), "non si paga nulla né prima né dopo"


def test_every_entry_it_names_exists(conoscenza: Conoscenza) -> None:
    assert [key for key in CALCOLATORE.voci if conoscenza.voce(key) is None] == []
    for kind in CERTIFICATI:
        assert CALCOLATORE.argomento({"certificati": (kind,)}) in conoscenza.argomenti
    assert CALCOLATORE.argomento({}) in conoscenza.argomenti
    assert CALCOLATORE.argomento({"certificati": "eseguita_pena"}) == "eseguita_pena", "il classificatore dice un valore solo"


# ---- Reading

SETS_SAID: dict[tuple[str, ...], list[str]] = {
    ("casellario",): [
        "casellario", "la fedina penale", "fedina", "certificato penale", "certificato generale", "il casellario giudiziale",
        "cassellario", "caselario giudiziale", "certificato del casellario", "certificato civile", "un penale", "antipedofilia",
        "precedenti penali", "il generale", "penale del casellario",
    ],
    ("carichi_pendenti",): [
        "carichi pendenti", "i carichi", "carikki pendenti", "certificato dei carichi penali pendenti", "procedimenti pendenti",
        "carichi pend.",
    ],
    ("anagrafe_sanzioni",): ["anagrafe delle sanzioni", "certificato dell'anagrafe delle sanzioni amministrative", "sanzioni amministrative dell'ente"],
    ("chiusa_inchiesta",): ["chiusa inchiesta", "chiusura inchiesta", "certificato di chiusura dell'inchiesta", "chiusa inchesta"],
    ("eseguita_pena",): ["eseguita pena", "pena espiata", "certificato di fine pena", "pena scontata", "esecuita... eseguita pena"],
    ("visura",): ["visura", "la visura del casellario", "visura al casellario"],
    ("casellario", "carichi_pendenti"): [
        "casellario e carichi pendenti", "penale + carichi", "tutti e due: casellario generale e carichi pendenti",
        "certificato penale e carichi pendenti", "fedina penale, carichi pendenti",
    ],
    ("carichi_pendenti", "casellario"): ["carichi pendenti e casellario", "i carichi e pure il penale"],
    ("visura", "casellario"): ["visura e casellario"],
}  # fmt: skip


@pytest.mark.parametrize(("kinds", "text"), [(kinds, text) for kinds, texts in SETS_SAID.items() for text in texts])
def test_the_certificates_are_read_from_many_words(kinds: tuple[str, ...], text: str) -> None:
    values = said(CALCOLATORE, text)
    assert values == {"certificati": kinds}


CHOICES_SAID: dict[tuple[str, str], list[str]] = {
    ("esenzione", "adozione"): ["per adozione", "devo adottare un bambino", "adozione internazionale", "stiamo adottando un minore"],
    ("esenzione", "concorso"): ["per un concorso", "concorso pubblico", "concorso in comune", "per il concorso in polizia"],
    ("esenzione", "onlus_coni"): ["siamo una onlus", "per la nostra ONLUS", "ente sportivo del CONI", "associazione sportiva affiliata al coni"],
    ("esenzione", "nessuna"): [
        "nessuna esenzione", "per lavoro", "per il mio lavoro", "non è per un concorso", "non siamo una onlus", "senza esenzioni",
        "uso privato", "non ho diritto a esenzioni", "per il datore di lavoro", "non per adozione",
    ],
    ("urgenza", "si"): ["urgente", "in giornata", "mi serve oggi", "con urgenza", "ho fretta", "subito", "sì, tutti e due urgenti"],
    ("urgenza", "no"): ["senza urgenza", "non urgente", "con calma", "fra tre giorni va bene", "normale", "non ho fretta"],
    ("apostille", "apostille"): ["con l'apostille", "apostilla", "da apostillare", "con apostile"],
    ("apostille", "legalizzazione"): ["con legalizzazione", "da legalizzare al consolato", "legalizzato"],
    ("apostille", "no"): ["senza apostille", "non serve la legalizzazione"],
    ("apostille", "non_occorre"): ["apostille per la Francia", "da usare all'estero, in Germania"],
}  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in CHOICES_SAID.items() for text in texts])
def test_a_choice_is_read_from_many_words(what: tuple[str, str], text: str) -> None:
    assert said(CALCOLATORE, text) == dict([what])


@pytest.mark.parametrize("state", ["Francia", "Danimarca", "Belgio", "Irlanda", "Lettonia", "Estonia", "Cipro", "Germania"])
def test_the_states_without_apostille_are_the_ones_of_the_carta(state: str, documents: dict[str, str]) -> None:
    listed = section(documents["carta"], "8.2").partition("sono esentati anche dalla formalità")[2].partition("\n")[0]
    assert (
        state in listed and len(re.findall(r"[A-Z][a-z]+", listed.partition("seguenti Stati")[2])) == 11
    )  # with "Unione Europea", "Italia"
    assert said(CALCOLATORE, f"casellario con apostille per {state}")["apostille"] == "non_occorre"


NUMBERS: dict[str, dict[str, Valore]] = {
    "3 casellari": {"copie": 3},
    "due copie del casellario": {"copie": 2},
    "5 certificati penali": {"copie": 5},
    "4 certificati dei carichi pendenti": {"copie": 4},
    "il casellario per 6 dipendenti": {"copie": 6},
    "casellario per me e mia moglie": {"copie": 2},
    "due casellari e tre carichi pendenti": {"quanti_casellario": 2, "quanti_carichi_pendenti": 3},
    "un casellario e due carichi pendenti": {"quanti_carichi_pendenti": 2},
    "certificato generale, penale e civile": {"copie": 3},
    "2 certificati: casellario e carichi pendenti": {},
    "un certificato del casellario": {},
    "casellario e carichi pendenti, due di ciascuno": {"copie": 2},
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_numbers_are_read_as_what_they_are(text: str, expected: dict[str, Valore]) -> None:
    values = said(CALCOLATORE, text)
    counted = {name: value for name, value in values.items() if name == "copie" or name.startswith("quanti_")}
    assert counted == expected


TALKS: list[tuple[list[str], str]] = [
    (["Quanto si paga per la fedina penale?", "no, con calma"], "19,87"),
    (["mi serve il penale in giornata"], "23,74"),
    (["carichi pendenti urgenti, quanto?"], "7,74"),
    (["carichi pendenti, quanto?", "no", "e urgenti?"], "7,74"),
    (["casellario e carichi senza urgenza", "e se urgente è solo il casellario?"], "27,61"),
    (["casellario e carichi pendenti, urgente solo il secondo"], "27,61"),
    (["casellario e carichi pendenti", "solo uno urgente", "il casellario"], "27,61"),
    (["casellario e carichi tutti e due urgenti", "e senza i carichi?"], "23,74"),
    (["casellario urgente", "e anche i carichi pendenti, ma non urgenti"], "27,61"),
    (["casellario non urgente", "e anche i carichi pendenti"], "23,74"),
    (["casellario non urgente", "e se fosse per un concorso?"], "3,87"),
    (["casellario non urgente per la onlus", "ma no, non siamo una onlus"], "19,87"),
    (["il casellario per adozione"], "0,00"),
    (["il certificato di chiusa inchiesta quanto costa?"], "3,87"),
    (["eseguita pena in giornata"], "23,74"),
    (["anagrafe delle sanzioni non urgente"], "19,87"),
    (["5 casellari per i nostri volontari, senza urgenza", "e se fossero 8?"], "158,96"),
    (["casellario senza fretta con apostille"], "35,87"),
    (["quanto costa il certificato?", "casellario", "no", "anzi sì, mi serve subito"], "23,74"),
]


@pytest.mark.parametrize(("messages", "expected"), TALKS, ids=[" / ".join(messages) for messages, _ in TALKS])
def test_from_words_to_the_amount(messages: list[str], expected: str, contesto: Contesto) -> None:
    found = result(CALCOLATORE, contesto, *messages)
    assert found.importo == Decimal(expected.replace(",", ".")), (found, said(CALCOLATORE, *messages))


def test_what_is_not_due_is_not_named(contesto: Contesto) -> None:
    """Who is exempt must not read an amount of stamps, nor who asks of carichi pendenti."""
    for messages in (["casellario per la onlus non urgente"], ["casellario per adozione"], ["carichi pendenti urgenti"]):
        found = result(CALCOLATORE, contesto, *messages)
        assert "16,00" not in " ".join((found.descrizione, *found.passaggi, *found.avvertenze))
