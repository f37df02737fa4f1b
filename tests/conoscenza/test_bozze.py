"""The knowledge of drafts and paths: every form drafted and reachable, texts and costs that hold for every answer, faults named."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.lettura import prepare
from calculators.elenco import CALCOLATORI
from calculators.model import INSIEME, Calcolatore, Contesto, Risultato, Valore
from knowledge import Bozza, Conoscenza, KnowledgeError, Percorso, load
from knowledge.draft_checks import ANY, PLACEHOLDER, texts_of
from knowledge.loader import FOLDER
from knowledge.models_bozze import Condizione, Strada
from knowledge.verify import verify

Content = dict[str, Any]
Slip = Callable[[Content], object]
Values = dict[str, str]

START = "quale"
TODAY = date(2026, 3, 2)
CODES = sorted(path.stem for path in (FOLDER / "bozze").glob("*.yml"))
NUMBER, WORDS = "12", "parole"
CLAIMS = {"LSG", "SIAMM"}  # entered in a portal


@pytest.fixture(scope="module")
def contesto(conoscenza: Conoscenza) -> Contesto:
    return Contesto(conoscenza.tariffe, conoscenza.profilo.tariffe_pubblicate_al, TODAY)


def holds(conditions: list[Condizione], values: Mapping[str, str]) -> bool:
    return all(c.campo in values and (ANY in c.vale or values[c.campo] in c.vale) for c in conditions)


def drafts(conoscenza: Conoscenza, bozza: Bozza, chosen: set[str], optional: bool) -> Iterator[Values]:
    """Values for a draft, one for each combination of the choices of some fields; the other choices take their first value."""
    names = [c.campo for c in bozza.chiesti() if c.campo in chosen and conoscenza.campi[c.campo].scelte]
    for combination in itertools.product(*([s.valore for s in conoscenza.campi[name].scelte] for name in names)):
        answers = dict(zip(names, combination, strict=True))
        values: Values = {}
        for chiesto in bozza.chiesti():
            campo = conoscenza.campi[chiesto.campo]
            if not holds(chiesto.quando, values) or (chiesto.facoltativo and not optional):
                continue
            first = campo.scelte[0].valore if campo.scelte else NUMBER if campo.tipo == "intero" else WORDS
            values[campo.id] = answers.get(campo.id, first)
        yield values


def deciding(bozza: Bozza) -> set[str]:
    """The fields on which something in a draft depends."""
    conditions = [c for chiesto in bozza.chiesti() for c in chiesto.quando]
    conditions += [c for _, _, quando in texts_of(bozza) for c in quando]
    return {c.campo for c in conditions if ANY not in c.vale}


# ---- Forms, drafts, paths


def test_every_form_has_a_draft_and_the_claims_through_the_portals_too(conoscenza: Conoscenza) -> None:
    assert set(conoscenza.bozze) == {*conoscenza.moduli, *CLAIMS}
    assert {codice for codice, bozza in conoscenza.bozze.items() if bozza.portale} == CLAIMS


def outcomes(conoscenza: Conoscenza, start: str) -> tuple[set[str], set[str]]:
    """The forms that the questions lead to, starting from a path, and the paths gone through."""
    forms: set[str] = set()
    paths: set[str] = set()
    waiting = [start]
    while waiting:
        percorso = conoscenza.percorsi[waiting.pop()]
        if percorso.id in paths:
            continue
        paths.add(percorso.id)
        forms |= set(percorso.moduli)
        for strada in (s for nodo in percorso.nodi for s in nodo.strade):
            forms |= set(strada.moduli)
            waiting += [strada.percorso] if strada.percorso else []
    return forms, paths


def test_the_path_that_asks_what_is_needed_leads_to_every_form(conoscenza: Conoscenza) -> None:
    forms, paths = outcomes(conoscenza, START)
    assert forms == set(conoscenza.bozze)
    assert paths == set(conoscenza.percorsi)


def test_every_topic_with_forms_has_a_path_that_leads_to_them(conoscenza: Conoscenza) -> None:
    by_topic = {argomento: p.id for p in conoscenza.percorsi.values() for argomento in p.argomenti}
    services = {servizio for modulo in conoscenza.moduli.values() for servizio in modulo.servizi}
    assert services <= set(by_topic)
    for modulo in conoscenza.moduli.values():
        for servizio in modulo.servizi:
            assert modulo.codice in outcomes(conoscenza, by_topic[servizio])[0], (modulo.codice, servizio)


def test_buttons_can_be_told_apart(conoscenza: Conoscenza) -> None:
    for percorso in conoscenza.percorsi.values():
        for nodo in percorso.nodi:
            titles = [strada.titolo for strada in nodo.strade]
            assert len(titles) == len(set(titles)) <= 8, (percorso.id, nodo.id)
    for campo in conoscenza.campi.values():
        titles = [scelta.titolo for scelta in campo.scelte]
        assert len(titles) == len(set(titles)) <= 8, campo.id


def test_who_has_another_person_go_gets_the_delegation_too(conoscenza: Conoscenza) -> None:
    for percorso in conoscenza.percorsi.values():
        for nodo in percorso.nodi:
            for strada in nodo.strade:
                if "delegat" in strada.titolo.lower():
                    assert "A11" in strada.moduli, (percorso.id, strada.titolo)


# ---- Drafts


@pytest.mark.parametrize("codice", CODES)
def test_texts_hold_for_every_answer(conoscenza: Conoscenza, codice: str) -> None:
    """Every line that is due has all its values, and nothing of a template is left over."""
    bozza = conoscenza.bozze[codice]
    for optional in (False, True):
        for values in drafts(conoscenza, bozza, deciding(bozza), optional):
            due = [text for _, text, quando in texts_of(bozza) if holds(quando, values)]
            due += [*bozza.destinatario, bozza.costo.testo or ""]
            written = [PLACEHOLDER.sub(lambda found: values[found[1]], text) for text in due]  # noqa: B023
            assert [text for text in written if set("{}") & set(text)] == []


@pytest.mark.parametrize("codice", CODES)
def test_every_answer_makes_a_request_that_asks_something(conoscenza: Conoscenza, codice: str) -> None:
    bozza = conoscenza.bozze[codice]
    for values in drafts(conoscenza, bozza, deciding(bozza), optional=False):
        said = " ".join(riga.testo for riga in bozza.righe if holds(riga.quando, values))
        assert re.search(r"\bchied[ea]\b|\bdelega\b|Ufficio:", said), values
        assert "{nome}" in said and "{cognome}" in said, values


@pytest.mark.parametrize("codice", CODES)
def test_what_must_be_given_is_written_in_the_request(conoscenza: Conoscenza, codice: str) -> None:
    """No datum is asked for nothing: it stands in the text, decides something, makes the cost or the term; contacts stand in the table."""
    bozza = conoscenza.bozze[codice]
    used = {name for _, text, _ in texts_of(bozza) for name in PLACEHOLDER.findall(text)} | deciding(bozza)
    used |= set(bozza.costo.campi.values()) | {"telefono", "email"} | set(bozza.scadenza.dal if bozza.scadenza else ())
    assert {c.campo for c in bozza.chiesti()} - used == set()


def test_attachments_of_the_forms_are_in_the_drafts(conoscenza: Conoscenza) -> None:
    for codice, modulo in conoscenza.moduli.items():
        drafted = [riga.testo for riga in conoscenza.bozze[codice].allegati]
        for allegato in modulo.allegati:
            assert any(allegato.startswith(text) for text in drafted), (codice, allegato)


@pytest.mark.parametrize("codice", CODES)
def test_delegation_and_envelope_only_where_they_are_due(conoscenza: Conoscenza, codice: str) -> None:
    bozza = conoscenza.bozze[codice]
    for riga in bozza.allegati:
        if re.search(r"\bbusta\b|\bdeleg|tutore\b", riga.testo) and codice != "A11":
            assert riga.quando, riga.testo


def test_a_draft_asks_in_a_few_groups(conoscenza: Conoscenza) -> None:
    assert {codice: len(b.gruppi) for codice, b in conoscenza.bozze.items() if not 2 <= len(b.gruppi) <= 4} == {}


def test_the_claim_is_never_complete_without_what_the_portal_wants(conoscenza: Conoscenza) -> None:
    asked = {c.campo: c for c in conoscenza.bozze["LSG"].chiesti()}
    for name in ("magistrato", "numero_procedimento", "tipologia_beneficiario", "incarico_inizio", "incarico_fine"):
        assert not asked[name].facoltativo and not asked[name].quando
    mentioned = [f"{{{name}}}" for name in ("magistrato", "numero_procedimento", "tipologia_beneficiario", "incarico_inizio")]
    lines = " ".join(riga.testo for riga in conoscenza.bozze["LSG"].righe)
    assert [lines.index(name) for name in mentioned] == sorted(lines.index(name) for name in mentioned)


def test_the_claim_of_a_defender_says_what_to_choose_in_the_order_of_the_portal(conoscenza: Conoscenza) -> None:
    """Protocollo 1.2: every field that it names, one after the other, and what goes in it."""
    bozza = conoscenza.bozze["SIAMM"]
    lines = " ".join(riga.testo for riga in bozza.righe)
    named = [
        "«Crea Istanza»", "«Tipo Beneficiario»: scegliere «Difensore»", "«Difensore parte ammessa patrocinio a spese dello Stato»",
        "«Ente Pagamento»: lasciare «Funzionario Delegato»", "«Accredito c/o posta/banca»", "{difesa_inizio}", "{difesa_fine}",
        "«Procedimento»", "{numero_procedimento}", "«parte processuale»", "{assistito_nome}", "{patrocinio_numero}",
        "{patrocinio_data}", "«Registra»", "«Upload File PDF»", "«onorario/vacazione»", "«Inserimento dettagli»",
        "«Onorario privo di spese forfettarie»", "{compenso}", "15%", "«Spese»", "{spese_imponibili}", "{anticipazioni}",
        "«Registra i dati inviati»",
    ]  # fmt: skip
    places = [lines.index(name) for name in named]
    assert places == sorted(places)
    needed = {c.campo for c in bozza.chiesti() if c.indispensabile}
    assert {"difesa_inizio", "difesa_fine", "numero_procedimento", "assistito_cognome", "patrocinio_numero"} <= needed
    assert [riga.testo.split(",")[0] for riga in bozza.allegati if not riga.quando] == [
        "la nota spese",
        "il provvedimento di ammissione al patrocinio",
    ]
    assert bozza.avvisi == conoscenza.bozze["LSG"].avvisi == ["spedigius"]


def test_periods_come_in_pairs(conoscenza: Conoscenza) -> None:
    ends = {name[: -len("_fine")] for name in conoscenza.campi if name.endswith("_fine")}
    starts = {name[: -len("_inizio")] for name in conoscenza.campi if name.endswith("_inizio")}
    assert ends == starts and all(conoscenza.campi[f"{name}_fine"].tipo == "data" for name in ends)


def test_what_an_answer_says_is_asked_by_its_drafts(conoscenza: Conoscenza) -> None:
    """An answer that already fills in a field leads to a draft that asks it, or it would be lost."""
    for percorso in conoscenza.percorsi.values():
        for strada in (s for nodo in percorso.nodi for s in nodo.strade if s.moduli):
            asked = {c.campo for codice in strada.moduli for c in conoscenza.bozze[codice].chiesti()}
            assert set(strada.valori) <= asked, (percorso.id, strada.titolo)


@pytest.mark.parametrize("codice", [code for code in CODES if code in ("C01", "C02", "C04", *CLAIMS)])
def test_terms_can_be_computed(conoscenza: Conoscenza, contesto: Contesto, codice: str) -> None:
    scadenza = conoscenza.bozze[codice].scadenza
    assert scadenza is not None
    terms = CALCOLATORI["scadenze"]
    given: dict[str, Valore] = {"termine": scadenza.termine, "dal": TODAY}
    assert terms.mancante(given) is None
    day = terms.calcola(terms.completi(given), contesto).giorno
    assert day is not None and (day < TODAY if codice == "SIAMM" else day > TODAY)


# ---- Costs


def compute(bozza: Bozza, values: Values, contesto: Contesto) -> tuple[Calcolatore, dict[str, Valore], Risultato | None]:
    """The cost of a draft as the dialogue computes it: None where something the calculator needs is missing."""
    calcolatore = CALCOLATORI[bozza.costo.calcolatore or ""]
    parameters: dict[str, Valore] = {}
    for name, value in bozza.costo.parametri(values).items():
        kind = calcolatore.parametro(name).tipo
        parameters[name] = (str(value),) if kind == INSIEME else int(value) if kind == "intero" else value
    if calcolatore.mancante(parameters) is not None:
        return calcolatore, parameters, None
    return calcolatore, parameters, calcolatore.calcola(calcolatore.completi(parameters), contesto)


@pytest.mark.parametrize("codice", CODES)
def test_costs_can_be_computed_whatever_is_chosen(conoscenza: Conoscenza, contesto: Contesto, codice: str) -> None:
    bozza = conoscenza.bozze[codice]
    if bozza.costo.calcolatore is None:
        assert bozza.costo.testo
        return
    for optional in (False, True):
        for values in drafts(conoscenza, bozza, deciding(bozza) | set(bozza.costo.campi.values()), optional):
            _, parameters, risultato = compute(bozza, values, contesto)
            if risultato is None:
                assert bozza.costo.se_manca and not optional, values
            else:
                assert risultato.importo is not None or parameters.get("certificati") == ("visura",), values


def amount(conoscenza: Conoscenza, contesto: Contesto, codice: str, **chosen: str) -> Any:
    bozza = conoscenza.bozze[codice]
    values = next(v for v in drafts(conoscenza, bozza, set(chosen), True) if chosen.items() <= v.items())
    risultato = compute(bozza, values, contesto)[2]
    assert risultato is not None
    return risultato.importo


def test_the_use_decides_the_exemptions(conoscenza: Conoscenza, contesto: Contesto) -> None:
    cost = {
        uso: amount(conoscenza, contesto, "A02", uso=uso) for uso in ("adozione", "concorso", "onlus_coni", "lavoro", "privato")
    }
    assert cost["adozione"] < cost["concorso"] == cost["onlus_coni"] < cost["lavoro"] == cost["privato"]
    assert amount(conoscenza, contesto, "A05", datore_tipo="onlus_coni") < amount(conoscenza, contesto, "A05", datore_tipo="no")


@pytest.mark.parametrize("codice", ["A01", "A02", "A04", "A05", "A06", "A07", "A08", "B04"])
def test_urgency_costs_more(conoscenza: Conoscenza, contesto: Contesto, codice: str) -> None:
    extra = {"uso": "lavoro"} if codice == "A02" else {"supporto": "carta"} if codice in ("A06", "A07", "A08") else {}
    calm, urgent = (amount(conoscenza, contesto, codice, urgente=value, **extra) for value in ("no", "si"))
    assert calm < urgent


def test_what_the_entity_asks_for_decides_its_cost(conoscenza: Conoscenza, contesto: Contesto) -> None:
    cost = {kind: amount(conoscenza, contesto, "B04", tipo_richiesta_ente=kind) for kind in ("certificato", "carichi", "visura")}
    assert cost["visura"] is None and cost["carichi"] < cost["certificato"]


# ---- What people say


def taken(conoscenza: Conoscenza, percorso: str, message: str) -> Strada | None:
    """Where a message leads by itself: the last answer it gives, question after question; None if it answers nothing."""
    path: Percorso = conoscenza.percorsi[percorso]
    nodo = path.nodi[0] if path.nodi else None
    last: Strada | None = None
    while nodo is not None:
        said = prepare(message)
        found = next((s for s in nodo.strade if any(re.search(modo, said) for modo in s.modi)), None)
        if found is None:
            return last
        last = found
        if found.percorso:
            path = conoscenza.percorsi[found.percorso]
            nodo = path.nodi[0] if path.nodi else None
        else:
            nodo = path.nodo(found.poi) if found.poi else None
    return last


SAID = [
    # path, message, where it leads: forms, an entry, the question still open, or nothing understood
    ("casellario", "mi serve il casellario per me", "A02"),
    ("casellario", "il mio datore di lavoro mi ha chiesto la fedina penale", "A02"),
    ("casellario", "l'azienda mi chiede il certificato penale", "A02"),
    ("casellario", "lo vuole il comune", ""),
    ("casellario", "me lo chiede il comune per un concorso", "A02"),
    ("casellario", "sono il datore di lavoro, devo assumere una maestra d'asilo", "A05"),
    ("casellario", "Dobbiamo assumere una baby sitter, ci serve il 25 bis", "A05"),
    ("casellario", "sono un datore di lavoro e assumo un magazziniere, non lavora con minori", "casellario.datore_generico"),
    ("casellario", "sono il datore di lavoro", "?minori"),
    ("casellario", "sono un avvocato", "?avvocato"),
    ("casellario", "sono avvocato e mi serve il certificato di un testimone", "A02"),
    ("casellario", "Sono l'avvocato, è per un mio assistito", "A02 A11"),
    ("casellario", "per conto di mia madre", "A02 A11"),
    ("casellario", "non posso venire, delego mia sorella a prenderlo per me", "A02 A11"),
    ("casellario", "è per mio figlio che ha 9 anni", "A02"),
    ("casellario", "è per mio figlio", "?eta"),
    ("casellario", "per mia figlia di 16 anni", "A02"),
    ("casellario", "sono il tutore di una persona interdetta", "A02"),
    ("casellario", "mio fratello è in carcere", "A02"),
    ("casellario", "siamo una pubblica amministrazione, dobbiamo chiedere 30 certificati", "casellario.cerpa"),
    ("casellario", "lavoro per il comune e ce ne serve uno solo", "B01"),
    ("casellario", "siamo una pubblica amministrazione", "?quanti"),
    ("casellario", "lavoro in comune come operaio, mi chiedono la fedina", "A02"),
    ("casellario", "quanto ci vuole?", ""),
    ("casellario", "il mio avvocato dice che serve", ""),
    ("casellario", "non delego nessuno", ""),
    ("carichi_pendenti", "mi servono per me", "A01"),
    ("carichi_pendenti", "mi servono i carichi pendenti", ""),
    ("carichi_pendenti", "mi hanno chiesto i carichi pendenti per la mia ditta", "B04"),
    ("casellario", "mi serve il casellario di mia madre", ""),
    ("casellario", "mi chiedono il certificato per mio figlio di 8 anni", "A02"),
    ("carichi_pendenti", "per conto di mio padre", "A01 A11"),
    ("carichi_pendenti", "sono il legale rappresentante della società", "B04"),
    ("carichi_pendenti", "ci servono i carichi pendenti della nostra ditta", "B04"),
    ("carichi_pendenti", "siamo una pubblica amministrazione", "B02"),
    ("carichi_pendenti", "sono un datore di lavoro", "carichi_pendenti.modulo_datore"),
    ("carichi_pendenti", "sono la tutrice di mia zia interdetta", "A01"),
    ("carichi_pendenti", "li vuole la questura", ""),
    ("anagrafe_sanzioni", "sono il rappresentante legale", "B04"),
    ("anagrafe_sanzioni", "sono la commercialista, delegata dalla società", "B04 A11"),
    ("anagrafe_sanzioni", "siamo una stazione appaltante", "B03"),
    ("anagrafe_sanzioni", "voglio vedere quello di un fornitore", "anagrafe_sanzioni.altra_societa"),
    ("anagrafe_sanzioni", "lo chiede la stazione appaltante", ""),
    ("copie_atti", "procedimento archiviato, sono la persona offesa", "A08"),
    ("copie_atti", "il procedimento è archiviato", "?chi_archiviato"),
    ("copie_atti", "non è stato archiviato, è in corso e sono indagato", "A06"),
    ("copie_atti", "sono il perito della compagnia, il procedimento è stato archiviato", "A08"),
    ("copie_atti", "sono un fiduciario assicurativo e il procedimento è ancora in corso", "A06 A11"),
    ("copie_atti", "dal giudice di pace, sono avvocato", "A07"),
    ("copie_atti", "mod. 21 bis, sono la persona offesa", "A07"),
    ("copie_atti", "ho ricevuto il 415 bis, sono indagato", "A06"),
    ("copie_atti", "non lo so", "?chi"),
    ("copie_atti", "mi servono le copie", ""),
    ("registro_335", "voglio sapere se sono indagato", "A09"),
    ("registro_335", "sono l'avvocato di uno che forse è indagato", "A10"),
    ("registro_335", "è per il mio assistito", "A10"),
    ("registro_335", "vorrei sapere se il mio vicino è indagato", "registro_335.terzi"),
    ("registro_335", "per la mia società", "A09"),
    ("registro_335", "delego mio marito", "A09 A11"),
    ("registro_335", "mi hanno detto di venire qui", ""),
    ("spese_giustizia", "sono un consulente tecnico senza partita iva", "C02"),
    ("spese_giustizia", "interprete con partita IVA", "C01"),
    ("spese_giustizia", "ctu, non ho la p.iva", "C02"),
    ("spese_giustizia", "ho fatto una perizia", "?iva"),
    ("spese_giustizia", "sono il custode di una macchina sequestrata", "C03"),
    ("spese_giustizia", "ho lavorato per la procura di Alessandria", "LSG"),
    ("spese_giustizia", "voglio i miei soldi", ""),
    ("persone_informate", "sono stato sentito dai carabinieri, abito a Ivrea", "C04"),
    ("persone_informate", "mi ha sentito il PM", "?residenza"),
    ("persone_informate", "sentita dal pubblico ministero, abito ad Aosta", "persone_informate.residenti_aosta"),
    ("persone_informate", "ero testimone al processo", "persone_informate.differenza_testimone"),
    ("persone_informate", "non abito ad Aosta, mi ha sentito la polizia", "C04"),
    ("lsg", "istanza lsg per la procura di Alessandria", "LSG"),
    ("lsg", "sono avvocato, patrocinio a spese dello Stato", "SIAMM"),
    ("lsg", "difensore in patrocinio, processo penale", "siamm.penale"),
    ("siamm", "causa civile davanti al Tribunale di Udine", "SIAMM"),
    ("siamm", "sono il difensore in patrocinio", ""),
    ("siamm", "è un processo penale", "siamm.penale"),
    ("siamm", "causa civile al tribunale di Torino", "siamm.competenza"),
    ("siamm", "sono un consulente della procura di Alessandria", "LSG"),
    ("quale", "mi serve il pagamento, sono difensore in patrocinio a Trieste", "SIAMM"),
    ("lsg", "ho lavorato per la procura di Aosta come perito con partita iva", "C01"),
    ("lsg", "istanza di liquidazione", ""),
    ("quale", "mi serve un certificato", "?certificato"),
    ("quale", "il certificato dei carichi pendenti per me", "A01"),
    ("quale", "casellario, sono il tutore di un interdetto", "A02"),
    ("quale", "copie degli atti, procedimento archiviato, sono la vittima", "A08"),
    ("quale", "devo scrivere una delega", ""),
    ("quale", "non so quale modulo mi serve", ""),
    ("quale", "aiutami", ""),
]


@pytest.mark.parametrize(("percorso", "message", "expected"), SAID, ids=[f"{s[0]}-{s[1][:40]}" for s in SAID])
def test_what_was_said_is_not_asked(conoscenza: Conoscenza, percorso: str, message: str, expected: str) -> None:
    strada = taken(conoscenza, percorso, message)
    if strada is None:
        found = ""
    elif strada.poi:
        found = f"?{strada.poi}"
    elif strada.percorso:  # a path that leads to its form without a question
        found = ""
    else:
        found = strada.voce or " ".join(strada.moduli)
    assert found == expected


CHOSEN = [
    # field, message, the choice it says ("" for none)
    ("urgente", "senza urgenza", "no"),
    ("urgente", "non ho fretta", "no"),
    ("urgente", "mi serve urgente", "si"),
    ("urgente", "in giornata per favore", "si"),
    ("urgente", "vengo domani", ""),
    ("uso", "per un concorso pubblico", "concorso"),
    ("uso", "uso lavoro", "lavoro"),
    ("uso", "è per l'adozione di un bambino", "adozione"),
    ("uso", "lo chiede una ONLUS", "onlus_coni"),
    ("uso", "per motivi personali", "privato"),
    ("uso", "mi serve all'estero", "estero"),
    ("uso", "lavoro alle poste e abito ad Aosta", ""),
    ("tipo_certificato", "il certificato generale", "generale"),
    ("tipo_certificato", "certificato penale del casellario", "penale"),
    ("tipo_certificato", "quello civile", "civile"),
    ("tipo_certificato", "la visura", "visura"),
    ("tipo_certificato", "la visura camerale", ""),
    ("tipo_certificato", "mi candido alle elezioni", "elettorale"),
    ("tipo_certificato", "numero del procedimento penale", ""),
    ("per_chi", "è per me", "interessato"),
    ("per_chi", "per mio figlio", "figlio_minore"),
    ("per_chi", "sono il tutore", "interdetto"),
    ("consegna", "la mando per posta", "posta"),
    ("consegna", "vengo io allo sportello", "sportello"),
    ("consegna", "viene mia moglie", "delegato"),
    ("consegna", "non delego nessuno", "sportello"),
    ("consegna", "per posta elettronica", ""),
    ("consegna_pa", "tramite PEC", "pec"),
    ("consegna_335", "la mando per e-mail", "email"),
    ("registro", "mod. 21 bis", "21bis"),
    ("registro", "modello 21", "21"),
    ("registro", "mod 44", "44"),
    ("registro", "registro 45", "45"),
    ("registro", "procedimento 2145/2024", ""),
    ("tipo_copia", "copia conforme all'originale", "autentica"),
    ("tipo_copia", "semplice", "semplice"),
    ("tipo_copia", "non serve autentica", "semplice"),
    ("supporto", "su carta", "carta"),
    ("supporto", "in pdf", "digitale"),
    ("supporto", "ho la carta d'identità", ""),
    ("qualita", "sono la persona offesa", "persona_offesa"),
    ("qualita", "sono indagato", "indagato"),
    ("qualita", "sono l'avvocato dell'indagato", "difensore"),
    ("qualita", "perito per conto della compagnia", "assicuratore"),
    ("qualita_335", "come indagato", "indagato"),
    ("qualita_335", "ho presentato querela", "persona_offesa"),
    ("fase", "ho ricevuto l'avviso di conclusione delle indagini", "avviso"),
    ("fase", "è in corso", "indagini"),
    ("fase", "sono stato rinviato a giudizio", "giudizio"),
    ("con_iva", "non ho la partita iva", "no"),
    ("con_iva", "ho la partita IVA", "si"),
    ("tipologia_beneficiario", "sono un interprete", "interprete"),
    ("tipologia_beneficiario", "custode giudiziario", "custode"),
    ("tipologia_beneficiario", "consulente tecnico", "consulente"),
    ("veicolo_tipo", "un furgone", "autocarro"),
    ("veicolo_tipo", "una moto", "motoveicolo"),
    ("custodia_luogo", "in un capannone", "coperto"),
    ("custodia_luogo", "all'aperto nel piazzale", "scoperto"),
    ("trasporto", "l'ho portata con il carro attrezzi", "si"),
    ("trasporto", "non l'ho trainata", "no"),
    ("trasporto", "recupero difficile da una scarpata", "difficoltoso"),
    ("audizione_davanti", "dai carabinieri", "polizia"),
    ("viaggio_mezzo", "in treno", "linea"),
    ("oggetto_delega", "per i carichi pendenti", "carichi_pendenti"),
    ("facolta", "presentare e ritirare", "entrambe"),
    ("sinistro", "un incidente stradale", "si"),
    ("datore_tipo", "non siamo una onlus", "no"),
    ("datore_tipo", "siamo una società sportiva", "onlus_coni"),
]


@pytest.mark.parametrize(("name", "message", "expected"), CHOSEN, ids=[f"{c[0]}-{c[1][:40]}" for c in CHOSEN])
def test_choices_are_understood(conoscenza: Conoscenza, name: str, message: str, expected: str) -> None:
    said = prepare(message)
    found = next((s.valore for s in conoscenza.campi[name].scelte if any(re.search(modo, said) for modo in s.modi)), "")
    assert found == expected


def test_every_choice_and_answer_can_be_said_as_its_button_reads(conoscenza: Conoscenza) -> None:
    """Whoever copies the button's words is understood as who presses it: titles are matched as such, so none may say another."""
    wrong = []
    for campo in conoscenza.campi.values():
        for scelta in campo.scelte:
            said = prepare(scelta.titolo)
            found = next((s.valore for s in campo.scelte if any(re.search(modo, said) for modo in s.modi)), scelta.valore)
            if found != scelta.valore:
                wrong.append((campo.id, scelta.titolo, found))
    for percorso in conoscenza.percorsi.values():
        for nodo in percorso.nodi:
            for strada in nodo.strade:
                said = prepare(strada.titolo)
                other = next((s for s in nodo.strade if any(re.search(modo, said) for modo in s.modi)), strada)
                if other is not strada:
                    wrong.append((f"{percorso.id}.{nodo.id}", strada.titolo, other.titolo))
    assert wrong == []


