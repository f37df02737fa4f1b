"""The interface does what its description says, whatever it is sent: a running front, a Rasa behind it, requests made up by schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.front.openapi import description
from bot.front.web import create_app

from .conftest import OFFICE, FakeSettings
from .fake_rasa import FakeRasa
from .servers import free_port, serving

SCHEMA = schemathesis.openapi.from_dict(description())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = "/api/eventi"  # with a token that is good it does not end: test_events.py


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    values = FakeSettings(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("openapi") / "conversazioni.db")
    with serving(FakeRasa().app, port), serving(create_app(values, office=OFFICE), free_port()) as served:
        yield served


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_it_is_sent(case: schemathesis.Case, address: str) -> None:
    case.call_and_validate(base_url=address, checks=CHECKS)


@SCHEMA.exclude(path=ENDLESS).parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_it_is_sent_in_a_conversation(case: schemathesis.Case, address: str) -> None:
    token = httpx.post(f"{address}/api/conversazioni").json()["token"]
    if isinstance(case.body, dict):
        case.body["token"] = token
    elif not case.body:
        case.query = {**(case.query or {}), "token": token}
    case.call_and_validate(base_url=address, checks=CHECKS)


def test_the_description_is_given_out(address: str) -> None:
    given = httpx.get(f"{address}/api/openapi.json").json()
    assert given == description() and given["openapi"] == "3.1.0"


def test_every_route_is_described(tmp_path: Path) -> None:
    """And nothing is described that is not there: the requests above would get a 404 that no operation knows."""
    described = {(path, method.upper()) for path, item in description()["paths"].items() for method in item}
    values = FakeSettings("http://127.0.0.1:1", tmp_path / "conversazioni.db")
    app = create_app(values, office=OFFICE)
    while not hasattr(app, "routes"):
        app = app._app
    served = {
        (route.path, method)
        for route in app.routes
        if route.path.startswith("/api/") or route.path == "/salute"
        for method in route.methods - {"HEAD"}
    }
    assert served == described
