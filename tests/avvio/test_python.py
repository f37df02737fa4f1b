"""scripts/prepara.sh finds a Python 3.10 by itself, wherever it is, on a machine made of nothing but stand-ins."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "prepara.sh"
BASH = shutil.which("bash") or "/bin/bash"
GOOD = "echo 3.10"
WITHOUT_ENSUREPIP = 'case "$2" in *ensurepip*) exit 1;; esac; echo 3.10'
OTHER_VERSION = "echo 3.12"
BROKEN_SHIM = 'echo "pyenv: version 3.10 is not installed" >&2; exit 127'


class Machine:
    """A home folder and a PATH with only what the test puts there."""

    def __init__(self, folder: Path) -> None:
        self.home, self.bin = folder / "casa", folder / "bin"
        self.home.mkdir()
        self.bin.mkdir()

    def put(self, path: Path, body: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!{BASH}\n{body}\n")
        path.chmod(0o755)
        return path

    def find(self, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"HOME": str(self.home), "PATH": str(self.bin), **environment}
        return subprocess.run([BASH, str(SCRIPT), "--trova"], env=env, capture_output=True, text=True, timeout=20)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def found(result: subprocess.CompletedProcess[str]) -> Path:
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())


def test_the_one_that_is_named(machine: Machine, tmp_path: Path) -> None:
    machine.put(machine.bin / "python3.10", GOOD)
    mine = machine.put(tmp_path / "altrove" / "py", GOOD)
    assert found(machine.find(PYTHON=str(mine))) == mine


def test_a_wrong_name_is_said_and_not_replaced(machine: Machine, tmp_path: Path) -> None:
    machine.put(machine.bin / "python3.10", GOOD)
    wrong = machine.put(tmp_path / "py", OTHER_VERSION)
    result = machine.find(PYTHON=str(wrong))
    assert result.returncode == 1
    assert "non è un Python 3.10 che funziona" in result.stderr


def test_the_one_of_the_path(machine: Machine) -> None:
    mine = machine.put(machine.bin / "python3.10", GOOD)
    assert found(machine.find()) == mine


def test_a_shim_that_fails_gives_way_to_pyenv(machine: Machine) -> None:
    machine.put(machine.bin / "python3.10", BROKEN_SHIM)
    machine.put(machine.home / ".pyenv/versions/3.11.7/bin/python", OTHER_VERSION)
    mine = machine.put(machine.home / ".pyenv/versions/3.10.13/bin/python", GOOD)
    assert found(machine.find()) == mine


def test_pyenv_in_another_place(machine: Machine, tmp_path: Path) -> None:
    mine = machine.put(tmp_path / "opt/pyenv/versions/3.10.4/bin/python", GOOD)
    assert found(machine.find(PYENV_ROOT=str(tmp_path / "opt/pyenv"))) == mine


def test_the_one_that_uv_names(machine: Machine, tmp_path: Path) -> None:
    mine = machine.put(tmp_path / "di uv" / "python3.10", GOOD)
    machine.put(machine.bin / "uv", f'echo "{mine}"')
    assert found(machine.find()) == mine


def test_one_of_uv_without_uv(machine: Machine) -> None:
    mine = machine.put(machine.home / ".local/share/uv/python/cpython-3.10.19-linux-x86_64-gnu/bin/python3.10", GOOD)
    assert found(machine.find()) == mine


def test_one_that_cannot_make_environments_is_the_last_choice(machine: Machine) -> None:
    machine.put(machine.bin / "python3.10", WITHOUT_ENSUREPIP)
    result = machine.find()
    assert result.returncode == 1
    assert "python3.10-venv" in result.stderr
    mine = machine.put(machine.home / ".pyenv/versions/3.10.13/bin/python", GOOD)
    assert found(machine.find()) == mine


def test_none_at_all_is_one_line_that_says_how_to_get_it(machine: Machine) -> None:
    machine.put(machine.bin / "python3.10", OTHER_VERSION)
    result = machine.find()
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "Serve Python 3.10" in result.stderr and "uv python install 3.10" in result.stderr


def test_no_home_is_no_trouble(machine: Machine) -> None:
    machine.put(machine.bin / "python3.10", GOOD)
    result = subprocess.run([BASH, str(SCRIPT), "--trova"], env={"PATH": str(machine.bin)}, capture_output=True, text=True)
    assert found(result) == machine.bin / "python3.10"