# ---- Faults


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real knowledge with the entries' questions cut, so that reading it takes a moment."""
    folder = tmp_path_factory.mktemp("bozze")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    content = yaml.safe_load((folder / "percorsi.yml").read_text(encoding="utf-8"))
    answers = [answer for path in content["percorsi"] for node in path.get("nodi", []) for answer in node["strade"]]
    kept = {answer["voce"] for answer in answers if "voce" in answer}
    for path in (folder / "argomenti").glob("*.yml"):
        topic = yaml.safe_load(path.read_text(encoding="utf-8"))
        topic["voci"] = topic["voci"][:1] + [v for v in topic["voci"][1:] if f"{topic['id']}.{v['id']}" in kept]
        for voce in topic["voci"]:
            voce["domande"], voce["seguiti"] = voce["domande"][:3], []
        path.write_text(yaml.safe_dump(topic, allow_unicode=True, sort_keys=False), encoding="utf-8")
    spoil(folder, "aspetti.yml", lambda c: [aspetto.pop("senza_argomento", None) for aspetto in c["aspetti"]])
    spoil(folder, "chiarimenti.yml", lambda c: [x.update(opzioni=["casellario", "bollo"]) for x in c["chiarimenti"]])
    return folder


@pytest.fixture
def folder(lean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lean, tmp_path / "knowledge"))


