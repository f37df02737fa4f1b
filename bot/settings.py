"""The settings of the assistant: environment variables with defaults, explained for the office in docs/impostazioni.md."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseSettings, Field, SecretStr, ValidationError, root_validator, validator

ROOT = Path(__file__).resolve().parent.parent
PORT_VARIABLES = {"port": "PORT", "rasa_port": "RASA_PORT", "actions_port": "ACTIONS_PORT"}
SECRET_BYTES = 32
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")

_MESSAGES = {
    "type_error.integer": "deve essere un numero intero",
    "value_error.number.not_ge": "deve essere almeno {limit_value}",
    "value_error.number.not_le": "deve essere al massimo {limit_value}",
    "value_error.const": "valore non ammesso; si può scrivere: {permitted}",
}


class SettingsError(Exception):
    """A setting cannot be used; the message says in Italian which variable and why."""


class Settings(BaseSettings):
    """What can be changed without touching the code. Every field is one environment variable."""

    port: int = Field(default=8000, env="PORT", ge=1, le=65535, description="porta del sito, l'unica che il pubblico raggiunge")
    rasa_port: int = Field(default=5005, env="RASA_PORT", ge=1, le=65535, description="porta interna di Rasa")
    actions_port: int = Field(default=5055, env="ACTIONS_PORT", ge=1, le=65535, description="porta interna delle azioni")
    data_dir: Path = Field(default=ROOT / "var", env="DATI", description="cartella dei dati: banche dati, registri, segreto")
    database_url: str = Field(default="", env="DATABASE_URL", description="banca dati del sito (SQLite se manca)")
    secret_value: SecretStr | None = Field(default=None, env="SEGRETO", description="chiave con cui il sito firma i cookie")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", env="LIVELLO_LOG", description="quanto scrivere nei registri del sito e delle azioni"
    )
    max_chars: int = Field(default=1000, env="MAX_CARATTERI", ge=50, le=2000, description="lunghezza massima di una domanda")
    public_url: str = Field(default="", env="INDIRIZZO_PUBBLICO", description="indirizzo del sito, come lo scrive chi lo visita")
    sessione_minuti: int = Field(
        default=60,
        env="SESSIONE_MINUTI",
        ge=5,
        le=480,
        description="minuti senza messaggi dopo cui una conversazione finisce",
    )
    bozze_ore: int = Field(default=24, env="BOZZE_ORE", ge=1, le=720, description="ore di vita di una bozza dall'ultima modifica")
    conversazioni_giorni: int = Field(
        default=1,
        env="CONVERSAZIONI_GIORNI",
        ge=1,
        le=365,
        description="giorni di vita di una conversazione dall'ultimo messaggio",
    )
    domande_giorni: int = Field(
        default=180, env="DOMANDE_GIORNI", ge=1, le=3650, description="giorni di vita di una domanda rimasta senza risposta"
    )
    origini_value: str = Field(default="", env="ORIGINI", description="altri siti che possono mostrare l'assistente")
    richieste_sessione: int = Field(
        default=20,
        env="RICHIESTE_AL_MINUTO_SESSIONE",
        ge=1,
        le=1000,
        description="messaggi al minuto di una conversazione del sito",
    )
    richieste_indirizzo: int = Field(
        default=120,
        env="RICHIESTE_AL_MINUTO_INDIRIZZO",
        ge=1,
        le=100_000,
        description="richieste al minuto da uno stesso indirizzo di rete",
    )
    proxy_value: str = Field(default="", env="PROXY_FIDATI", description="indirizzi dei proxy davanti al sito")
    passaggio_minuti: int = Field(
        default=10,
        env="PASSAGGIO_MINUTI",
        ge=2,
        le=120,
        description="minuti di attesa di un operatore, o di silenzio di chi risponde, dopo cui torna l'assistente",
    )
    contatti_giorni: int = Field(
        default=30, env="CONTATTI_GIORNI", ge=1, le=365, description="giorni di vita di una domanda lasciata con un recapito"
    )
    telegram_token_value: SecretStr | None = Field(
        default=None, env="TELEGRAM_TOKEN", description="chiave del bot di Telegram; senza, Telegram resta spento"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", env="TELEGRAM_API_URL", description="indirizzo del server della Bot API di Telegram"
    )
    telegram_webhook: str = Field(
        default="",
        env="TELEGRAM_WEBHOOK",
        description="indirizzo pubblico https a cui Telegram porta i messaggi; senza, li si va a chiedere",
    )

    sportello_minuti: int = Field(
        default=30,
        env="SPORTELLO_MINUTI",
        ge=5,
        le=480,
        description="minuti senza far nulla dopo cui lo sportello del personale chiede di nuovo la parola d'accesso",
    )
    registro_giorni: int = Field(
        default=730, env="REGISTRO_GIORNI", ge=30, le=3650, description="giorni di vita di una riga del registro dello sportello"
    )

    class Config:
        """Settings are read once and never change while a process runs."""

        allow_mutation = False

    @validator("log_level", pre=True)
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @validator("data_dir")
    def _absolute(cls, value: Path) -> Path:
        return ROOT / value.expanduser()  # a relative folder means the same from wherever the command is given

    @validator("public_url")
    def _address(cls, value: str) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("deve essere un indirizzo come https://assistente.esempio.it, senza «?» né spazi")
        return value.rstrip("/")

    @validator("origini_value")
    def _origins(cls, value: str) -> str:
        for origin in _listed(value):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"«{origin}» non è un sito come https://www.esempio.it, senza «/» in fondo")
        return value

    @validator("proxy_value")
    def _proxies(cls, value: str) -> str:
        for address in _listed(value):
            try:
                ip_network(address)
            except ValueError:
                raise ValueError(f"«{address}» non è un indirizzo di rete come 10.0.0.5 o 10.0.0.0/24") from None
        return value

    @validator("telegram_token_value")
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("deve essere la chiave data da BotFather, come 123456789:AAH…, tutta e senza spazi")
        return value

    @validator("telegram_api_url")
    def _api(cls, value: str) -> str:
        if not _ADDRESS.fullmatch(value):
            raise ValueError("deve essere un indirizzo come https://api.telegram.org, senza «?» né spazi")
        return value.rstrip("/")

    @validator("telegram_webhook")
    def _webhook(cls, value: str) -> str:
        if value and not (_ADDRESS.fullmatch(value) and value.startswith("https://")):
            raise ValueError("deve essere un indirizzo pubblico come https://assistente.esempio.it, che comincia con https")
        return value.rstrip("/")

    @root_validator(skip_on_failure=True)
    def _address_of_the_port(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values["public_url"]:
            values["public_url"] = f"http://localhost:{values['port']}"
        return values

    @root_validator(skip_on_failure=True)
    def _database_of_the_data_folder(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values["database_url"]:
            values["database_url"] = f"sqlite:///{values['data_dir'] / 'assistente.db'}"
        return values

    @root_validator(skip_on_failure=True)
    def _distinct_ports(cls, values: dict[str, Any]) -> dict[str, Any]:
        owner: dict[int, str] = {}
        for field, variable in PORT_VARIABLES.items():
            other = owner.setdefault(values[field], variable)
            if other != variable:
                raise ValueError(f"{other} e {variable} indicano la stessa porta, {values[field]}: devono essere diverse")
        return values

    @property
    def origini(self) -> tuple[str, ...]:
        """The other sites whose pages may show the assistant, as browsers name them."""
        return _listed(self.origini_value)

    @property
    def proxy_fidati(self) -> tuple[str, ...]:
        """Addresses (or networks) of the reverse proxies whose X-Forwarded-For is believed; nobody's by default."""
        return _listed(self.proxy_value)

    @property
    def tracker_db(self) -> Path:
        """SQLite file of Rasa's conversations."""
        return self.data_dir / "conversazioni.db"

    @property
    def log_dir(self) -> Path:
        """Where the logs of the three processes are."""
        return self.data_dir / "log"

    @property
    def rasa_url(self) -> str:
        """Address of Rasa, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def rasa_health(self) -> str:
        """What a GET of tells whether Rasa is up."""
        return f"{self.rasa_url}/webhooks/rest/"

    @property
    def rasa_webhook(self) -> str:
        """Where a message is posted as {"sender", "message"}."""
        return f"{self.rasa_url}/webhooks/rest/webhook"

    @property
    def actions_url(self) -> str:
        """Address of the action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def secret(self) -> str:
        """The key that signs cookies: SEGRETO, or one made at first need and kept in the data folder (mode 600)."""
        if self.secret_value and self.secret_value.get_secret_value():
            return self.secret_value.get_secret_value()
        return _kept_secret(self.data_dir / "segreto")

    @property
    def telegram_token(self) -> str:
        """The key of the bot at Telegram; empty: no Telegram."""
        return self.telegram_token_value.get_secret_value() if self.telegram_token_value else ""


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _kept_secret(path: Path) -> str:
    """The secret of that file, which is made if it is not there. Two processes at once end with the same secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(draft, path)  # whole or not at all, and never over another process's one
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()


def _in_italian(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        context = dict(item.get("ctx") or {})
        context["permitted"] = ", ".join(str(p) for p in context.get("permitted", ()))
        message = _MESSAGES[item["type"]].format(**context) if item["type"] in _MESSAGES else item["msg"]
        field = Settings.__fields__.get(str(item["loc"][0]))
        lines.append(f"{field.field_info.extra['env']}: {message}" if field else message)
    return "\n".join(lines)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. Raises SettingsError, in Italian."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_in_italian(error)) from error
