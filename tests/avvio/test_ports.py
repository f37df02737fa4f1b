"""A taken port is named, with who has it and the variable that changes it."""

from __future__ import annotations

import os
import socket

import pytest

from bot import ports
from bot.launcher import port_problems
from bot.settings import Settings


def listener(host: str = "127.0.0.1") -> socket.socket:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does
    taken.bind((host, 0))
    taken.listen()
    return taken


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("host", [ports.LOOPBACK, ports.ANYONE])
def test_a_taken_port(host: str) -> None:
    with listener() as taken:
        port = taken.getsockname()[1]
        message = ports.problem(host, port, "RASA_PORT")
    assert message is not None
    assert f"La porta {port} è già occupata dal processo {os.getpid()} «" in message
    assert f"RASA_PORT={port + 1} make run" in message


def test_a_free_port() -> None:
    assert ports.problem(ports.LOOPBACK, free_port(), "PORT") is None


def test_a_port_just_left_is_free() -> None:
    with listener() as server:
        address = server.getsockname()
        with socket.create_connection(address) as client:
            accepted, _ = server.accept()
            accepted.close()  # the server's side closes first and lingers in TIME_WAIT
            client.recv(1)
    assert ports.problem(ports.LOOPBACK, address[1], "PORT") is None


def test_a_hidden_owner_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_owner", lambda port: None)
    with listener() as taken:
        message = ports.problem(ports.LOOPBACK, taken.getsockname()[1], "PORT")
    assert message is not None and "processo" not in message


def test_only_the_ports_that_will_be_used_are_checked() -> None:
    with listener() as taken:
        values = Settings(port=taken.getsockname()[1], rasa_port=free_port(), actions_port=free_port())
        assert port_problems(values, with_front=False) == []
        assert len(port_problems(values, with_front=True)) == 1
