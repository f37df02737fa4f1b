"""The forms for facts: what they show, what they ask for, what they say of what cannot be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.didattica import facts
from bot.didattica.changes import Changes, Rifiutato
from bot.didattica.facts import change_of_form, form, forms, hours_text, removal
from bot.didattica.fields import ErroriCampi, errors_by_field, read_amount, read_clock, read_day, read_hours
from knowledge import Conoscenza, load
from knowledge.models import GIORNI, Fascia

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def known(lean: Path) -> Conoscenza:
    return load(lean)


def shown(known: Conoscenza, name: str, **typed: Any) -> dict[str, Any]:
    """A form as it comes back, with something typed in it."""
    return {**{campo.nome: campo.valore for campo in form(known, name).campi}, **typed}


def test_every_form_can_be_shown_and_sent_back_unchanged(conoscenza: Conoscenza) -> None:
    """On the real knowledge: whatever its files hold, its form can be read again."""
    names = [modulo.id for modulo in forms(conoscenza)]
    assert {f"ufficio/{u}" for u in conoscenza.uffici} <= set(names) and {f"tariffa/{t}" for t in conoscenza.tariffe} <= set(
        names
    )
    for name in names:
        if name.startswith(("ufficio/", "tariffa/", "profilo")):
            with pytest.raises(ErroriCampi, match="non è cambiato nulla"):
                change_of_form(conoscenza, name, shown(conoscenza, name), TODAY)


def test_an_unknown_form() -> None:
    known = load()
    for name in ("cantina", "ufficio/cantina", "tariffa/nuovo", "ufficio/"):
        with pytest.raises(KeyError):
            form(known, name)
    with pytest.raises(KeyError):
        removal(known, "ufficio/casellario")


def test_an_office(known: Conoscenza, changes: Changes) -> None:
    typed = shown(known, "ufficio/casellario", orari="lun-ven 9:00-12.30\nsabato 9.00 - 11.00", responsabile="")
    asked = change_of_form(known, "ufficio/casellario", typed, TODAY)
    assert set(asked["campi"]) == {"orari", "responsabile"} and asked["campi"]["responsabile"] == ""
    after = changes.checked(*changes.draft(asked, "anna")).uffici["casellario"]
    assert hours_text(after.orari) == "lunedì, martedì, mercoledì, giovedì, venerdì 9.00-12.30\nsabato 9.00-11.00"
    assert after.responsabile is None and after.telefono == known.uffici["casellario"].telefono


def test_what_the_verifier_says_comes_back_by_field(known: Conoscenza, changes: Changes) -> None:
    typed = {"titolo": "x" * 90, "testo": "a", "dal": "2026-12-07", "al": "2026-12-01", "chiude": ["urapi"]}
    with pytest.raises(Rifiutato) as refused:
        changes.add(change_of_form(known, "avviso_sito/nuovo", typed, TODAY), "anna")
    found = errors_by_field(form(known, "avviso_sito/nuovo"), refused.value.errori)
    assert "troppo lungo" in found["titolo"]
    fee = form(known, "tariffa/diritto_certificato")
    told = {"edizione.in_vigore_dal": "a", "edizione.valori.importi.urgente": "b", "edizione.fonti.0.titolo": "c", "boh": "d"}
    wanted = {"in_vigore_dal": "a", "importo:importi.urgente": "b", "fonte": "c", "": "d"}
    assert errors_by_field(fee, told) == wanted


def test_a_value_that_a_text_cites_cannot_go(known: Conoscenza, changes: Changes) -> None:
    asked = change_of_form(known, "ufficio/casellario", shown(known, "ufficio/casellario", pec=""), TODAY)
    with pytest.raises(Rifiutato, match="non ha «pec»"):
        changes.add(asked, "anna")


def test_rows_of_hours_as_a_page_sends_them(known: Conoscenza) -> None:
    rows = [{"giorni": ["lunedì"], "dalle": "8:30", "alle": "13.30"}, {"giorni": [], "dalle": "", "alle": ""}]
    asked = change_of_form(known, "ufficio/casellario", shown(known, "ufficio/casellario", orari=rows), TODAY)
    assert asked["campi"]["orari"] == [{"giorni": ["lunedì"], "dalle": "8.30", "alle": "13.30"}]


def test_a_notice_that_closes_the_desk(known: Conoscenza, changes: Changes) -> None:
    typed = {"titolo": "Chiuso il 7 dicembre", "testo": "Lo sportello è chiuso.", "dal": "7/12/2026", "al": "2026-12-07"}
    asked = change_of_form(known, "avviso_sito/nuovo", {**typed, "chiude": ["urapi"]}, TODAY)
    changes.add(asked, "anna")
    after = load(changes._knowledge, changes.overlay())
    notice = after.calendario.avvisi_del_sito[0]
    assert (notice.titolo, notice.dal, notice.al, notice.chiude) == (
        typed["titolo"],
        date(2026, 12, 7),
        date(2026, 12, 7),
        ["urapi"],
    )
    assert f"avviso_sito/{notice.id}" in [modulo.id for modulo in forms(after)]
    again = change_of_form(after, "avviso_sito/nuovo", {**typed, "chiude": []}, TODAY)
    assert again["id"] != notice.id
    changed = change_of_form(after, f"avviso_sito/{notice.id}", shown(after, f"avviso_sito/{notice.id}", titolo="Altro"), TODAY)
    assert changed["id"] == notice.id
    changes.add(changed, "anna")
    changes.add(removal(after, f"avviso_sito/{notice.id}"), "anna")
    assert load(changes._knowledge, changes.overlay()).calendario.avvisi_del_sito == []


def test_a_closure_and_a_notice_in_answers(known: Conoscenza, changes: Changes) -> None:
    closure = change_of_form(known, "chiusura/nuovo", {"dal": "2026-12-24", "dalle": "11.00", "uffici": ["tutti"]}, TODAY)
    notice = {"testo": "Attenzione.", "dal": "2026-11-21", "argomenti": ["casellario", "bollo"]}
    changes.add(closure, "anna")
    changes.add(change_of_form(known, "avviso/nuovo", notice, TODAY), "anna")
    after = load(changes._knowledge, changes.overlay())
    assert after.calendario.chiusure[0].riguarda("urapi", date(2026, 12, 24))
    for topic in ("casellario", "bollo"):
        assert after.avvisi_di(after.argomenti[topic], TODAY)[-1].testo == "Attenzione."
    assert "21/11/2026" in after.citazione(list(after.avvisi.values())[-1].fonti)


def test_a_new_edition_of_a_fee_and_the_same_one_corrected(known: Conoscenza, changes: Changes) -> None:
    table = "diritto_certificato"
    before = known.tariffe[table]
    typed = {"edizione": "2030", "in_vigore_dal": "2030-01-01", "atto": "D.M. 2030", "fonte": "Gazzetta", "url": ""}
    typed["importo:importi.ordinario"] = "4,1"
    asked = change_of_form(known, f"tariffa/{table}", shown(known, f"tariffa/{table}", **typed), TODAY)
    changes.add(asked, "anna")
    after = load(changes._knowledge, changes.overlay())
    last = after.tariffe[table].edizioni[-1]
    assert len(after.tariffe[table].edizioni) == len(before.edizioni) + 1
    assert str(last.valori.importi["ordinario"]) == "4.10"
    assert last.valori.importi["urgente"] == before.edizioni[-1].valori.importi["urgente"]
    corrected = change_of_form(
        after, f"tariffa/{table}", shown(after, f"tariffa/{table}", **{"importo:importi.ordinario": "4,20"}), TODAY
    )
    changes.add(corrected, "anna")
    after = load(changes._knowledge, changes.overlay())
    assert [str(e.valori.importi["ordinario"]) for e in after.tariffe[table].edizioni][-1] == "4.20"
    assert len(after.tariffe[table].edizioni) == len(before.edizioni) + 1


@pytest.mark.parametrize(
    ("name", "typed", "field", "words"),
    [
        ("ufficio/casellario", {"orari": "sempre"}, "orari", "lunedì-venerdì 8.30-13.30"),
        ("ufficio/casellario", {"orari": "lunedo 8.30-13.30"}, "orari", "giorno sconosciuto"),
        ("ufficio/casellario", {"orari": "venerdì-lunedì 8.30-13.30"}, "orari", "giorni non validi"),
        ("ufficio/casellario", {"orari": [{"giorni": [], "dalle": "8.30", "alle": "9.30"}]}, "orari", "mancano i giorni"),
        ("profilo", {"sito": " "}, "sito", "va compilato"),
        ("profilo", {"tariffe_pubblicate_al": "31/2/2026"}, "tariffe_pubblicate_al", "data non valida"),
        ("avviso_sito/nuovo", {"testo": "a", "dal": "2026-12-01"}, "titolo", "va compilato"),
        (
            "avviso_sito/nuovo",
            {"titolo": "a", "testo": "a", "dal": "2026-12-01", "chiude": ["boh"]},
            "chiude",
            "scelta non prevista",
        ),
        ("chiusura/nuovo", {"dal": "2026-12-01", "dalle": "25.00", "uffici": ["tutti"]}, "dalle", "ora non valida"),
        (
            "tariffa/diritto_certificato",
            {"importo:importi.ordinario": "quattro"},
            "importo:importi.ordinario",
            "importo non valido",
        ),
        ("tariffa/diritto_certificato", {"importo:importi.ordinario": ""}, "importo:importi.ordinario", "va compilato"),
    ],
)
def test_what_cannot_be_read_is_said_by_field(
    known: Conoscenza, name: str, typed: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ErroriCampi) as wrong:
        change_of_form(known, name, shown(known, name, **typed), TODAY)
    assert set(wrong.value.errori) == {field} and words in wrong.value.errori[field]


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(GIORNI), min_size=1), st.integers(0, 11), st.integers(12, 23), st.integers(0, 59)),
        max_size=4,
    )
)
def test_hours_typed_are_the_hours_shown(bands: list[tuple[set[str], int, int, int]]) -> None:
    written = [
        {"giorni": [d for d in GIORNI if d in days], "dalle": f"{start}.{minute:02d}", "alle": f"{end}.00"}
        for days, start, end, minute in bands
    ]
    assert read_hours(hours_text([Fascia(**band) for band in written])) == written


@given(st.integers(0, 10**9))
def test_amounts_typed_are_the_amounts_shown(cents: int) -> None:
    written = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    assert read_amount(written) == read_amount(written.replace(".", "")) == read_amount(f"€ {written}") == written


def test_small_readers() -> None:
    assert read_day("1/2/2027") == read_day("2027-02-01") == date(2027, 2, 1)
    assert read_clock("08:30") == read_clock("8.30") == read_clock("08:30:00") == "8.30"
    assert read_amount("16") == "16,00" and read_amount("3,9") == "3,90"
    assert facts.free_id("Chiuso il 7 dicembre", {"chiuso_il_7_dicembre"}) == "chiuso_il_7_dicembre_2"
    assert facts.free_id("7 dicembre", set()) == "n_7_dicembre" and facts.free_id("…", set()) == "senza_nome"
