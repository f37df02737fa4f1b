"""What the set-up files promise."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from rasa.shared.utils.io import read_yaml_file

from bot.settings import ROOT

LOCKS = ["requirements.lock", "requirements-test.lock"]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ \\\n]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    requirements = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(requirements) == len(pins(lock)) > 10
    assert [r.split()[0] for r in requirements if "--hash=sha256:" not in r] == []


def test_what_is_asked_for_is_locked() -> None:
    locked = {name.lower() for name in pins("requirements.lock")}
    wanted = re.findall(r"^([A-Za-z][A-Za-z0-9-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert {name.lower() for name in wanted} <= locked
    assert {"setuptools", "wheel"} <= locked  # scripts/prepara.sh builds the packages that are only sources with these


def test_the_tests_run_with_the_versions_in_service() -> None:
    service, tests = pins("requirements.lock"), pins("requirements-test.lock")
    assert {name: tests[name] for name in tests.keys() & service.keys()} == {
        name: service[name] for name in tests.keys() & service.keys()
    }


def test_rasa_reads_our_ports_and_folders_in_its_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONS_PORT", "15055")
    monkeypatch.setenv("TRACKER_DB", "/srv/dati/conversazioni.db")
    endpoints = read_yaml_file(ROOT / "endpoints.yml")
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:15055/webhook"
    assert endpoints["tracker_store"]["db"] == "/srv/dati/conversazioni.db"


def test_make_alone_lists_every_command() -> None:
    make = shutil.which("make")
    assert make is not None
    listed = subprocess.run([make, "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("run", "test", "chat", "verifica", "modello-italiano", "misura", "blocca", "pulisci"):
        assert re.search(rf"^  {command} +\S", listed, re.MULTILINE)