def spoil(folder: Path, file: str, slip: Slip) -> None:
    path = folder / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    slip(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def found(content: Content, key: str, identifier: str) -> Content:
    """The item of a list with an id."""
    return next(item for item in content[key] if item.get("id", item.get("campo")) == identifier)


def answer(content: Content, path: str, number: int = 0, node: int = 0) -> Content:
    made: Content = found(content, "percorsi", path)["nodi"][node]["strade"][number]
    return made


def lead(path: str, number: int = 0, node: int = 0, **where: Any) -> Slip:
    """Send an answer elsewhere."""

    def slip(content: Content) -> None:
        strada = answer(content, path, number, node)
        for key in ("poi", "percorso", "moduli", "voce"):
            strada.pop(key, None)
        strada.update(where)

    return slip


def line(text: str, *conditions: Content) -> Slip:
    return lambda content: content["righe"].append({"testo": text, "quando": list(conditions)})


A01, A02, A06, LSG, SIAMM = (f"bozze/{code}.yml" for code in ("A01", "A02", "A06", "LSG", "SIAMM"))
FIELDS, PATHS = "campi.yml", "percorsi.yml"
SLIPS: list[tuple[str, Slip, str, str]] = [
    # file, what goes wrong, the key and the words of the message
    (A01, lambda c: c["gruppi"][1]["campi"][0].update(campo="nomee"), "gruppi.1.campi.0.campo", "campo sconosciuto: nomee"),
    (A01, lambda c: c["gruppi"][1]["campi"].append({"campo": "nome"}), "gruppi.1.campi", "«nome» è chiesto due volte"),
    (A01, lambda c: c.update(ufficio="portineria"), "ufficio", "ufficio sconosciuto: portineria"),
    (A01, lambda c: c.update(codice="A02"), "codice", "deve essere il nome del file (A01)"),
    (A01, lambda c: c.update(codice="Z01"), "codice", "codice di modulo sconosciuto: Z01"),
    (A01, lambda c: c.update(avvisi=["chiusura"]), "avvisi.0", "avviso sconosciuto: chiusura"),
    (A01, lambda c: c.pop("fonti"), "fonti", "manca la fonte"),
    (A01, lambda c: c.update(fonti=[{"documento": "carta", "sezione": "99"}]), "fonti.0.sezione", "non ha la sezione «99»"),
    (A01, lambda c: c.update(consegna="Allo {{ ufficio.casellaro.dove }}"), "consegna", "riferimento sbagliato nel testo"),
    (A01, lambda c: c.update(consegna="Allo {{ ufficio.casellario"), "consegna", "riferimento sbagliato nel testo"),
    (A01, lambda c: c.update(breve="x" * 61), "breve", "troppo lungo (al massimo 60 caratteri)"),
    (A01, lambda c: c.update(righe=[]), "righe", "l'elenco è vuoto"),
    (A01, line("Residente a {cittaa}."), "righe", "c'è {cittaa}, che non è un campo"),
    (A01, line("Veicolo {veicolo_targa}."), "righe", "c'è {veicolo_targa}, che questa bozza non chiede"),
    (A01, line("Telefono {telefono}."), "righe", "c'è {telefono}, che può mancare"),
    (A01, line("Delegato {delegato_nome}."), "righe", "c'è {delegato_nome}, che può mancare"),
    (A01, line("Delegato {delegato_nome}.", {"campo": "consegna", "vale": ["posta", "delegato"]}), "righe", "che può mancare"),
    (A01, line("Il {Nome}."), "righe", "una graffa non è scritta bene"),
    (A01, line("Il {nome."), "righe", "una graffa non è scritta bene"),
    (A01, line("x", {"campo": "consegnaa", "vale": ["posta"]}), "quando.0.campo", "condizione su un campo sconosciuto: consegnaa"),
    (A01, line("x", {"campo": "consegna", "vale": ["corriere"]}), "quando.0.vale", "«corriere» non è un valore di «consegna»"),
    (A01, line("x", {"campo": "nome", "vale": ["Marta"]}), "quando.0.vale", "si può scrivere solo *"),
    (A01, line("x", {"campo": "veicolo_tipo", "vale": ["*"]}), "quando.0.campo", "questa bozza non lo chiede"),
    (
        A01,
        lambda c: c["gruppi"][0]["campi"][1].update(quando=[{"campo": "consegna", "vale": ["posta"]}]),
        "gruppi.0.campi.1.quando.0.campo",
        "in questa bozza non è chiesto prima",
    ),
    (A01, lambda c: c["allegati"].pop(0), "allegati", "manca un allegato di moduli.yml: «copia di un documento"),
    (A01, lambda c: c["costo"].update(calcolatore="certificato"), "costo.calcolatore", "calcolatore sconosciuto: certificato"),
    (A01, lambda c: c["costo"]["campi"].update(fretta="urgente"), "costo.campi.fretta", "non ha il parametro «fretta»"),
    (A01, lambda c: c["costo"]["valori"].update(bollo="si"), "costo.valori.bollo", "non ha il parametro «bollo»"),
    (A01, lambda c: c["costo"]["valori"].update(certificati="penale"), "costo.valori.certificati", "«penale» non è un valore"),
    (A01, lambda c: c["costo"]["valori"].update(esenzione="poveri"), "costo.valori.esenzione", "«poveri» non è un valore"),
    (A01, lambda c: c["costo"]["valori"].update(copie="due"), "costo.valori.copie", "vuole un numero intero"),
    (A01, lambda c: c["costo"]["campi"].update(copie="nome"), "costo.campi.copie", "il campo «nome» non lo è"),
    (A01, lambda c: c["costo"]["campi"].update(esenzione="uso"), "costo.campi.esenzione", "non è un valore del parametro"),
    (A01, lambda c: c["costo"]["campi"].update(copie="quante"), "costo.campi.copie", "campo sconosciuto: quante"),
    (A01, lambda c: c["costo"]["campi"].update(copie="pagine"), "costo.campi.copie", "non chiede il campo «pagine»"),
    (A01, lambda c: c["costo"].update(testo="Gratis."), "costo", "il costo si dà con un calcolatore oppure con un testo"),
    (
        A02,
        lambda c: c["costo"]["conversioni"]["esenzione"].update(vacanza="nessuna"),
        "conversioni.esenzione.vacanza",
        "«vacanza» non è un valore di «uso»",
    ),
    (
        A02,
        lambda c: c["costo"]["conversioni"]["esenzione"].update(lavoro="gratis"),
        "conversioni.esenzione",
        "«gratis» non è un valore del parametro «esenzione»",
    ),
    (A02, lambda c: c["costo"]["conversioni"].update(copie={"1": "2"}), "conversioni.copie.1", "«1» non è un valore di «copie»"),
    (A02, lambda c: c["costo"]["conversioni"].update(apostille={"*": "no"}), "conversioni.apostille", "da nessun campo"),
    (LSG, lambda c: c.pop("titolo"), "titolo", "manca"),
    (LSG, lambda c: c.pop("portale"), "codice", "codice di modulo sconosciuto: LSG"),
    (SIAMM, lambda c: c.update(codice="A01"), "codice", "è una parola in maiuscolo, non quello di un modulo: A01"),
    (SIAMM, lambda c: c["portale"].update(periodo=["difesa_inizio", "nome"]), "portale.periodo.1", "«nome» non è una data"),
    (SIAMM, lambda c: c["portale"].update(uguali=["nomee"]), "portale.uguali.0", "questa bozza non chiede il campo «nomee»"),
    (FIELDS, lambda c: found(c, "campi", "nome").update(tipo="nomi"), "campi.0.tipo", "tipo di campo sconosciuto: nomi"),
    (FIELDS, lambda c: found(c, "campi", "nome").update(parole=["(nome"]), "campi.0.parole.0", "espressione non valida: '(nome'"),
    (FIELDS, lambda c: found(c, "campi", "nome").update(parole=[]), "campi.0.parole", "l'elenco è vuoto"),
    (FIELDS, lambda c: found(c, "campi", "urgente")["scelte"][0].update(modi=["[a-"]), "scelte.0.modi.0", "espressione non valida"),
    (FIELDS, lambda c: found(c, "campi", "urgente").update(scelte=[]), "campi", "deve avere le scelte"),
    (FIELDS, lambda c: found(c, "campi", "urgente")["scelte"].append({"valore": "si", "titolo": "Sì"}), "valore", "«si» compare due"),
    (FIELDS, lambda c: c["campi"].append(dict(c["campi"][0])), "id", "«nome» compare due volte"),
    (FIELDS, lambda c: c["campi"].append({**c["campi"][0], "id": "hobby"}), "campi", "nessuna bozza chiede il campo «hobby»"),
    (PATHS, lead("casellario", moduli=["A99"]), "strade.0.moduli.0", "modulo sconosciuto o senza bozza: A99"),
    (PATHS, lead("casellario", poi="etaa"), "strade.0.poi", "la domanda seguente non c'è: etaa"),
    (PATHS, lead("casellario", poi="chi"), "nodi.0", "il percorso non finisce mai: chi → chi"),
    (PATHS, lead("casellario", 0, 1, poi="chi"), "nodi", "il percorso non finisce mai"),
    (PATHS, lead("casellario", 2, moduli=["A02"]), "nodi.1.id", "alla domanda «eta» non si arriva mai"),
    (PATHS, lead("casellario", percorso="nessuno"), "strade.0.percorso", "percorso sconosciuto: nessuno"),
    (PATHS, lead("casellario", percorso="quale"), "percorsi", "il percorso gira in tondo"),
    (PATHS, lead("casellario", voce="casellario.boh"), "strade.0.voce", "voce sconosciuta: casellario.boh"),
    (A01, lambda c: c.update(scadenza={"termine": "domani", "dal": ["nato_il"]}), "scadenza.termine", "termine sconosciuto: domani"),
    (A01, lambda c: c.update(scadenza={"termine": "rilascio", "dal": ["nome"]}), "scadenza.dal.0", "«nome» non è una data"),
    (PATHS, lambda c: answer(c, "casellario").update(valori={"cane": "si"}), "strade.0.valori.cane", "campo sconosciuto: cane"),
    (PATHS, lambda c: answer(c, "casellario").update(valori={"per_chi": "cane"}), "valori.per_chi", "«cane» non è un valore di «per_chi»"),
    (PATHS, lead("casellario"), "strade.0", "una risposta deve portare a una cosa sola"),
    (PATHS, lead("casellario", poi="eta", moduli=["A02"]), "strade.0", "una risposta deve portare a una cosa sola"),
    (PATHS, lambda c: answer(c, "casellario").update(modi=["*"]), "strade.0.modi.0", "espressione non valida: '*'"),
    (PATHS, lambda c: c["percorsi"].append(dict(c["percorsi"][0])), "id", "«casellario» compare due volte"),
    (PATHS, lambda c: c["percorsi"][0]["nodi"].append(dict(c["percorsi"][0]["nodi"][0])), "nodi", "«chi» compare due volte"),
    (PATHS, lambda c: c["percorsi"][0].update(argomenti=["fedina"]), "argomenti.0", "argomento sconosciuto: fedina"),
    (PATHS, lambda c: c["percorsi"][1].update(argomenti=["casellario"]), "argomenti.0", "è già del percorso «casellario»"),
    (PATHS, lambda c: c["percorsi"][0].update(moduli=["A02"]), "percorsi.0", "un percorso ha domande (nodi) oppure"),
    (PATHS, lambda c: found(c, "percorsi", "delega").pop("moduli"), "percorsi", "un percorso ha domande (nodi) oppure"),
    (PATHS, lambda c: c["percorsi"][0].update(fonti=[{"documento": "blog", "sezione": "1"}]), "fonti.0.documento", "sconosciuto: blog"),
]  # fmt: skip


def test_the_lean_copy_has_no_fault_of_drafts(folder: Path) -> None:
    load(folder)


@pytest.mark.parametrize(("file", "slip", "key", "words"), SLIPS, ids=[f"{n:02d}-{s[3][:40]}" for n, s in enumerate(SLIPS)])
def test_a_slip_is_found_and_told(folder: Path, file: str, slip: Slip, key: str, words: str) -> None:
    spoil(folder, file, slip)
    faults, _ = verify(folder)
    mine = [f for f in faults if f.file == file and key in f.chiave and words in f.messaggio]
    assert mine, "\n".join(str(f) for f in faults if f.file != "documenti.yml")
    told = str(mine[0])
    assert mine[0].riga and f"«{mine[0].chiave}»: " in told
    assert [word for word in ("field", "value", "type", "object", "permitted") if word in told.lower()] == []


def test_a_form_without_a_draft(folder: Path) -> None:
    (folder / "bozze" / "B03.yml").unlink()
    said = [str(f) for f in verify(folder)[0]]
    assert [f for f in said if "moduli.yml" in f and "manca la bozza del modulo: bozze/B03.yml" in f]
    assert [f for f in said if "percorsi.yml" in f and "modulo sconosciuto o senza bozza: B03" in f]


def test_a_draft_without_a_path(folder: Path) -> None:
    spoil(folder, PATHS, lambda c: found(c, "percorsi", "chiusa_inchiesta").update(moduli=["A04"]))
    assert [f for f in verify(folder)[0] if f.file == "bozze/A03.yml" and "nessun percorso porta a questa bozza" in f.messaggio]


@pytest.mark.parametrize("file", [FIELDS, PATHS])
def test_a_file_that_is_not_there(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert [f.messaggio for f in verify(folder)[0] if f.file == file] == ["il file non c'è"]


@pytest.mark.parametrize("broken", ["", "righe: [\n", "- uno\n", "42\n"])
def test_a_draft_that_is_no_yaml(folder: Path, broken: str) -> None:
    (folder / A01).write_text(broken, encoding="utf-8")
    assert [f for f in verify(folder)[0] if f.file == A01]


def test_a_circle_of_paths_is_no_hang(folder: Path) -> None:
    spoil(folder, PATHS, lead("copie_atti", 0, 1, percorso="registro_335"))
    spoil(folder, PATHS, lead("registro_335", 0, percorso="copie_atti"))
    said = [f.messaggio for f in verify(folder)[0] if f.file == PATHS]
    assert any("gira in tondo: copie_atti → registro_335 → copie_atti" in message for message in said)


def test_load_refuses_a_broken_draft(folder: Path) -> None:
    spoil(folder, A06, line("{boh}"))
    with pytest.raises(KnowledgeError, match="boh"):
        load(folder)
