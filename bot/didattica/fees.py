"""The form of a fee table: a new edition, or the last one written anew, with every amount in a field of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from bot.didattica.fields import AMOUNT, DATA, IMPORTO, SCELTA, CampoModulo, ErroriCampi, ModuloFatti
from knowledge.models import Edizione, Tariffa, Valori

SURE, FAIRLY = "alta", "media"
RELIABILITY = (("", "È in un documento dell'ufficio"), (SURE, "Da più fonti concordi"), (FAIRLY, "Da una fonte sola"))
_HEAD = ("edizione", "in_vigore_dal", "atto", "fonte", "url", "affidabilita", "nota")


def fee_form(tariffa: Tariffa, head: ModuloFatti) -> ModuloFatti:
    """The form with the values of the last edition."""
    last = tariffa.edizioni[-1]
    fields = [
        CampoModulo("edizione", "Edizione", valore=last.edizione, obbligatorio=True, aiuto="Un nome nuovo fa un'edizione nuova"),
        CampoModulo("in_vigore_dal", "In vigore dal", DATA, last.in_vigore_dal.isoformat() if last.in_vigore_dal else ""),
        CampoModulo("atto", "Atto", valore=last.atto, obbligatorio=True),
        CampoModulo("fonte", "Dove è pubblicato", valore=_title(last), obbligatorio=True),
        CampoModulo("url", "Indirizzo della pagina", valore=next((f.url for f in last.fonti if f.url), "")),
        CampoModulo("affidabilita", "Quanto è sicuro", SCELTA, last.affidabilita or "", scelte=RELIABILITY),
        CampoModulo("nota", "Avvertenza accanto agli importi", valore=last.nota or ""),
    ]
    written = last.valori.dict()
    for path in _amount_paths(written):
        value, label = _at(written, path), amount_label(last.valori, path)
        fields.append(CampoModulo(AMOUNT + ".".join(map(str, path)), label, IMPORTO, _amount(value)))
    return ModuloFatti(head.id, head.titolo, head.gruppo, tuple(fields))


def fee_change(tariffa: Tariffa, values: Mapping[str, Any]) -> dict[str, Any]:
    """The change that a filled form asks for. Raises ErroriCampi when nothing would change, or an amount was left empty."""
    last = tariffa.edizioni[-1]
    written = _as_written(last.valori)
    empty = {name: "va compilato" for name, value in values.items() if name.startswith(AMOUNT) and not value}
    if empty:
        raise ErroriCampi(empty)
    for path in _amount_paths(last.valori.dict()):
        _put(written, path, values[AMOUNT + ".".join(map(str, path))])
    edition = {key: values[key] for key in ("edizione", "in_vigore_dal", "atto", "affidabilita", "nota") if values[key]}
    if last.in_vigore_fino_al and values["edizione"] == last.edizione:
        edition["in_vigore_fino_al"] = last.in_vigore_fino_al
    edition["fonti"] = _sources(last, values)
    edition["valori"] = written
    if edition == _as_form(last):
        raise ErroriCampi({"": "non è cambiato nulla"})
    return {"tipo": "tariffa", "tariffa": tariffa.id, "edizione": edition}


def amount_label(valori: Valori, path: tuple[Any, ...]) -> str:
    """What an amount of a table is, in words."""
    kind = path[0]
    if kind == "importi":
        return valori.etichette.get(path[1], str(path[1]).replace("_", " "))
    if kind == "scaglioni":
        row = valori.scaglioni[path[1]]
        return f"da {row.da} a {row.a} pagine, {valori.colonne.get(path[3], path[3])}"
    if kind == "oltre":
        step = "base" if path[2] == "base" else "ogni altre 100 pagine"
        return f"oltre l'ultima riga, {valori.colonne.get(path[1], path[1])}: {step}"
    if kind == "righe":
        return f"{valori.etichette.get(path[1], path[1])}, {valori.colonne.get(path[2], path[2])}"
    return f"fase {valori.fasi[path[1]].fase}: {str(path[2]).replace('_', ' ')}"


def _amount_paths(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _amount_paths(value, (*path, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _amount_paths(value, (*path, index))
    elif isinstance(content, Decimal):
        yield path


def _at(content: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


def _put(content: Any, path: tuple[Any, ...], value: Any) -> None:
    _at(content, path[:-1])[path[-1]] = value


def _as_written(valori: Valori) -> dict[str, Any]:
    """The values as a file says them: amounts as texts, nothing that is empty."""

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            return _amount(value)
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items() if item is not None}
        return [plain(item) for item in value] if isinstance(value, list) else value

    return {key: plain(value) for key, value in deepcopy(valori.dict()).items() if value not in (None, {}, [])}


def _as_form(edizione: Edizione) -> dict[str, Any]:
    """The last edition as the form would write it if nothing were typed."""
    keys = ("edizione", "in_vigore_dal", "atto", "affidabilita", "nota", "in_vigore_fino_al")
    content: dict[str, Any] = {key: value for key in keys if (value := getattr(edizione, key))}
    content["fonti"] = [fonte.dict(exclude_none=True) for fonte in edizione.fonti]
    content["valori"] = _as_written(edizione.valori)
    return content


def _sources(last: Edizione, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = [fonte.dict(exclude_none=True) for fonte in last.fonti]
    if values["fonte"] == _title(last) and values["url"] == next((f.url for f in last.fonti if f.url), ""):
        return known
    return [{"documento": "pubblica", "titolo": values["fonte"], **({"url": values["url"]} if values["url"] else {})}]


def _title(edizione: Edizione) -> str:
    fonte = edizione.fonti[0]
    return fonte.titolo or f"{fonte.documento}, {fonte.sezione}"


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
