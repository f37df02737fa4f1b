"""Values of a draft as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import phonenumbers
from stdnum import iban

from knowledge.models_bozze import Campo


def show(campo: Campo, valore: str) -> str:
    """The human form of a value in normal form: 21/08/1999, € 1.234,56, IBAN in groups of four, a choice as the request says it.

    Never raises: a value that is not in its normal form is shown as it is.
    """
    try:
        return _show(campo, valore)
    except (ValueError, ArithmeticError, phonenumbers.NumberParseException):
        return valore


def _show(campo: Campo, valore: str) -> str:
    if campo.tipo == "data":
        day = date.fromisoformat(valore)
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    if campo.tipo == "importo":
        return "€ " + f"{Decimal(valore):,.2f}".translate(str.maketrans(",.", ".,"))
    if campo.tipo == "iban":
        return str(iban.format(valore))
    if campo.tipo == "telefono":
        number = phonenumbers.parse(valore, "IT")
        italian = number.country_code == 39
        kind = phonenumbers.PhoneNumberFormat.NATIONAL if italian else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return str(phonenumbers.format_number(number, kind))
    if campo.tipo == "scelta":
        return next((s.stampa or s.titolo for s in campo.scelte if s.valore == valore), valore)
    return valore
