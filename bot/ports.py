"""Is a port free, and if not, who has it?"""

from __future__ import annotations

import os
import socket
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"  # the state of a listening socket in /proc/net/tcp
ANYONE, LOOPBACK = "0.0.0.0", "127.0.0.1"


def problem(host: str, port: int, variable: str) -> str | None:
    """Why nothing can listen there, in Italian with the way out; None when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just closed is free for a server
        try:
            probe.bind((host, port))
            return None
        except PermissionError:
            return f"La porta {port} è riservata al sistema: ne scelga una da 1024 in su, per esempio {variable}=8080 make run"
        except OSError as error:
            owner = _owner(port)
            who = f" dal processo {owner}" if owner else f" ({error.strerror})"
            return f"La porta {port} è già occupata{who}. Lo fermi, o scelga un'altra porta: {variable}={port + 1} make run"


def _owner(port: int) -> str | None:
    """Number and command of the process that listens on the port, when the system lets us see it."""
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _inodes(PROC / "net" / table, port)}
    for folder in PROC.iterdir():
        if not sockets or not folder.name.isdigit():
            continue
        try:
            if any(os.readlink(link) in sockets for link in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
                return f"{folder.name} «{command[:80]}»"
        except OSError:
            continue  # another user's process, or one that has just ended
    return None


def _inodes(table: Path, port: int) -> list[str]:
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port]
