"""Passwords of the staff: hashed with argon2id (the library's defaults, those of RFC 9106), never kept, never logged."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
LEAST_DIFFERENT = 6


def problem(nome: str, parola: str) -> str:
    """What is wrong with a new password of an account, in Italian; "" if nothing."""
    if len(parola) < SHORTEST:
        return f"La parola d'accesso deve avere almeno {SHORTEST} caratteri: va bene anche una frase con gli spazi."
    if len(parola) > LONGEST:
        return f"La parola d'accesso può avere al massimo {LONGEST} caratteri."
    if nome.lower() in parola.lower():
        return "La parola d'accesso non deve contenere il nome dell'account."
    if len(set(parola.lower())) < LEAST_DIFFERENT:
        return "La parola d'accesso è troppo facile: usa pochissimi caratteri diversi."
    return ""


class Passwords:
    """Makes and checks the hashes; `hasher` is for the tests, which cannot wait for so many."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("di nessuno")

    def hash(self, parola: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(parola)

    def right(self, impronta: str | None, parola: str) -> bool:
        """Whether that is the password. Without a hash (an unknown account) it takes the same time to say no."""
        try:
            self._hasher.verify(impronta or self._nobody, parola[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return impronta is not None

    def outdated(self, impronta: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(impronta)
