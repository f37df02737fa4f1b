"""`python -m bot.staff`: the accounts of the desk, on the command line. A password is typed, never an argument."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from bot.settings import SettingsError, settings
from bot.staff.accounts import NAME, Refused
from bot.staff.passwords import Passwords, problem
from bot.storage import colleghi, registro
from bot.storage.colleghi import OPERATORE, RUOLI, Collega, NomeOccupato
from bot.storage.database import ArchivioNonDisponibile

BY_COMMAND = "(comando)"  # who did it, in the log of acts
ROME = ZoneInfo("Europe/Rome")


def typed(prompt: str) -> str:
    """A password from the terminal, unseen; from a pipe, one line."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def new_password(nome: str) -> str:
    """A password typed twice. Raises Refused."""
    parola = typed("Parola d'accesso: ")
    if fault := problem(nome, parola):
        raise Refused(fault)
    if typed("Ancora una volta: ") != parola:
        raise Refused("Le due parole non sono uguali.")
    return parola


def known(nome: str) -> Collega:
    """The account with this name. Raises Refused."""
    found = colleghi.get(nome)
    if found is None:
        raise Refused(f"Non c'è nessun account «{nome}»: «python -m bot.staff elenco» li mostra tutti.")
    return found


def crea(arguments: argparse.Namespace, now: datetime) -> str:
    """Make an account."""
    nome = arguments.nome
    if not NAME.fullmatch(nome):
        raise Refused(
            "Il nome ha da 2 a 30 caratteri: lettere minuscole senza accenti, cifre, punto, - e _; comincia con una lettera."
        )
    if colleghi.get(nome) is not None:
        raise Refused(f"L'account «{nome}» c'è già.")
    impronta = Passwords().hash(new_password(nome))
    try:
        colleghi.create(nome, (arguments.mostrato or nome).strip()[:80], arguments.ruolo, impronta, now)
    except NomeOccupato as error:
        raise Refused(f"L'account «{nome}» c'è già.") from error
    registro.record(BY_COMMAND, "account creato", f"{nome} ({arguments.ruolo})", now)
    return f"Account «{nome}» creato: {arguments.ruolo}."


def parola(arguments: argparse.Namespace, now: datetime) -> str:
    """Give an account a new password; its sessions end and it is no longer suspended."""
    known(arguments.nome)
    colleghi.set_password(arguments.nome, Passwords().hash(new_password(arguments.nome)), now)
    registro.record(BY_COMMAND, "parola cambiata", arguments.nome, now)
    return f"Parola d'accesso di «{arguments.nome}» cambiata; le sue sessioni aperte sono finite."


def ruolo(arguments: argparse.Namespace, now: datetime) -> str:
    """Give an account another role."""
    known(arguments.nome)
    colleghi.change(arguments.nome, ruolo=arguments.ruolo)
    registro.record(BY_COMMAND, "ruolo cambiato", f"{arguments.nome} ({arguments.ruolo})", now)
    return f"Ora «{arguments.nome}» è {arguments.ruolo}."


def blocca(arguments: argparse.Namespace, now: datetime) -> str:
    """Block an account, or let it in again."""
    known(arguments.nome)
    colleghi.change(arguments.nome, bloccato=not arguments.riapri)
    registro.record(BY_COMMAND, "account riaperto" if arguments.riapri else "account bloccato", arguments.nome, now)
    return f"Account «{arguments.nome}» {'riaperto' if arguments.riapri else 'bloccato; le sue sessioni sono finite'}."


def elenco(arguments: argparse.Namespace, now: datetime) -> str:
    """All accounts."""
    return "\n".join(_line(c, now) for c in colleghi.all_accounts()) or "Nessun account: «python -m bot.staff crea NOME»."


def _line(collega: Collega, now: datetime) -> str:
    state = "bloccato" if collega.bloccato else ""
    if collega.sospeso_fino and collega.sospeso_fino > now:
        state = f"sospeso fino alle {collega.sospeso_fino.astimezone(ROME):%H.%M}"
    return f"{collega.nome:<20} {collega.ruolo:<16} {collega.mostrato:<24} {state}".rstrip()


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.staff", description="Gli account dello sportello del personale (/staff)."
    )
    commands = parser.add_subparsers(dest="comando", required=True, metavar="crea|parola|ruolo|blocca|elenco")
    made = commands.add_parser("crea", help="crea un account; la parola d'accesso si scrive due volte")
    made.add_argument("--ruolo", choices=RUOLI, default=OPERATORE, help="che cosa può fare (se manca: operatore)")
    made.add_argument("--mostrato", help="il nome che vedono i colleghi e chi scrive, per esempio «Anna»")
    role = commands.add_parser("ruolo", help="cambia il ruolo")
    block = commands.add_parser("blocca", help="chiude un account; con --riapri lo riapre")
    block.add_argument("--riapri", action="store_true")
    for command in (made, commands.add_parser("parola", help="dà una parola d'accesso nuova"), role, block):
        command.add_argument("nome")
    role.add_argument("ruolo", choices=RUOLI)
    commands.add_parser("elenco", help="mostra gli account")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Command line; the exit status is 1 when it could not be done."""
    arguments = _arguments(given)
    os.umask(0o077)
    work = {"crea": crea, "parola": parola, "ruolo": ruolo, "blocca": blocca, "elenco": elenco}[arguments.comando]
    try:
        settings().data_dir.mkdir(parents=True, exist_ok=True)
        print(work(arguments, datetime.now(timezone.utc)))
    except (Refused, SettingsError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except ArchivioNonDisponibile as error:
        print(f"✗ La banca dati non si può usare ({error}): veda DATABASE_URL in docs/impostazioni.md.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
