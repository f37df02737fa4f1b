"""Diritti di copia: every cell against the Carta, what holds for every number of pages, and what people say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.diritti_copia import CALCOLATORE
from calculators.model import Contesto, Risultato, Valore, ValoreNonValido
from knowledge import Conoscenza, load
from tests.conoscenza.reading import amounts_in, rows, section

from .saying import TODAY, result, said

ON_PAPER = {  # section of the Carta: kind, office
    "9.1": ("semplice", "procura"),
    "9.2": ("autentica", "procura"),
    "9.5": ("semplice", "giudice_di_pace"),
    "9.6": ("autentica", "giudice_di_pace"),
}
BY_PAGES = (*ON_PAPER, "9.4")
URGENCIES = ("no", "si")
TAPES = {
    "CASSETTA FONOGRAFICA": "cassetta_audio",
    "CASSETTA VIDEOGRAFICA": "cassetta_video",
    "DISCHETTO": "dischetto",
    "COMPACT DISC": "cd_dvd",
}


def values_of(table: str, pages: int, urgency: str) -> dict[str, Valore]:
    if table == "9.4":
        return {"luogo": "procura", "supporto": "digitale", "pagine": pages}
    kind, office = ON_PAPER[table]
    return {"luogo": office, "supporto": "carta", "tipo": kind, "pagine": pages, "urgenza": urgency}


def computed(contesto: Contesto, values: Mapping[str, Valore]) -> Risultato:
    assert CALCOLATORE.mancante(values) is None
    return CALCOLATORE.calcola(CALCOLATORE.completi(values), contesto)


def amount(contesto: Contesto, table: str, pages: int, urgency: str) -> Decimal:
    found = computed(contesto, values_of(table, pages, urgency)).importo
    assert found is not None
    return found


@pytest.mark.parametrize("table", BY_PAGES)
def test_every_cell_is_the_one_of_the_carta(table: str, contesto: Contesto, documents: dict[str, str]) -> None:
    printed = rows(section(documents["carta"], table))
    assert len(printed) == 6
    for cells in printed:
        amounts = [amounts_in([cell]) for cell in cells[1:]]
        for column, urgency in enumerate(URGENCIES if table != "9.4" else ("no",)):
            if cells[0] == "PIÙ DI 100":
                base, step = amounts[column]
                for pages, steps in ((101, 1), (200, 1), (201, 2), (250, 2), (1000, 9), (1001, 10)):
                    assert amount(contesto, table, pages, urgency) == base + step * steps, (table, pages, urgency)
            else:
                low, high = (int(bound) for bound in cells[0].split("-"))
                for pages in (low, high):
                    assert [amount(contesto, table, pages, urgency)] == amounts[column], (table, pages, urgency)


def test_every_support_is_the_one_of_the_carta(contesto: Contesto, documents: dict[str, str]) -> None:
    printed = rows(section(documents["carta"], "9.3"))
    assert len(printed) == 7
    longest: dict[str, int] = {}
    for cells in printed:
        kind = next(value for words, value in TAPES.items() if words in cells[0])
        (price,) = amounts_in(cells[1:])
        values: dict[str, Valore] = {"supporto": "senza_pagine", "oggetto": kind}
        if kind.startswith("cassetta"):
            minutes = int(cells[0].split("<=")[1].split()[0])
            for inside in (longest.get(kind, 0) + 1, minutes):
                assert computed(contesto, {**values, "minuti": inside}).importo == price
            longest[kind], values = minutes, {**values, "minuti": minutes}
        assert computed(contesto, {**values, "quantita": 6}).importo == (price if kind == "cd_dvd" else price * 6)
    for kind, minutes in longest.items():
        with pytest.raises(ValoreNonValido, match=f"arriva a {minutes} minuti") as refused:
            computed(contesto, {"supporto": "senza_pagine", "oggetto": kind, "minuti": minutes + 1})
        assert refused.value.parametro == "minuti"


TABLE = st.sampled_from(BY_PAGES)
URGENCY = st.sampled_from(URGENCIES)
PAGES = st.integers(min_value=1, max_value=20_000)
KNOWN = load()
CONTESTO = Contesto(KNOWN.tariffe, KNOWN.profilo.tariffe_pubblicate_al, TODAY)


@given(TABLE, URGENCY, PAGES, PAGES)
def test_more_pages_never_cost_less(table: str, urgency: str, one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert amount(CONTESTO, table, fewer, urgency) <= amount(CONTESTO, table, more, urgency)


@given(TABLE, PAGES)
def test_urgency_never_costs_less(table: str, pages: int) -> None:
    assert amount(CONTESTO, table, pages, "si") >= amount(CONTESTO, table, pages, "no")


@given(PAGES, URGENCY, st.sampled_from(("procura", "giudice_di_pace")))
def test_certified_costs_more_than_simple_and_the_procura_more_than_the_gdp(pages: int, urgency: str, office: str) -> None:
    of = {table: amount(CONTESTO, table, pages, urgency) for table in ON_PAPER}
    assert of["9.2"] > of["9.1"] and of["9.6"] > of["9.5"]
    assert of["9.1"] > of["9.5"] and of["9.2"] > of["9.6"]


@pytest.mark.parametrize("urgency", URGENCIES)
@pytest.mark.parametrize("table", BY_PAGES)
def test_the_amount_rises_exactly_at_the_boundaries(table: str, urgency: str) -> None:
    rises = [b for a, b in pairwise(range(1, 1101)) if amount(CONTESTO, table, a, urgency) != amount(CONTESTO, table, b, urgency)]
    assert rises == [5, 11, 21, 51, *range(101, 1101, 100)]


@given(TABLE, URGENCY, st.integers(min_value=101, max_value=20_000))
def test_a_hundred_more_is_one_step_more(table: str, urgency: str, pages: int) -> None:
    step = amount(CONTESTO, table, 201, urgency) - amount(CONTESTO, table, 200, urgency)
    assert amount(CONTESTO, table, pages + 100, urgency) - amount(CONTESTO, table, pages, urgency) == step


@given(TABLE, URGENCY, PAGES)
def test_the_result_is_told_whole(table: str, urgency: str, pages: int) -> None:
    found = computed(CONTESTO, values_of(table, pages, urgency))
    assert found.passaggi and found.fonti[0].sezione == table
    assert found.tariffa == "tariffa in vigore dal 10 agosto 2018"
    assert str(pages) in found.descrizione
    assert found.importo is not None and found.importo.as_tuple().exponent == -2


# ---- Editions


def on(conoscenza: Conoscenza, day: date) -> Contesto:
    return Contesto(conoscenza.tariffe, conoscenza.profilo.tariffe_pubblicate_al, day)


@pytest.mark.parametrize("table", sorted(ON_PAPER))
def test_the_later_edition_is_told_from_its_first_day(table: str, conoscenza: Conoscenza) -> None:
    values = values_of(table, 37, "no")
    before = computed(on(conoscenza, date(2021, 8, 17)), values)
    after = computed(on(conoscenza, date(2021, 8, 18)), values)
    assert before.aggiornamenti == ()
    (update,) = after.aggiornamenti
    assert before.importo == after.importo, "l'importo resta quello che l'ufficio pubblica"
    assert update.importo is not None and after.importo is not None and update.importo > after.importo
    assert update.dal == date(2021, 8, 18) and "2021" in update.atto
    assert bool(update.nota) == (table in ("9.5", "9.6")), "un importo meno sicuro si dice"


def test_digital_copies_have_a_flat_rate_since_2025(conoscenza: Conoscenza) -> None:
    pages, disc = values_of("9.4", 40, "no"), {"supporto": "senza_pagine", "oggetto": "cd_dvd"}
    for values in (pages, disc):
        (old,) = computed(on(conoscenza, date(2024, 12, 31)), values).aggiornamenti
        (new,) = computed(on(conoscenza, date(2025, 1, 1)), values).aggiornamenti
        assert old.dal == date(2021, 8, 18) and old.importo is not None
        assert new.dal == date(2025, 1, 1) and new.importo is None
        assert "€ 8,00" in new.nota and "€ 25,00" in new.nota
    (gdp,) = computed(on(conoscenza, TODAY), {**pages, "luogo": "giudice_di_pace"}).aggiornamenti
    assert "€ 4,00" in gdp.nota and "€ 12,50" in gdp.nota


@pytest.mark.parametrize("pages", [21, 50, 101, 500])
def test_a_cell_that_nobody_could_read_is_not_made_up(pages: int, contesto: Contesto) -> None:
    (update,) = computed(contesto, values_of("9.6", pages, "si")).aggiornamenti
    assert update.importo is None and "non si legge" in update.nota


# ---- What else is told


def test_urgency_and_certification_of_other_supports_are_not_made_up(contesto: Contesto) -> None:
    plain = computed(contesto, values_of("9.4", 40, "no"))
    both = computed(contesto, {**values_of("9.4", 40, "no"), "urgenza": "si", "tipo": "autentica"})
    assert plain.avvertenze == () and both.importo == plain.importo
    assert any("urgenza" in warning for warning in both.avvertenze) and any("autentica" in warning for warning in both.avvertenze)
    tape = {"supporto": "senza_pagine", "oggetto": "dischetto", "urgenza": "si", "luogo": "giudice_di_pace"}
    warned = " ".join(computed(contesto, tape).avvertenze)
    assert "urgenza" in warned and "Giudice di Pace" in warned


def test_a_stick_without_pages_has_no_amount(contesto: Contesto) -> None:
    found = computed(contesto, {"supporto": "senza_pagine", "oggetto": "altro"})
    assert found.importo is None and "chiavette" in found.descrizione


def test_sheets_become_pages(contesto: Contesto) -> None:
    base: dict[str, Valore] = {"tipo": "semplice", "urgenza": "no", "fogli": 26}
    assert CALCOLATORE.mancante(base) == CALCOLATORE.parametro("facciate")
    one, two = (computed(contesto, {**base, "facciate": sides}) for sides in ("una", "due"))
    assert one.importo == amount(contesto, "9.1", 26, "no") and two.importo == amount(contesto, "9.1", 52, "no")
    assert two.avvertenze and not one.avvertenze


def test_several_copies(contesto: Contesto) -> None:
    found = computed(contesto, {**values_of("9.2", 20, "no"), "copie": 3})
    assert found.importo == amount(contesto, "9.2", 20, "no") * 3 and any("3 copie" in step for step in found.passaggi)


@pytest.mark.parametrize(("pages", "ok"), [(0, False), (-8, False), (1, True), (100_000, True), (100_001, False)])
def test_bounds(pages: int, ok: bool) -> None:
    parametro = CALCOLATORE.parametro("pagine")
    assert (parametro.minimo <= pages <= parametro.massimo) == ok


def test_what_is_asked_and_in_which_order() -> None:
    asked, values = [], dict[str, Valore]()
    answers: dict[str, Valore] = {"tipo": "semplice", "pagine": 3, "urgenza": "no"}
    while (missing := CALCOLATORE.mancante(values)) is not None:
        asked.append(missing.nome)
        values[missing.nome] = answers[missing.nome]
    assert asked == ["tipo", "pagine", "urgenza"]
    tape: dict[str, Valore] = {"supporto": "senza_pagine", "oggetto": "cassetta_audio"}
    assert CALCOLATORE.mancante(tape) == CALCOLATORE.parametro("minuti")
    assert CALCOLATORE.mancante({**tape, "minuti": 60}) is None, "di cassette non si chiedono urgenza e tipo"


def test_every_entry_it_names_exists(conoscenza: Conoscenza) -> None:
    assert [key for key in CALCOLATORE.voci if conoscenza.voce(key) is None] == []
    assert CALCOLATORE.argomento({}) in conoscenza.argomenti


# ---- Reading

READINGS: dict[tuple[str, object], list[str]] = {
    ("tipo", "semplice"): [
        "copia semplice", "semplici", "le vorrei semplici, grazie", "fotocopie normali", "copie libere", "senza conformità",
        "senza autentica", "non autenticata", "non autenticate per favore", "non mi serve il timbro", "niente timbro",
        "non c'è bisogno che sia conforme", "senza il timbro di conformità", "non mi occorre la certificazione", "uso studio",
        "in carta libera", "nn autentica", "nessuna certificazione di conformità", "senza che sia autenticata", "semplci",
        "copia sempilce", "la conformità non mi serve", "invece che autentica, semplice", "non la voglio autenticata",
        "autentica no", "togliamo l'autentica", "semplice, non conforme", "anzi no, semplice",
    ],
    ("tipo", "autentica"): [
        "copia autentica", "copia conforme", "autenticate", "conformi all'originale", "col timbro di conformità",
        "con certificazione di conformità", "mi serve l'autentica", "no, mi serve la copia conforme", "deve essere autenticata",
        "con l'attestazione che è conforme", "non semplice, conforme", "non la copia semplice ma quella autentica", "autentiche",
        "copia comforme", "autentificata", "serve conforme x il tribunale", "con valore legale", "vidimata",
        "semplice, anzi no autentica", "copia aut.", "col bollo tondo",
    ],
    ("urgenza", "no"): [
        "senza urgenza", "non è urgente", "non ho fretta", "con comodo", "con calma", "nn urgente", "nessuna fretta",
        "non c'è fretta", "posso aspettare", "non mi corre dietro nessuno", "tempi normali", "via ordinaria", "senza premura",
        "fra tre giorni va benissimo", "quando potete", "io aspetto", "ho tempo", "non mi servono subito",
        "non mi serve in giornata", "la settimana prossima va bene", "zero urgenza", "l'urgenza non mi serve", "togli l'urgenza",
        "non c'è più tutta questa fretta", "senza alcuna urgenza", "non ho particolare urgenza", "urgente no", "in tempi ordinari",
        "rilascio normale", "con tutta calma", "non importa quando", "piano piano", "non ho furia", "urgente? no grazie", "tempi lunghi vanno bene",
    ],
    ("urgenza", "si"): [
        "con urgenza", "urgente", "urgentissimo", "ho fretta", "mi servono subito", "in giornata", "entro oggi", "per domani",
        "al più presto", "il prima possibile", "non posso aspettare", "non ho tempo", "in via d'urgenza", "mi serve oggi",
        "domani devo consegnarlo", "di corsa", "alla svelta", "ho premura", "urgnte", "urg.", "sì, urgente", "con rilascio immediato",
        "voglio oggi stesso", "mi serve per ieri", "con priorità", "non con comodo, subito",
    ],
    ("luogo", "giudice_di_pace"): [
        "dal giudice di pace", "all'ufficio del giudice di pace", "gdp", "al GdP", "G.d.P.", "sentenza del giudice di pace",
        "non in procura, dal giudice di pace", "invece che in procura, dal giudice di pace",
    ],
    ("luogo", "procura"): [
        "in procura", "alla procura", "presso la procura", "dalla procura", "e in procura?", "non dal giudice di pace, in procura",
        "in procura invece che dal giudice di pace", "non dal giudice di pace",
        "atti del giudice di pace, ma le chiedo in procura",
    ],
    ("supporto", "digitale"): [
        "in digitale", "copia digitale", "in formato elettronico", "in pdf", "come file", "su supporto informatico",
        "scansionate", "me le mandate per mail?", "non su carta", "non stampate, in digitale", "e su cd?", "su chiavetta usb",
        "un cd con 300 pagine", "su supporto diverso dalla carta", "copia informatica", "vorrei riceverle via pec",
    ],
    ("supporto", "carta"): [
        "su carta", "cartacea", "carta", "stampate", "fotocopie", "non digitale", "non in digitale, su carta", "su carta e non su cd",
    ],
    ("supporto", "senza_pagine"): [
        "su cassetta", "un floppy", "due dischetti", "videocassetta", "un dvd con le riprese delle telecamere",
        "un cd con le registrazioni audio", "su dvd, le pagine non si possono contare", "cd senza pagine", "vhs",
        "il dvd non ha pagine", "audiocassette",
    ],
    ("oggetto", "cassetta_audio"): ["cassetta audio", "audiocassette", "cassetta fonografica", "le cassette con le intercettazioni", "audio"],
    ("oggetto", "cassetta_video"): ["videocassetta", "vhs della telecamera, cassetta video", "cassetta videografica", "cassette video"],
    ("oggetto", "dischetto"): ["floppy", "un dischetto", "floppy disk", "dischetti da 1,44", "diskette"],
    ("oggetto", "cd_dvd"): ["cd", "un dvd", "compact disc", "cd-rom", "C.D.", "non un floppy ma un cd", "due dvd"],
    ("oggetto", "altro"): ["chiavetta usb", "pen drive", "un hard disk", "penna? no, chiavetta"],
    ("contabili", "no"): ["le pagine non si possono contare", "non si contano", "senza pagine", "non ci sono pagine", "no, non si possono contare"],
    ("contabili", "si"): ["le pagine si possono contare", "le pagine sono numerate", "si possono contare le pagine"],
    ("facciate", "due"): ["fronte e retro", "fronte-retro", "fronte/retro", "davanti e dietro", "scritti su entrambi i lati", "anche sul retro", "su tutte e due le facciate"],
    ("facciate", "una"): ["solo davanti", "scritti solo davanti", "su un solo lato", "una facciata sola", "da un lato", "il retro è bianco", "non fronte retro"],
}  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in READINGS.items() for text in texts])
def test_a_choice_is_read_from_many_words(what: tuple[str, object], text: str) -> None:
    name, value = what
    values: dict[str, Valore] = {}
    values = said(CALCOLATORE, text)
    assert values.get(name) == value, values
    others = {n for n, _ in READINGS} - {name} - {"supporto", "oggetto", "contabili"}
    told_too = {"luogo"} if name == "luogo" else set()
    silent = [n for n in others - told_too if n in values and text not in READINGS.get((n, values[n]), [])]
    also = {"autentica", "conform", "semplic", "fotocopie", "libera", "tribunale", "rilascio"}
    assert not silent or any(word in text for word in also), values


NUMBERS: dict[str, dict[str, object]] = {
    "37 pagine": {"pagine": 37},
    "trentasette pagine": {"pagine": 37},
    "n. 430 facciate": {"pagine": 430},
    "1.250 pagine": {"pagine": 1250},
    "pagg. 51": {"pagine": 51},
    "una pagina": {"pagine": 1},
    "trenta fotocopie": {"pagine": 30},
    "20 pagine più altre 15 pagine": {"pagine": 35},
    "da pagina 10 a pagina 35": {"pagine": 26},
    "12 pagine, anzi 15": {"pagine": 15},
    "37 fogli": {"fogli": 37},
    "37 fogli scritti fronte e retro": {"fogli": 37, "facciate": "due"},
    "3 copie conformi di 20 pagine": {"copie": 3, "pagine": 20},
    "30 pagine in triplice copia": {"copie": 3, "pagine": 30},
    "cinque cassette audio da 60 minuti": {"quantita": 5, "minuti": 60, "oggetto": "cassetta_audio"},
    "una vhs di tre ore": {"quantita": 1, "minuti": 180, "oggetto": "cassetta_video"},
    "due audiocassette da un'ora e mezza": {"quantita": 2, "minuti": 90},
    "cassette da 90": {"minuti": 90},
    "quattro floppy": {"quantita": 4, "oggetto": "dischetto"},
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_numbers_are_read_as_what_they_are(text: str, expected: dict[str, object]) -> None:
    values = said(CALCOLATORE, text)
    assert {name: values.get(name) for name in expected} == expected, values
    others = {"pagine", "fogli", "copie", "quantita", "minuti"} - set(expected) - ({"pagine"} if "fogli" in expected else set())
    assert {name for name in others if name in values} <= {"quantita"}, values


NOT_SAID: dict[str, list[str]] = {
    "urgenza": [
        "mi dica subito quanto costano 20 pagine", "una domanda veloce: quanto costano le copie?", "quanto costa oggi una copia?",
        "ho bisogno urgente di sapere il prezzo", "quante pagine si possono chiedere?",
    ],
    "tipo": [
        "una domanda semplice: quanto costano 20 pagine?", "vorrei semplicemente sapere il costo", "copia semplice o autentica?",
        "non so se autentica o semplice", "che differenza c'è tra semplice e conforme?",
    ],
    "supporto": ["vi ho scritto via pec ieri", "la carta dei servizi che cosa dice?", "con la carta d'identità"],
    "pagine": ["tre cassette da 60 minuti", "37 fogli", "entro 3 giorni lavorativi", "art. 116 c.p.p.", "2 copie conformi"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in NOT_SAID.items() for text in texts])
def test_what_is_not_said_is_not_read(name: str, text: str) -> None:
    values = said(CALCOLATORE, text)
    assert name not in values, values


TALKS: list[tuple[list[str], str]] = [
    (["Quanto costano 18 pagine in copia conforme? Non ho fretta"], "15,49"),
    (["vorrei delle copie", "semplici", "sono 73", "no"], "23,25"),
    (["vorrei delle copie", "con il timbro", "sono 73", "sì, mi servono domani"], "87,21"),
    (["8 pagine autentiche urgenti", "anzi sono 12", "e senza urgenza?"], "15,49"),
    (["copia semplice di 101 pagine senza urgenza", "e dal giudice di pace?"], "16,48"),
    (["copia conforme di 9 pagine con urgenza dal gdp", "e semplice?", "e in procura?"], "8,73"),
    (["60 pagine in pdf", "e su carta, semplici e senza urgenza?"], "23,25"),
    (["il fascicolo su cd", "sì", "230"], "28,42"),
    (["il fascicolo su cd", "no"], "323,48"),
    (["2 dvd con le riprese"], "323,48"),
    (["copia di cassette", "video", "200 minuti", "e se ne servono 3?"], "29,10"),
    (["un floppy", "e se sono quattro?"], "18,16"),
    (["25 fogli in copia semplice senza urgenza", "fronte e retro"], "11,62"),
    (["25 fogli in copia semplice senza urgenza", "solo davanti", "anzi sono 51 pagine"], "23,25"),
    (["25 fogli in copia semplice senza urgenza", "2", "anzi sono 51 fogli"], "32,94"),
    (["2 copie autentiche di 5 pagine senza fretta"], "27,14"),
]


@pytest.mark.parametrize(("messages", "expected"), TALKS, ids=[talk[0][0] for talk in TALKS])
def test_from_words_to_the_amount(messages: list[str], expected: str, contesto: Contesto) -> None:
    found = result(CALCOLATORE, contesto, *messages)
    assert found.importo == Decimal(expected.replace(",", ".")), (found, said(CALCOLATORE, *messages))


def test_published_edition_is_the_profiles(contesto: Contesto) -> None:
    """An office that publishes the 2021 edition: that one is the amount, and nothing is added."""
    later = replace(contesto, pubblicate_al=date(2022, 1, 1))
    found = computed(later, values_of("9.1", 37, "no"))
    assert found.importo == Decimal("11.79") and found.aggiornamenti == ()
