"""Reading knowledge files into models: every fault is gathered and said in Italian, with file, key and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Type, TypeVar

import yaml
from pydantic import ValidationError

from knowledge import yaml_files
from knowledge.laying import Laying

M = TypeVar("M")

_MESSAGES = {
    "field required": "manca (è obbligatorio)",
    "extra fields not permitted": "chiave sconosciuta",
    "none is not an allowed value": "è vuoto",
    "value is not a valid list": "deve essere un elenco",
    "value is not a valid dict": "deve essere un blocco di chiavi",
    "str type expected": "deve essere un testo (se contiene i due punti o comincia con un segno, va tra virgolette)",
    "invalid date format": "data non valida: si scrive 2025-05-12",
    "value is not a valid integer": "deve essere un numero intero",
    "value could not be parsed to a boolean": "deve essere true o false",
}
_BOUNDS = {
    "value_error.number.not_ge": "deve essere almeno {limit_value}",
    "value_error.number.not_le": "deve essere al massimo {limit_value}",
}


@dataclass(frozen=True)
class Guasto:
    """One fault found in a knowledge file, said in Italian."""

    file: str
    chiave: str
    messaggio: str
    riga: Optional[int] = None

    def __str__(self) -> str:
        where = f"{self.file}, riga {self.riga}" if self.riga else self.file
        return f"{where}: «{self.chiave}»: {self.messaggio}" if self.chiave else f"{where}: {self.messaggio}"


class KnowledgeError(Exception):
    """The knowledge cannot be used; `guasti` says file, key and fault of each problem."""

    def __init__(self, guasti: List[Guasto]):
        self.guasti = guasti
        super().__init__("\n".join(str(g) for g in guasti))


class Reader:
    """Reads files into models and gathers the faults instead of stopping at the first.

    prefix: what stands before the names of the files in the faults. laying: the changes laid over what the files say.
    """

    def __init__(self, folder: Path, prefix: str = "", laying: Optional[Laying] = None):
        self.folder, self.prefix, self.laying = folder, prefix, laying or Laying()
        self.guasti: List[Guasto] = []

    def fault(self, path: Path, keys: yaml_files.Percorso, message: str) -> None:
        """Note a fault, of the file or of the change that wrote what stands there."""
        relative = self._relative(path)
        origin = self.laying.origin(relative, tuple(keys))
        if origin is not None:
            change, inner = origin
            self._note(change.file, inner, message)
        else:
            self._note(relative, keys, message, yaml_files.line_of(path, keys) if path.exists() else None)

    def _note(self, file: str, keys: yaml_files.Percorso, message: str, line: Optional[int] = None) -> None:
        self.guasti.append(Guasto(file, ".".join(str(k) for k in keys), message, line))

    def _relative(self, path: Path) -> str:
        return self.prefix + path.relative_to(self.folder).as_posix()

    def unplaced(self) -> None:
        """Note the changes for which there was no place, once all files are read."""
        for change, keys, message in self.laying.unplaced():
            self._note(change.file, keys, message)

    def raw(self, path: Path) -> Any:
        """The content of a file with the changes over it; None, and a fault, if it cannot be read."""
        try:
            content = yaml_files.read(path)
        except FileNotFoundError:
            self._note(self._relative(path), (), "il file non c'è")
            return None
        except UnicodeDecodeError:
            message = "non è salvato in UTF-8: nell'editor si sceglie «Salva con nome», codifica UTF-8"
            self._note(self._relative(path), (), message)
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            text = getattr(error, "problem", None) or str(error)
            self._note(self._relative(path), (), f"non è YAML valido: {text}", mark.line + 1 if mark else None)
            return None
        if not isinstance(content, dict):
            self._note(self._relative(path), (), "il file è vuoto o non è un blocco di chiavi")
            return None
        return self.laying.lay(self._relative(path), content)

    def blank(self, path: Path) -> bool:
        """Whether a file says nothing: it is empty, or all comments."""
        try:
            return yaml_files.read(path) is None
        except (UnicodeDecodeError, yaml.YAMLError):
            return False  # raw() will say what is wrong

    def one(self, model: Type[M], path: Path, content: Any, prefix: Tuple[Any, ...] = ()) -> Optional[M]:
        """The model of a content, or None and its faults; prefix: where in the file the content stands."""
        if not isinstance(content, dict):
            self.fault(path, prefix, "deve essere un blocco di chiavi")
            return None
        try:
            return model(**content)
        except ValidationError as error:
            for item in error.errors():
                message = _MESSAGES.get(item["msg"], item["msg"])
                if item["type"] == "value_error.any_str.min_length":
                    message = "il testo è vuoto"
                elif item["type"] == "value_error.const":
                    allowed = ", ".join(str(value) for value in item["ctx"]["permitted"])
                    message = f"valore non ammesso; si può scrivere: {allowed}"
                elif item["type"] == "value_error.any_str.max_length":
                    message = f"è troppo lungo (al massimo {item['ctx']['limit_value']} caratteri)"
                elif item["type"] in _BOUNDS:
                    message = _BOUNDS[item["type"]].format(**item["ctx"])
                elif item["type"] == "value_error.list.min_items":
                    message = "l'elenco è vuoto" if item["loc"][-1] != "fonti" else "manca la fonte"
                elif item["loc"][-1:] == ("fonti",) and item["type"] == "value_error.missing":
                    message = "manca la fonte"
                # a fault of a block as a whole is told at the block
                self.fault(path, (*prefix, *(key for key in item["loc"] if key != "__root__")), message)
            return None

    def many(self, model: Type[M], path: Path, key: str, id_key: str = "id") -> Dict[str, M]:
        """The models of a list of a file, by their id."""
        content = self.raw(path)
        found: Dict[str, M] = {}
        items = (content or {}).get(key, [])
        if not isinstance(items, list):
            self.fault(path, (key,), "deve essere un elenco")
            return found
        for index, item in enumerate(items):
            made = self.one(model, path, item, (key, index))
            if made is None:
                continue
            name = getattr(made, id_key)
            if name in found:
                self.fault(path, (key, index, id_key), f"«{name}» compare due volte")
            found[name] = made
        if content is not None and key not in content:
            self.fault(path, (key,), "manca (è obbligatorio)")
        return found
