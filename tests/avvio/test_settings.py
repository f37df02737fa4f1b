"""The settings come from the environment, and what is wrong with them is said in Italian."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings, SettingsError, settings

VARIABLES = [field.field_info.extra["env"] for field in Settings.__fields__.values()]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_without_variables() -> None:
    values = settings()
    assert (values.port, values.rasa_port, values.actions_port, values.max_chars) == (8000, 5005, 5055, 1000)
    assert values.data_dir == ROOT / "var"
    assert values.database_url == f"sqlite:///{ROOT}/var/assistente.db"
    assert values.tracker_db == ROOT / "var" / "conversazioni.db"
    assert values.rasa_webhook == "http://127.0.0.1:5005/webhooks/rest/webhook"


def test_the_data_folder_takes_everything_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATI", str(tmp_path))
    values = settings()
    assert values.database_url == f"sqlite:///{tmp_path}/assistente.db"
    assert values.log_dir.parent == values.tracker_db.parent == tmp_path


def test_a_relative_data_folder_does_not_depend_on_where_one_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATI", "dati")
    assert settings().data_dir == ROOT / "dati"


def test_a_database_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://server/procura")
    assert settings().database_url == "postgresql://server/procura"


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "ottomila", "PORT: deve essere un numero intero"),
        ("RASA_PORT", "70000", "RASA_PORT: deve essere al massimo 65535"),
        ("MAX_CARATTERI", "3", "MAX_CARATTERI: deve essere almeno 50"),
        ("LIVELLO_LOG", "tutto", "LIVELLO_LOG: valore non ammesso; si può scrivere: DEBUG, INFO, WARNING, ERROR"),
        (
            "TELEGRAM_TOKEN",
            "la mia chiave",
            "TELEGRAM_TOKEN: deve essere la chiave data da BotFather, come 123456789:AAH…, tutta e senza spazi",
        ),
        (
            "TELEGRAM_API_URL",
            "api.telegram.org",
            "TELEGRAM_API_URL: deve essere un indirizzo come https://api.telegram.org, senza «?» né spazi",
        ),
        (
            "TELEGRAM_WEBHOOK",
            "http://esempio.it",
            "TELEGRAM_WEBHOOK: deve essere un indirizzo pubblico come https://assistente.esempio.it, che comincia con https",
        ),
        ("ORIGINI", "https://a.it, b.it", "ORIGINI: «b.it» non è un sito come https://www.esempio.it, senza «/» in fondo"),
        ("ORIGINI", "http://a.it", "ORIGINI: «http://a.it» non è un sito come https://www.esempio.it, senza «/» in fondo"),
        ("PROXY_FIDATI", "proxy", "PROXY_FIDATI: «proxy» non è un indirizzo di rete come 10.0.0.5 o 10.0.0.0/24"),
        ("RICHIESTE_AL_MINUTO_SESSIONE", "0", "RICHIESTE_AL_MINUTO_SESSIONE: deve essere almeno 1"),
        ("PORT", "5055", "PORT e ACTIONS_PORT indicano la stessa porta, 5055: devono essere diverse"),
    ],
)
def test_what_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as error:
        settings()
    assert str(error.value) == message


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().origini == settings().proxy_fidati == ()
    settings.cache_clear()
    monkeypatch.setenv("ORIGINI", "https://www.a.it, https://b.it:8443,http://localhost:8080,")
    monkeypatch.setenv("PROXY_FIDATI", "127.0.0.1, 10.0.0.0/24,2001:db8::/32")
    assert settings().origini == ("https://www.a.it", "https://b.it:8443", "http://localhost:8080")
    assert settings().proxy_fidati == ("127.0.0.1", "10.0.0.0/24", "2001:db8::/32")


def test_the_secret_is_made_once_and_is_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATI", str(tmp_path / "dati"))
    secret = settings().secret
    assert len(secret) >= 40
    assert Settings().secret == secret
    assert stat.S_IMODE((tmp_path / "dati" / "segreto").stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / "dati").iterdir()] == ["segreto"]


def test_many_at_once_agree_on_the_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATI", str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        assert len({secret for secret in pool.map(lambda _: Settings().secret, range(32))}) == 1


def test_a_secret_of_ones_own_is_not_written_and_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATI", str(tmp_path))
    monkeypatch.setenv("SEGRETO", "parola-d'ordine")
    assert settings().secret == "parola-d'ordine"
    assert "parola" not in repr(settings())
    assert list(tmp_path.iterdir()) == []


def test_every_setting_is_explained_for_the_office() -> None:
    page = (ROOT / "docs" / "impostazioni.md").read_text()
    assert [variable for variable in VARIABLES if f"| `{variable}` |" not in page] == []
    assert [f.name for f in Settings.__fields__.values() if not f.field_info.description] == []


def test_the_key_of_telegram_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().telegram_token == "" and settings().telegram_webhook == ""
    settings.cache_clear()
    monkeypatch.setenv("TELEGRAM_TOKEN", "123456789:AAHsegretissima-prova")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    assert settings().telegram_token == "123456789:AAHsegretissima-prova"
    assert settings().telegram_api_url == "http://127.0.0.1:8081"
    assert "segretissima" not in repr(settings())
    settings.cache_clear()
    monkeypatch.setenv("TELEGRAM_TOKEN", "12 AAHsegretissima-prova")
    with pytest.raises(SettingsError) as error:
        settings()
    assert "segretissima" not in str(error.value)
