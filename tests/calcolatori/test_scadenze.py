"""Terms: the durations that the documents print, holidays and leap years, what is said beside the day, and what people say."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import giorni
from calculators.model import Contesto, Risultato, ValoreNonValido, Valori
from calculators.scadenze import CALCOLATORE, TERMINE, TERMINE_DI_VOCE, TERMINI
from knowledge import Conoscenza
from tests.conoscenza.reading import section

from .letture import OGGI, calcolato, detto

DAYS = st.dates(date(1980, 1, 1), date(2027, 10, 31))
EXTRA: dict[str, Valori] = {"archiviazione": {"violenza": "no"}, "rilascio": {"oggetto": "certificato"}}


def run(contesto: Contesto, termine: str, dal: date, **altri: str) -> Risultato:
    return calcolato(CALCOLATORE, contesto, {"termine": termine, "dal": dal, **EXTRA.get(termine, {}), **altri})


def words(result: Risultato) -> str:
    return " ".join((result.descrizione, *result.passaggi, *result.avvertenze))


# ---- What the documents print

PRINTED = [
    ("validita_certificato", "carta", "5.1", "validità di sei mesi dalla data del rilascio"),
    ("validita_certificato", "carta", "5.3", "validità di sei mesi dalla data del rilascio"),
    ("istanza_consulente", "carta", "6.1", "entro 100 giorni dal deposito dell'elaborato"),
    ("prescrizione_custode", "carta", "6.1", "entro 10 anni dall'inizio della custodia"),
    ("prescrizione_custode", "carta", "6.1", "la prescrizione è quinquennale"),
    ("opposizione_decreto", "carta", "6.1", "nel termine di 30 giorni"),
    ("istanza_testimone", "carta", "6.2", "entro 100 giorni dall'audizione"),
    ("archiviazione", "carta", "8.3", "nel termine perentorio di 20 giorni"),
    ("archiviazione", "carta", "8.3", "nel termine di 30 giorni potrà fare opposizione"),
    ("rilascio", "carta", "5.1", "disponibile dopo 3 giorni lavorativi"),
    ("rilascio", "carta", "8.3", "entro 2 giorni lavorativi"),
    ("segreto_335", "carta", "8.4", "non superiore a tre mesi"),
    ("stato_procedimento", "carta", "8.4", "Decorsi sei mesi"),
    ("comunicazione_335", "carta", "8.4", "entro 7 giorni dalla presentazione"),
    ("querela_sinistro", "carta", "8.1", "termine di tre mesi senza che sia presentata querela"),
    ("istanza_patrocinio", "protocollo", "1.4", "almeno il giorno prima dell'ultima udienza"),
    ("istanza_patrocinio", "protocollo", "1.4", "entro il giorno successivo all'udienza"),
    ("fattura_rifiutata", "protocollo", "3", "entro 15 giorni dalla comunicazione del rifiuto"),
    ("decreto_irrevocabile", "protocollo", "3", "30 giorni dall'ultima notifica"),
]
NUMBERS = {"due": 2, "tre": 3, "sei": 6, "quinquennale": 5, "il giorno": 1}


@pytest.mark.parametrize(("termine", "documento", "number", "phrase"), PRINTED)
def test_the_document_says_so(documents: dict[str, str], termine: str, documento: str, number: str, phrase: str) -> None:
    text = (
        re.sub(r"\s+", " ", re.sub(r"[*]|-\s(?=[a-z])", "", section(documents[documento], number)))
        .replace("’", "'")
        .replace("\n", " ")
    )
    assert phrase in text
    assert any(fonte.documento == documento and fonte.sezione in (number, "5.1", "8.3") for fonte in TERMINE[termine].fonti)


def test_every_term_is_checked_against_its_document() -> None:
    assert {termine for termine, *_ in PRINTED} == set(TERMINE)
    for termine, _, _, phrase in PRINTED:
        said = next(
            (int(n) for n in re.findall(r"\d+", phrase)), next((v for k, v in NUMBERS.items() if k in phrase.lower()), None)
        )
        known = {TERMINE[termine].quanti, {"archiviazione": 30, "prescrizione_custode": 5, "rilascio": 2}.get(termine)}
        assert said in known, (termine, phrase)


# ---- The arithmetic

LAST_DAYS = [
    ("validita_certificato", date(2025, 1, 10), {}, date(2025, 7, 10)),
    ("validita_certificato", date(2025, 8, 31), {}, date(2026, 2, 28)),
    ("validita_certificato", date(2023, 8, 31), {}, date(2024, 2, 29)),
    ("validita_certificato", date(2024, 2, 29), {}, date(2024, 8, 29)),
    ("istanza_consulente", date(2024, 2, 28), {}, date(2024, 6, 7)),
    ("istanza_consulente", date(2025, 2, 28), {}, date(2025, 6, 8)),
    ("istanza_testimone", date(2026, 8, 13), {}, date(2026, 11, 21)),
    ("opposizione_decreto", date(2025, 3, 12), {}, date(2025, 4, 11)),
    ("opposizione_decreto", date(2024, 2, 1), {}, date(2024, 3, 2)),
    ("archiviazione", date(2025, 5, 6), {"violenza": "no"}, date(2025, 5, 26)),
    ("archiviazione", date(2025, 5, 6), {"violenza": "si"}, date(2025, 6, 5)),
    ("fattura_rifiutata", date(2025, 9, 9), {}, date(2025, 9, 24)),
    ("decreto_irrevocabile", date(2025, 1, 31), {}, date(2025, 3, 2)),
    ("comunicazione_335", date(2026, 12, 28), {}, date(2027, 1, 4)),
    ("segreto_335", date(2025, 11, 30), {}, date(2026, 2, 28)),
    ("stato_procedimento", date(2025, 12, 31), {}, date(2026, 6, 30)),
    ("querela_sinistro", date(2026, 3, 15), {}, date(2026, 6, 15)),
    ("prescrizione_custode", date(2016, 2, 29), {}, date(2026, 2, 28)),
    ("prescrizione_custode", date(2020, 2, 29), {"periodico": "si"}, date(2025, 2, 28)),
    ("prescrizione_custode", date(2018, 5, 4), {"periodico": "no"}, date(2028, 5, 4)),
    ("istanza_patrocinio", date(2025, 11, 12), {"accordo": "si"}, date(2025, 11, 13)),
    ("istanza_patrocinio", date(2026, 12, 15), {"accordo": "no"}, date(2026, 12, 14)),
    ("istanza_patrocinio", date(2027, 1, 1), {}, date(2026, 12, 31)),
    ("rilascio", date(2026, 11, 23), {}, date(2026, 11, 26)),
    ("rilascio", date(2026, 11, 19), {}, date(2026, 11, 24)),
    ("rilascio", date(2026, 12, 4), {}, date(2026, 12, 10)),
    ("rilascio", date(2026, 12, 23), {}, date(2026, 12, 29)),
    ("rilascio", date(2026, 12, 31), {}, date(2027, 1, 7)),
    ("rilascio", date(2027, 3, 25), {}, date(2027, 3, 31)),
    ("rilascio", date(2027, 4, 29), {}, date(2027, 5, 4)),
    ("rilascio", date(2026, 11, 21), {}, date(2026, 11, 25)),
    ("rilascio", date(2026, 11, 23), {"urgente": "si"}, date(2026, 11, 23)),
    ("rilascio", date(2026, 11, 26), {"oggetto": "copie"}, date(2026, 12, 1)),
    ("rilascio", date(2026, 11, 26), {"oggetto": "copie", "urgente": "si"}, date(2026, 11, 30)),
    ("rilascio", date(2026, 11, 27), {"oggetto": "legalizzazione"}, date(2026, 11, 30)),
    ("rilascio", date(2026, 11, 23), {"certificato": "chiusa_inchiesta", "urgente": "si"}, date(2026, 11, 26)),
]


@pytest.mark.parametrize(("termine", "dal", "altri", "last"), LAST_DAYS)
def test_last_day(contesto: Contesto, termine: str, dal: date, altri: dict[str, str], last: date) -> None:
    assert run(contesto, termine, dal, **altri).giorno == last


@given(dal=DAYS)
def test_days_leave_the_first_one_out(contesto: Contesto, dal: date) -> None:
    for termine in TERMINI:
        if termine.unita == "giorni" and termine.valore != "istanza_patrocinio":
            assert run(contesto, termine.valore, dal).giorno == dal + timedelta(days=termine.quanti)


@given(dal=DAYS, quanti=st.integers(0, 240))
def test_months_end_on_the_same_day_or_on_the_last(dal: date, quanti: int) -> None:
    end = giorni.aggiungi_mesi(dal, quanti)
    assert (end.year * 12 + end.month) - (dal.year * 12 + dal.month) == quanti
    assert end.day == min(dal.day, calendar.monthrange(end.year, end.month)[1])


@given(dal=DAYS, quanti=st.integers(1, 30))
def test_working_days_are_none_of_the_others(dal: date, quanti: int) -> None:
    end = giorni.aggiungi_lavorativi(dal, quanti)
    assert giorni.lavorativo(end)
    assert sum(giorni.lavorativo(dal + timedelta(days=i)) for i in range(1, (end - dal).days + 1)) == quanti


@given(dal=DAYS, more=st.integers(1, 400))
def test_a_later_start_never_ends_earlier(contesto: Contesto, dal: date, more: int) -> None:
    later = min(dal + timedelta(days=more), date(2027, 10, 31))
    for termine in TERMINI:
        first, second = run(contesto, termine.valore, dal).giorno, run(contesto, termine.valore, later).giorno
        assert first is not None and second is not None and first <= second


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 1), date(2026, 1, 6), date(2025, 4, 21), date(2027, 3, 29), date(2026, 4, 25), date(2026, 5, 1),
     date(2026, 6, 2), date(2026, 8, 15), date(2026, 11, 1), date(2026, 12, 8), date(2026, 12, 25), date(2026, 12, 26)],
)  # fmt: skip
def test_italian_holidays(day: date) -> None:
    assert giorni.festa(day) and giorni.festivo(day) and not giorni.lavorativo(day)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 1), "Ognissanti"),
        (date(2026, 12, 8), "Immacolata Concezione"),
        (date(2026, 11, 21), "sabato"),
        (date(2026, 11, 22), "domenica"),
        (date(2026, 11, 23), ""),
    ],
)
def test_why_a_day_is_not_a_working_day(day: date, name: str) -> None:
    assert giorni.nome_del_giorno(day) == name


def test_the_patron_saint_is_only_mentioned(contesto: Contesto) -> None:
    assert giorni.lavorativo(date(2026, 9, 7))
    result = run(contesto, "rilascio", date(2026, 9, 4))
    assert result.giorno == date(2026, 9, 9)
    assert "San Grato" in words(result)
    assert "San Grato" in words(run(contesto, "opposizione_decreto", date(2026, 8, 8)))
    assert "San Grato" not in words(run(contesto, "rilascio", date(2026, 9, 8)))


def test_counting_both_days() -> None:
    assert giorni.giorni_compresi(date(2025, 4, 3), date(2025, 5, 20)) == 48
    assert giorni.giorni_compresi(OGGI, OGGI) == 1


# ---- What is said beside the day

HOLIDAYS = [
    ("opposizione_decreto", date(2026, 11, 8), {}, "art. 155 c.p.c.", "9 dicembre 2026"),  # 8 December
    ("opposizione_decreto", date(2026, 11, 13), {}, "art. 155 c.p.c.", "14 dicembre 2026"),  # Sunday
    ("opposizione_decreto", date(2026, 11, 12), {}, "art. 155 c.p.c.", "14 dicembre 2026"),  # Saturday
    ("archiviazione", date(2026, 11, 8), {"violenza": "si"}, "art. 172 c.p.p.", "9 dicembre 2026"),
    ("archiviazione", date(2026, 11, 8), {"violenza": "no"}, "il sabato non lo è", "28 novembre 2026"),
    ("istanza_consulente", date(2026, 9, 17), {}, "i documenti non dicono", "28 dicembre 2026"),
    ("istanza_patrocinio", date(2026, 11, 20), {"accordo": "si"}, "art. 155 c.p.c.", "23 novembre 2026"),
    ("istanza_patrocinio", date(2026, 12, 14), {}, "conviene depositare entro", "venerdì 11 dicembre 2026"),
]


@pytest.mark.parametrize(("termine", "dal", "altri", "law", "day"), HOLIDAYS)
def test_holidays_are_said_not_applied(
    contesto: Contesto, termine: str, dal: date, altri: dict[str, str], law: str, day: str
) -> None:
    result = run(contesto, termine, dal, **altri)
    assert result.giorno is not None and giorni.nome_del_giorno(result.giorno)
    assert any(law in warning and day in warning for warning in result.avvertenze)


def test_nothing_is_said_of_a_working_day(contesto: Contesto) -> None:
    assert "art. 155" not in words(run(contesto, "opposizione_decreto", date(2026, 11, 9)))


@pytest.mark.parametrize(
    ("termine", "dal", "said"),
    [
        ("opposizione_decreto", date(2026, 7, 20), True),
        ("opposizione_decreto", date(2026, 8, 31), False),
        ("opposizione_decreto", date(2026, 6, 30), False),
        ("archiviazione", date(2026, 7, 13), True),
        ("istanza_consulente", date(2026, 7, 13), False),
        ("validita_certificato", date(2026, 7, 13), False),
    ],
)
def test_august(contesto: Contesto, termine: str, dal: date, said: bool) -> None:
    result = run(contesto, termine, dal)
    assert ("31 agosto" in " ".join(result.avvertenze)) == said


def test_past_terms_are_told(contesto: Contesto) -> None:
    assert "già passato" in words(run(contesto, "opposizione_decreto", date(2026, 10, 21)))
    assert "scade oggi" in words(run(contesto, "opposizione_decreto", date(2026, 10, 22)))
    assert "già passato" not in words(run(contesto, "opposizione_decreto", date(2026, 10, 23)))


def test_far_in_the_future_is_a_slip(contesto: Contesto) -> None:
    with pytest.raises(ValoreNonValido) as fault:
        run(contesto, "opposizione_decreto", date(2062, 3, 1))
    assert fault.value.parametro == "dal"


@pytest.mark.parametrize("kind", ("chiusa_inchiesta", "eseguita_pena", "anagrafe_sanzioni"))
def test_certificates_without_a_duration(contesto: Contesto, kind: str) -> None:
    result = run(contesto, "validita_certificato", date(2026, 1, 1), certificato=kind)
    assert result.giorno is None and "non dice quanto vale" in result.descrizione


def test_both_days_of_the_legal_aid_request(contesto: Contesto) -> None:
    result = run(contesto, "istanza_patrocinio", date(2026, 12, 15))
    assert "16 dicembre 2026" in words(result) and result.giorno == date(2026, 12, 14)
    assert "Trieste" in words(result)


def test_five_years_are_told_beside_ten(contesto: Contesto) -> None:
    assert "4 maggio 2023" in words(run(contesto, "prescrizione_custode", date(2018, 5, 4)))
    assert "4 maggio 2023" not in words(run(contesto, "prescrizione_custode", date(2018, 5, 4), periodico="no"))


# ---- Entries, questions, words


def test_entries_exist_and_state_their_term(conoscenza: Conoscenza) -> None:
    assert set(TERMINE_DI_VOCE.values()) == set(TERMINE)
    for chiave in TERMINE_DI_VOCE:
        assert conoscenza.voce(chiave) is not None, chiave
    for termine in TERMINI:
        assert termine.argomento in conoscenza.argomenti
        for fonte in termine.fonti:
            assert fonte.sezione in conoscenza.documenti[fonte.documento].sezioni


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, "termine"),
        ({"termine": "opposizione_decreto"}, "dal"),
        ({"termine": "archiviazione", "dal": OGGI}, "violenza"),
        ({"termine": "rilascio", "dal": OGGI}, "oggetto"),
        ({"termine": "istanza_patrocinio", "dal": OGGI}, None),
        ({"termine": "prescrizione_custode", "dal": OGGI}, None),
    ],
)
def test_asks_only_what_matters(values: Valori, missing: str | None) -> None:
    parametro = CALCOLATORE.mancante(values)
    assert (parametro.nome if parametro else None) == missing


DETTI = {
    ("termine", "validita_certificato"): ["il casellario del 3 maggio quando scade?", "fino a quando vale il certificato penale?", "la fedina è scaduta?"],
    ("termine", "istanza_consulente"): ["sono il CTU, ho depositato la perizia", "interprete, traduzione consegnata", "consulenza depositata ieri"],
    ("termine", "istanza_testimone"): ["rimborso del viaggio, sentito il 3 marzo", "ho testimoniato, entro quando i biglietti?"],
    ("termine", "opposizione_decreto"): ["opporsi al decreto di pagamento", "il decreto mi liquida poco, ricorso", "impugnare la liquidazione"],
    ("termine", "archiviazione"): ["vogliono archiviare la mia denuncia", "avviso di archiviazione", "opposizione ex art. 408 c.p.p."],
    ("termine", "rilascio"): ["quando è pronto il certificato?", "da che giorno posso ritirare le copie?"],
    ("termine", "comunicazione_335"): ["richiesta 335 presentata lunedì", "ho chiesto se sono indagato"],
    ("termine", "istanza_patrocinio"): ["ultima udienza il 4 maggio", "istanza su siamm, udienza finale", "riserva di deposito a verbale"],
    ("termine", "fattura_rifiutata"): ["fattura rifiutata", "mi hanno scartato la fattura", "nota di accredito"],
    ("termine", "prescrizione_custode"): ["quando si prescrive il credito del custode?", "sono custode dal 2018"],
    ("termine", "segreto_335"): ["il pm ha messo il segreto sulle iscrizioni", "iscrizione segretata"],
    ("termine", "decreto_irrevocabile"): ["quando il decreto diventa irrevocabile?"],
    ("violenza", "si"): [
        "sono stata picchiata", "furto in abitazione", "uno scippo", "maltrattamenti in famiglia", "stalking", "rapina", "lesioni",
        "mi hanno rubato in casa", "art. 624-bis", "sì, un'aggressione", "delitto con violenza alla persona",
    ],
    ("violenza", "no"): [
        "una truffa", "senza violenza", "no, nessuna violenza", "danneggiamento", "diffamazione", "non c'è stata violenza", "appropriazione indebita",
        "truffa online", "lesioni colpose in un incidente", "nessun tipo di violenza",
    ],
    ("oggetto", "certificato"): ["il casellario", "certificato", "i carichi pendenti", "la fedina penale"],
    ("oggetto", "copie"): ["le copie", "le fotocopie del fascicolo", "copia della sentenza"],
    ("oggetto", "legalizzazione"): ["l'apostille", "una legalizzazione"],
    ("certificato", "carichi"): ["i carichi pendenti"],
    ("certificato", "casellario"): ["certificato penale", "la fedina", "casellario generale"],
    ("certificato", "chiusa_inchiesta"): ["chiusa inchiesta"],
    ("urgente", "si"): ["urgente", "con urgenza", "mi serve subito"],
    ("urgente", "no"): ["non urgente", "senza urgenza", "non ho fretta"],
    ("accordo", "si"): ["si sono conciliati", "accordo a sorpresa", "precisazioni congiunte", "all'improvviso hanno transatto, riserva a verbale"],
    ("accordo", "no"): ["nessun accordo", "non si sono conciliati", "no, senza conciliazione"],
    ("periodico", "si"): ["mi pagano ogni mese", "pagamento periodico", "prescrizione quinquennale"],
    ("periodico", "no"): ["non è periodico", "dieci anni"],
    ("dal", date(2025, 3, 12)): ["il 12 marzo 2025", "comunicato il 12/03/2025", "dal dodici marzo 2025", "12.3.2025"],
}  # fmt: skip


@pytest.mark.parametrize(("nome", "valore", "testo"), [(n, v, t) for (n, v), texts in DETTI.items() for t in texts])
def test_what_people_say(nome: str, valore: object, testo: str) -> None:
    assert detto(CALCOLATORE, testo).get(nome) == valore


@pytest.mark.parametrize(
    ("testo", "nome"),
    [
        ("mi è arrivata una lettera il 3 marzo, entro quando rispondo?", "termine"),
        ("chiamo la segreteria della procura", "termine"),
        ("mi hanno rubato il portafoglio, un furto", "violenza"),
        ("avviso di archiviazione notificato ieri", "violenza"),
    ],
)
def test_what_is_asked_rather_than_guessed(testo: str, nome: str) -> None:
    assert nome not in detto(CALCOLATORE, testo)
