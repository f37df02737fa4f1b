"""Laying changes over the files of the knowledge while these are read, and remembering which change wrote what."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from knowledge.models_cambiamenti import (
    Cambiamento,
    DomandeAggiunte,
    EdizioneCambiata,
    ElementoCambiato,
    ProfiloCambiato,
    RispostaCambiata,
    UfficioCambiato,
    VoceAggiunta,
)

Keys = Tuple[Any, ...]
LISTS = {
    "avviso_sito": ("chiusure.yml", "avvisi_del_sito"),
    "chiusura": ("chiusure.yml", "chiusure"),
    "avviso": ("avvisi.yml", "avvisi"),
}


class Laying:
    """One reading of the knowledge with these changes over it, in their order."""

    def __init__(self, changes: Sequence[Cambiamento] = ()):
        self._changes = list(changes)
        self._placed: Set[int] = set()
        self._origins: Dict[Tuple[str, Keys], Tuple[Cambiamento, Keys]] = {}

    def lay(self, file: str, content: Dict[str, Any]) -> Dict[str, Any]:
        """The content of a file with the changes that touch it."""
        mine = [change for change in self._changes if self._touches(change, file, content)]
        if not mine:
            return content
        changed = deepcopy(content)
        for change in mine:
            if self._apply(change, file, changed):
                self._placed.add(change.numero)
        return changed

    def unplaced(self) -> List[Tuple[Cambiamento, Keys, str]]:
        """The changes for which there was no place in any file: key and fault of each."""
        return [(change, *_missing(change)) for change in self._changes if change.numero not in self._placed]

    def origin(self, file: str, keys: Keys) -> Optional[Tuple[Cambiamento, Keys]]:
        """The change that wrote what stands there, and where in it; None for what the file itself says."""
        for length in range(len(keys), 0, -1):
            found = self._origins.get((file, tuple(keys[:length])))
            if found is not None:
                return found[0], (*found[1], *keys[length:])
        return None

    @staticmethod
    def _touches(change: Cambiamento, file: str, content: Dict[str, Any]) -> bool:
        if isinstance(change, (DomandeAggiunte, RispostaCambiata)):
            return file == f"argomenti/{change.voce.partition('.')[0]}.yml"
        if isinstance(change, VoceAggiunta):
            return file == f"argomenti/{change.argomento}.yml"
        if isinstance(change, UfficioCambiato):
            return file == "uffici.yml"
        if isinstance(change, ProfiloCambiato):
            return file == "profilo.yml"
        if isinstance(change, ElementoCambiato):
            return file == LISTS[change.tipo][0] or file in [f"argomenti/{name}.yml" for name in change.argomenti]
        if isinstance(change, EdizioneCambiata):
            return file.startswith("tariffe/") and _index(content.get("tariffe"), change.tariffa) is not None
        return False

    def _apply(self, change: Cambiamento, file: str, content: Dict[str, Any]) -> bool:
        """Change the content; whether there was what the change speaks of."""
        if isinstance(change, DomandeAggiunte):
            return self._add_questions(change, file, content)
        if isinstance(change, VoceAggiunta):
            self._mark(file, ("voci", len(_items(content, "voci"))), change, ("voce",))
            content["voci"].append(dict(change.voce))
            return True
        if isinstance(change, RispostaCambiata):
            return self._overwrite(change, change.voce.partition(".")[2], change.campi, file, content, "voci")
        if isinstance(change, UfficioCambiato):
            return self._overwrite(change, change.ufficio, change.campi, file, content, "uffici")
        if isinstance(change, ProfiloCambiato):
            for name, value in change.campi.items():
                content[name] = value
                self._mark(file, (name,), change, ("campi", name))
            return True
        if isinstance(change, EdizioneCambiata):
            return self._put_edition(change, file, content)
        if isinstance(change, ElementoCambiato) and file != LISTS[change.tipo][0]:
            names = _items(content, "avvisi")
            if change.id not in names:
                self._mark(file, ("avvisi", len(names)), change, ("argomenti",))
                names.append(change.id)
            return False  # its place is the list of notices
        return isinstance(change, ElementoCambiato) and self._put_element(change, file, content)

    def _add_questions(self, change: DomandeAggiunte, file: str, content: Dict[str, Any]) -> bool:
        voce = change.voce.partition(".")[2]
        owner, prefix = content, ()  # type: Dict[str, Any], Keys
        if voce:
            index = _index(content.get("voci"), voce)
            if index is None:
                return False
            owner, prefix = content["voci"][index], ("voci", index)
        for name, added in (("domande", change.domande), ("seguiti", change.seguiti)):
            if added:
                there = _items(owner, name)
                for number, question in enumerate(added):
                    self._mark(file, (*prefix, name, len(there)), change, (name, number))
                    there.append(question)
        return True

    def _overwrite(
        self, change: Cambiamento, name: str, fields: Dict[str, Any], file: str, content: Dict[str, Any], key: str
    ) -> bool:
        index = _index(content.get(key), name)
        if index is None:
            return False
        for field, value in fields.items():
            if value in (None, "", []):
                content[key][index].pop(field, None)
            else:
                content[key][index][field] = value
            self._mark(file, (key, index, field), change, ("campi", field))
        return True

    def _put_edition(self, change: EdizioneCambiata, file: str, content: Dict[str, Any]) -> bool:
        index = _index(content.get("tariffe"), change.tariffa)
        if index is None:
            return False
        editions = _items(content["tariffe"][index], "edizioni")
        name = change.edizione.get("edizione")
        place = _index(editions, name, "edizione") if name else None
        if place is None:
            place = len(editions)
            editions.append({})
        editions[place] = dict(change.edizione)
        self._mark(file, ("tariffe", index, "edizioni", place), change, ("edizione",))
        self._mark("tariffe/", (change.tariffa, str(name)), change, ("edizione",))  # as verify.py names it
        return True

    def _put_element(self, change: ElementoCambiato, file: str, content: Dict[str, Any]) -> bool:
        key = LISTS[change.tipo][1]
        items = _items(content, key)
        place = _index(items, change.id)
        if change.campi is None:
            if place is None:
                return False
            del items[place]
            self._forget(file, key, place)
            return True
        if place is None:
            place = len(items)
            items.append({})
        items[place] = {**change.campi, "id": change.id}
        self._mark(file, (key, place), change, ("campi",))
        return True

    def _mark(self, file: str, keys: Keys, change: Cambiamento, inner: Keys) -> None:
        for marked in [known for known in self._origins if known[0] == file and known[1][: len(keys)] == keys]:
            del self._origins[marked]  # written over
        self._origins[(file, keys)] = (change, inner)

    def _forget(self, file: str, key: str, place: int) -> None:
        """What stood after a place of a list has moved up by one."""
        kept: Dict[Tuple[str, Keys], Tuple[Cambiamento, Keys]] = {}
        for (where, keys), origin in self._origins.items():
            if where == file and keys[0] == key and keys[1] >= place:
                if keys[1] == place:
                    continue
                keys = (key, keys[1] - 1, *keys[2:])
            kept[(where, keys)] = origin
        self._origins = kept


def _items(owner: Dict[str, Any], key: str) -> List[Any]:
    """The list at a key, made if there is none."""
    if not isinstance(owner.get(key), list):
        owner[key] = []
    found: List[Any] = owner[key]
    return found


def _index(items: Any, name: Any, key: str = "id") -> Optional[int]:
    if not isinstance(items, list):
        return None
    return next((i for i, item in enumerate(items) if isinstance(item, dict) and item.get(key) == name), None)


def _missing(change: Cambiamento) -> Tuple[Keys, str]:
    if isinstance(change, (DomandeAggiunte, RispostaCambiata)):
        return ("voce",), f"voce o argomento sconosciuto: {change.voce}"
    if isinstance(change, VoceAggiunta):
        return ("argomento",), f"argomento sconosciuto: {change.argomento}"
    if isinstance(change, UfficioCambiato):
        return ("ufficio",), f"ufficio sconosciuto: {change.ufficio}"
    if isinstance(change, EdizioneCambiata):
        return ("tariffa",), f"tabella sconosciuta: {change.tariffa}"
    if isinstance(change, ElementoCambiato):
        return ("id",), f"non c'è nulla che si chiami «{change.id}»"
    return (), "non si sa che cosa cambi"
