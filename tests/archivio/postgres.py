"""A PostgreSQL of the tests' own, started as an account that is not root (root is refused) and thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest


def programs() -> Path:
    """Where initdb and postgres are: Debian keeps them out of the path."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True), shutil.which("initdb")]
    first = next((Path(p) for p in found if p), None)
    if first is None:
        pytest.fail(
            "Manca PostgreSQL: le prove dell'archivio non si possono saltare. Si installa con «apt-get install postgresql».",
            pytrace=False,
        )
    return first.parent


def account() -> str | None:
    """The account PostgreSQL runs as when the tests run as root; None otherwise."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server, without the name of a database."""
    bin, user = programs(), account()
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # not under pytest's folder, which only root may enter
    if user:
        shutil.chown(home, user)
    port, data, log = free_port(), home / "dati", home / "log"

    def run(*command: str | Path) -> None:
        subprocess.run([*map(str, command)], user=user, cwd=home, check=True, capture_output=True, env={"LC_ALL": "C.UTF-8"})

    try:
        run(bin / "initdb", "-D", data, "-U", "prova", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off"
        run(bin / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql://prova@127.0.0.1:{port}"
        finally:
            run(bin / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def execute(server: str, statements: Sequence[str]) -> None:
    """Commands outside of any transaction, in the database that is always there."""
    deadline = time.monotonic() + 10
    while True:
        try:
            connection = psycopg2.connect(f"{server}/postgres")
            break
        except psycopg2.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL non risponde"
            time.sleep(0.1)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
