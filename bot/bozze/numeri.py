"""Codes with a check of their own: codice fiscale, partita IVA, IBAN, BIC; and e-mail, PEC, phone."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum import bic, iban, numdb
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError
from stdnum.it import codicefiscale, iva

from bot.bozze.errori import DatoNonValido

_ORDINARY_MAIL = re.compile(
    r"@(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|icloud|me|libero|virgilio|tiscali|alice|tin|tim|fastwebnet|aol|proton|protonmail)"
    r"\.[a-z.]+$"
)
_COUNTRIES = {"IT": "italiano", "SM": "di San Marino", "FR": "francese", "DE": "tedesco", "CH": "svizzero", "ES": "spagnolo"}


def _compact(text: str, also: str = "") -> str:
    return re.sub(rf"[\s.\-:_{re.escape(also)}]", "", text).upper()


def _said(text: str) -> str:
    return "«" + re.sub(r"\s+", " ", text).strip()[:80] + "»"


def check_fiscal_code(text: str) -> str:
    """A codice fiscale (16 characters, omocodia too, or the provisional 11 digits), upper case. Raises DatoNonValido."""
    code = _compact(text, "/,;")
    said = _said(text)
    try:
        return str(codicefiscale.validate(code))
    except InvalidLength:
        raise DatoNonValido(
            f"Il codice fiscale {said} ha {len(code)} caratteri: devono essere 16 (11 cifre se è provvisorio). Lo "
            f"ricopi dalla tessera."
        ) from None
    except InvalidFormat:
        raise DatoNonValido(
            f"Il codice fiscale {said} ha lettere e cifre al posto sbagliato: controlli gli scambi tra O e 0, I e 1. "
            f"Lo ricopi dalla tessera."
        ) from None
    except InvalidChecksum:
        what = "l'ultima cifra" if len(code) == 11 else "l'ultima lettera"
        raise DatoNonValido(
            f"Il codice fiscale {said} non torna: {what}, quella di controllo, non corrisponde agli altri caratteri. "
            f"Lo ricopi dalla tessera."
        ) from None
    except (ValidationError, ValueError):
        raise DatoNonValido(
            f"Il codice fiscale {said} non è valido: contiene un giorno che non esiste. Lo ricopi dalla tessera."
        ) from None


def check_vat(text: str) -> str:
    """A partita IVA, 11 digits with their check digit. Raises DatoNonValido."""
    digits = re.sub(r"^IT", "", _compact(text, "/"))
    said = _said(text)
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) != 11:
        raise DatoNonValido(
            f"La partita IVA {said} non va bene: sono 11 cifre, qui i caratteri sono {len(digits)}. La ricontrolli."
        )
    if not iva.is_valid(digits):
        raise DatoNonValido(
            f"La partita IVA {said} non torna: l'ultima cifra, quella di controllo, non corrisponde alle altre. La ricontrolli."
        )
    return digits


def iban_length(country: str) -> int:
    """How long an IBAN of that country (two letters) is; 0 where the country has none."""
    info = numdb.get("iban").info(country + "00")[0][1]
    return 4 + sum(int(n) for n in re.findall(r"(\d+)!", info.get("bban", ""))) if info else 0


def check_iban(text: str) -> str:
    """An IBAN, upper case without spaces. Raises DatoNonValido: country, length or check digits are wrong."""
    code = re.sub(r"^IBAN", "", _compact(text, "/,;"))
    said = _said(text)
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]*", code):
        raise DatoNonValido(
            f"L'IBAN {said} non va bene: comincia con due lettere, quelle del Paese (IT per l'Italia), e poi ha solo "
            f"lettere e cifre."
        )
    length = iban_length(code[:2])
    if not length:
        raise DatoNonValido(
            f"L'IBAN {said} non va bene: la sigla {code[:2]} non è di un Paese che usa l'IBAN. Controlli le prime due lettere."
        )
    if len(code) != length:
        which = _COUNTRIES.get(code[:2], f"che comincia con {code[:2]}")
        raise DatoNonValido(
            f"L'IBAN {said} ha {len(code)} caratteri: un IBAN {which} ne ha {length}. Lo ricopi dall'estratto conto."
        )
    try:
        return str(iban.validate(code, check_country=False))
    except InvalidChecksum:
        raise DatoNonValido(
            f"L'IBAN {said} non torna: le cifre di controllo ({code[2:4]}) non corrispondono al resto. Lo ricopi "
            f"dall'estratto conto."
        ) from None
    except (ValidationError, ValueError):
        raise DatoNonValido(f"L'IBAN {said} ha lettere e cifre al posto sbagliato. Lo ricopi dall'estratto conto.") from None


def check_bic(text: str) -> str:
    """A BIC (SWIFT) of 8 or 11 characters, upper case. Raises DatoNonValido."""
    code = _compact(text, "/")
    try:
        return str(bic.validate(code))
    except InvalidLength:
        raise DatoNonValido(
            f"Il BIC {_said(text)} ha {len(code)} caratteri: devono essere 8 o 11. Lo trova accanto all'IBAN."
        ) from None
    except (ValidationError, ValueError):
        raise DatoNonValido(
            f"Il BIC {_said(text)} non va bene: sono 4 lettere della banca, 2 del Paese e altri 2 o 5 caratteri. Lo "
            f"trova accanto all'IBAN."
        ) from None


def check_email(text: str) -> str:
    """An e-mail address, checked without asking the network. Raises DatoNonValido."""
    address = re.sub(r"^mailto:", "", text.strip().strip("<>.,;"), flags=re.IGNORECASE)
    try:
        return str(validate_email(address, check_deliverability=False).normalized)
    except (EmailNotValidError, ValueError):
        raise DatoNonValido(
            f"{_said(text)} non è un indirizzo e-mail valido: serve qualcosa come nome@dominio.it, senza spazi. Lo riscriva."
        ) from None


def check_pec(text: str) -> str:
    """An address of certified mail: an e-mail address, not of a provider that gives only ordinary ones. Raises DatoNonValido."""
    address = check_email(text)
    if _ORDINARY_MAIL.search(address.lower()):
        raise DatoNonValido(f"{_said(text)} è un indirizzo di posta ordinaria, non di posta certificata. Scriva l'indirizzo PEC.")
    return address


def check_phone(text: str) -> str:
    """A phone number, Italian unless it starts with the prefix of another country, as E.164. Raises DatoNonValido."""
    said = _said(text)
    try:
        number = phonenumbers.parse(text[:250], "IT")
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
            raise DatoNonValido(f"{said} ha troppe cifre. Lo riscriva con il prefisso, per esempio 347 1200984.") from None
        raise DatoNonValido(
            f"{said} non è un numero di telefono. Lo scriva in cifre, con il prefisso: 347 1200984, 0165 123456."
        ) from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        reason = phonenumbers.is_possible_number_with_reason(number)
        fault = {
            phonenumbers.ValidationResult.TOO_SHORT: "ha troppe poche cifre",
            phonenumbers.ValidationResult.TOO_LONG: "ha troppe cifre",
        }.get(reason, "non è un numero di telefono esistente")
        raise DatoNonValido(f"{said} {fault}. Lo riscriva con il prefisso, per esempio 347 1200984 o 0165 123456.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
