"""Changes laid over the knowledge: what each kind does, which of them hold in a version, what is said of a broken one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import active
from bot.active import Active
from bot.known import load_in_use, load_version
from bot.training import fingerprint
from knowledge import KnowledgeError, Overlay, Versione, load
from knowledge.learnt import learnt
from knowledge.verify import verify

from .conftest import Write

OFFICE = {"tipo": "ufficio", "ufficio": "casellario", "campi": {"telefono": "0165.1"}}
QUESTIONS = {"tipo": "domande", "voce": "casellario.che_cosa", "domande": ["la fedina che roba è"]}
ENTRY = {
    "tipo": "voce",
    "argomento": "struttura",
    "voce": {
        "id": "wi_fi",
        "etichetta": "Wi-Fi",
        "risposta": "Il numero è {{ ufficio.casellario.telefono }}: là non c'è.",
        "fonti": [{"documento": "pubblica", "titolo": "L'ufficio"}],
        "domande": ["avete il wifi?", "c'è internet?", "password della rete"],
    },
}
CLOSED = {"titolo": "Chiuso il 7", "testo": "Chiuso.", "dal": "2026-12-07", "al": "2026-12-07", "chiude": ["urapi"]}
NOTICE = {"testo": "Attenzione.", "dal": "2026-11-01", "fonti": [{"documento": "pubblica", "titolo": "L'ufficio"}]}


def overlay(data: Path, versione: Versione | None = None) -> Overlay:
    return Overlay.read(data / "conoscenza", versione)


def test_nothing_taught_is_the_knowledge_as_it_came(data: Path, lean: Path) -> None:
    assert overlay(data) == Overlay() and overlay(data).ultima == Versione()
    assert load(lean, overlay(data)).testi == load(lean).testi
    assert list(learnt(lean, overlay(data))) == list(learnt(lean))


def test_every_kind_of_change(data: Path, lean: Path, write: Write) -> None:
    write(1, **OFFICE)
    write(2, **QUESTIONS)
    write(3, **ENTRY)
    write(4, tipo="avviso_sito", id="chiuso", campi=CLOSED)
    write(5, tipo="chiusura", id="corso", campi={"dal": "2026-12-09", "uffici": ["casellario"], "motivo": "corso"})
    write(6, tipo="avviso", id="nuovo", campi=NOTICE, argomenti=["casellario"])
    write(7, tipo="risposta", voce="bollo.costo", campi={"risposta": "Un'altra."})
    write(8, tipo="profilo", campi={"sito": "www.esempio.it"})
    edition = {"edizione": "2030", "in_vigore_dal": "2030-01-01", "atto": "Un decreto"}
    edition |= {
        "fonti": [{"documento": "pubblica", "titolo": "Gazzetta"}],
        "valori": {"gruppo": 4, "importi": {"marca": "20,00"}},
    }
    write(9, tipo="tariffa", tariffa="imposta_bollo", edizione=edition)
    write(10, tipo="domande", voce="fuori_ambito", domande=["vendete gelati?"])
    known = load(lean, overlay(data))
    assert known.uffici["casellario"].telefono == "0165.1"
    entry = known.voce("casellario.che_cosa")
    assert entry is not None and entry.domande[-1] == "la fedina che roba è"
    assert "0165.1" in known.testo("struttura.wi_fi")
    assert [(a.id, a.chiude) for a in known.calendario.avvisi_del_sito] == [("chiuso", ["urapi"])]
    assert {c.id for c in known.calendario.tutte()} == {"chiuso", "corso"}
    assert [a.testo for a in known.avvisi_di(known.argomenti["casellario"], date(2026, 11, 21))][-1] == "Attenzione."
    assert known.testo("bollo.costo") == "Un'altra."
    assert known.profilo.sito == "www.esempio.it"
    assert known.tariffe["imposta_bollo"].edizioni[-1].edizione == "2030"
    assert known.argomenti["fuori_ambito"].domande[-1] == "vendete gelati?"


def test_a_value_left_empty_is_taken_away_and_a_notice_can_be_removed(data: Path, lean: Path, write: Write) -> None:
    write(1, tipo="ufficio", ufficio="casellario", campi={"responsabile": ""})
    write(2, tipo="avviso_sito", id="chiuso", campi=CLOSED)
    write(3, tipo="avviso_sito", id="altro", campi={**CLOSED, "titolo": "Altro"})
    write(4, tipo="avviso_sito", id="chiuso")
    write(5, tipo="avviso_sito", id="altro", campi={**CLOSED, "chiude": ["nessuno"]})
    with pytest.raises(KnowledgeError) as error:
        load(lean, overlay(data))
    assert [(g.file, g.chiave) for g in error.value.guasti] == [("conoscenza/000005.yml", "campi.chiude")]
    known = load(lean, overlay(data, Versione(0, 4)))
    assert known.uffici["casellario"].responsabile is None
    assert [a.titolo for a in known.calendario.avvisi_del_sito] == ["Altro"]


def test_undoing_and_undoing_that(data: Path, lean: Path, write: Write) -> None:
    before = load(lean).uffici["casellario"].telefono
    write(1, **OFFICE)
    write(2, tipo="annulla", annulla=1)
    assert load(lean, overlay(data)).uffici["casellario"].telefono == before
    write(3, tipo="annulla", annulla=2)
    assert load(lean, overlay(data)).uffici["casellario"].telefono == "0165.1"
    assert set(overlay(data).undone) == {2}
    write(4, tipo="annulla", annulla=3)
    assert load(lean, overlay(data)).uffici["casellario"].telefono == before
    assert overlay(data).changes == () and len(overlay(data).history) == 4


def test_facts_do_not_wait_for_what_is_to_be_learnt(data: Path, lean: Path, write: Write) -> None:
    write(1, **QUESTIONS)
    write(2, **OFFICE)
    write(3, **ENTRY)
    write(4, tipo="risposta", voce="struttura.wi_fi", campi={"risposta": "Sì."})
    write(5, tipo="annulla", annulla=1)
    everything = overlay(data)
    assert everything.ultima == Versione(5, 2)
    assert [everything.teaches(c) for c in everything.history] == [True, False, True, True, True]
    facts = overlay(data, Versione(0, 2))
    assert [c.numero for c in facts.changes] == [2]
    assert list(learnt(lean, facts)) == list(learnt(lean)) != list(learnt(lean, everything))
    taught = load(lean, overlay(data, Versione(4, 0)))
    assert taught.testo("struttura.wi_fi") == "Sì." and taught.uffici["casellario"].telefono != "0165.1"


def test_the_same_changes_always_give_the_same_knowledge(data: Path, lean: Path, write: Write) -> None:
    for numero, content in enumerate([ENTRY, QUESTIONS, OFFICE], start=1):
        write(numero, **content)
    assert list(learnt(lean, overlay(data))) == list(learnt(lean, overlay(data)))
    assert load(lean, overlay(data)).testi == load(lean, overlay(data)).testi


BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({**OFFICE, "ufficio": "cantina"}, "ufficio", "ufficio sconosciuto: cantina"),
    ({**OFFICE, "campi": {"nome": "Altro"}}, "campi", "«nome» non si può cambiare da qui"),
    (
        {**OFFICE, "campi": {"orari": [{"giorni": ["lunedi"], "dalle": "9.00", "alle": "12.00"}]}},
        "campi.orari",
        "giorno sconosciuto",
    ),
    ({**QUESTIONS, "voce": "casellario.boh"}, "voce", "voce o argomento sconosciuto"),
    ({**QUESTIONS, "domande": []}, "", "non c'è nessuna domanda"),
    ({**ENTRY, "argomento": "cantina"}, "argomento", "argomento sconosciuto"),
    ({**ENTRY, "voce": {**ENTRY["voce"], "risposta": "{{ ufficio.cantina.dove }}"}}, "voce.risposta", "«cantina» non esiste"),
    ({**ENTRY, "voce": {**ENTRY["voce"], "risposta": "{{ x"}}, "voce.risposta", "le parti tra {{ }}"),
    ({**ENTRY, "voce": {**ENTRY["voce"], "domande": ["una"]}}, "domande", "almeno 3 modi"),
    ({**ENTRY, "voce": {"id": "a"}}, "voce.risposta", "manca"),
    ({"tipo": "avviso_sito", "id": "x", "campi": {"titolo": "x"}}, "campi.dal", "manca"),
    ({"tipo": "avviso_sito", "id": "mai_visto"}, "id", "non c'è nulla che si chiami"),
    ({"tipo": "tariffa", "tariffa": "cantina", "edizione": {}}, "tariffa", "tabella sconosciuta"),
    ({"tipo": "boh"}, "tipo", "valore non ammesso"),
    ({**OFFICE, "quando": "ieri"}, "quando", ""),
    ({**OFFICE, "autore": ""}, "autore", "vuoto"),
]


@pytest.mark.parametrize(("content", "key", "words"), BROKEN, ids=[f"{n:02d}-{b[2][:20]}" for n, b in enumerate(BROKEN)])
def test_a_broken_change_is_named_with_its_key(
    data: Path, lean: Path, write: Write, content: dict[str, Any], key: str, words: str
) -> None:
    write(7, **content)
    faults = verify_all(data, lean)
    assert faults and all(fault.file == "conoscenza/000007.yml" for fault in faults)
    assert any(key in fault.chiave and words in fault.messaggio for fault in faults), "\n".join(map(str, faults))


def verify_all(data: Path, lean: Path) -> list[Any]:
    try:
        return verify(lean, overlay(data))[0]
    except KnowledgeError as error:
        return error.guasti


def test_a_question_that_another_entry_has_is_a_fault_of_the_change(data: Path, lean: Path, write: Write) -> None:
    taken = load(lean).argomenti["carichi_pendenti"].voci[0].domande[0]
    for voce in ("bollo.costo", "struttura", "casellario.che_cosa"):  # before it and after it in the order of the files
        write(1, tipo="domande", voce=voce, domande=[taken.upper()])
        faults = verify_all(data, lean)
        assert [f.file for f in faults] == ["conoscenza/000001.yml"] and "è già tra le domande" in faults[0].messaggio


@pytest.mark.parametrize("text", ["tipo: [", "\x00", "- a", "tipo: ufficio\ntipo: voce", "ciao", ""])
def test_a_broken_file_never_stops_the_assistant(data: Path, lean: Path, write: Write, text: str) -> None:
    """The last good version is used, and the fault is there for the staff to read."""
    write(1, **OFFICE)
    write(2, **QUESTIONS)
    write(3, tipo="ufficio", ufficio="casellario", campi={"telefono": "0165.3"}).write_text(text, encoding="utf-8")
    write(4, tipo="ufficio", ufficio="urapi", campi={"telefono": "0165.4"})
    active.change(data, lambda now: Active(Versione(2, 4), Versione(2, 4)))
    used = load_in_use(data, lean)
    assert used.versione == Versione(2, 2) and used.conoscenza.uffici["casellario"].telefono == "0165.1"
    assert [g.file for g in used.guasti] == ["conoscenza/000003.yml"]


def test_a_change_that_fits_no_more_is_left_out_with_what_came_after_it(data: Path, folder: Path, write: Write) -> None:
    """As when a new edition of the program has lost the entry that a change speaks of."""
    write(1, **OFFICE)
    write(2, tipo="domande", voce="casellario.sparita", domande=["dove sei?"])
    write(3, tipo="ufficio", ufficio="urapi", campi={"telefono": "0165.4"})
    used = load_version(data, Versione(2, 3), folder)
    assert used.versione == Versione(1, 1) and used.conoscenza.uffici["casellario"].telefono == "0165.1"
    (folder / "uffici.yml").write_text("uffici: []", encoding="utf-8")
    with pytest.raises(KnowledgeError):  # a fault of knowledge/ itself is what it was
        load_version(data, Versione(2, 3), folder)


def test_what_is_learnt_names_the_model_and_facts_do_not(data: Path, lean: Path, write: Write) -> None:
    root = lean.parent / "programma"
    root.mkdir(exist_ok=True)
    if not (root / "knowledge").exists():
        (root / "knowledge").symlink_to(lean)
    as_it_came = fingerprint(root)
    write(1, **OFFICE)
    assert fingerprint(root, overlay(data)) == as_it_came
    write(2, **QUESTIONS)
    taught = fingerprint(root, overlay(data))
    assert taught != as_it_came and fingerprint(root, overlay(data, Versione(0, 1))) == as_it_came
    write(3, tipo="annulla", annulla=2)
    assert fingerprint(root, overlay(data)) == as_it_came
