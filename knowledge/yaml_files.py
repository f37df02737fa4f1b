"""Reading YAML strictly: no key twice, and a way back from a key to its line for error messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Sequence, Union

import yaml

Percorso = Sequence[Union[str, int]]


class _StrictLoader(yaml.CSafeLoader):
    """PyYAML keeps the last of two equal keys in silence; a clerk's slip must be said."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(
                    None, None, f"la chiave «{key_node.value}» va scritta tra virgolette", key_node.start_mark
                )
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"la chiave «{key_node.value}» compare due volte", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)

    def construct_octal(self, node: yaml.ScalarNode) -> Any:
        """To YAML, digits that begin with 0 are an octal number: a telephone would become another one."""
        if node.value[:1] == "0" and node.value[1:].isdigit():
            raise yaml.constructor.ConstructorError(
                None, None, f"«{node.value}» comincia con zero: va tra virgolette", node.start_mark
            )
        return self.construct_yaml_int(node)


_StrictLoader.add_constructor("tag:yaml.org,2002:int", _StrictLoader.construct_octal)


def read(path: Path) -> Any:
    """The content of a YAML file. Raises yaml.YAMLError with the place of the fault."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # a SafeLoader underneath


def line_of(path: Path, keys: Percorso) -> Optional[int]:
    """Line (from 1) where the value at that path of keys stands; the nearest parent's if the key is missing."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    line = None
    for key in keys:
        if node is None:
            return line
        line = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == str(key)), None)
        else:
            return line
    return node.start_mark.line + 1 if node is not None else line
