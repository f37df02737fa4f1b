"""The front in service: `uvicorn bot.front.app:app`."""

from __future__ import annotations

from bot.front.web import create_app
from bot.settings import settings

app = create_app(settings())
