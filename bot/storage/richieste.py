"""A ready request as JSON, for the database, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Dict

from bot.bozze.richiesta import Richiesta

_DAYS = ("creata", "scade")


def to_dict(richiesta: Richiesta) -> Dict[str, Any]:
    """The request as JSON-ready data."""
    data = asdict(richiesta)
    return {**data, **{name: data[name].isoformat() for name in _DAYS}}


def from_dict(data: Dict[str, Any]) -> Richiesta:
    """The inverse of to_dict. Raises TypeError, ValueError or KeyError for what another version of the program wrote."""
    values = {name: _frozen(value) for name, value in data.items()}
    return Richiesta(**{**values, **{name: date.fromisoformat(data[name]) for name in _DAYS}})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, (list, tuple)) else value
