"""GET /api/openapi.json: the description of the interface, as openapi.yml has it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    made: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yml").read_text(encoding="utf-8"))
    return made


async def show(request: Request) -> JSONResponse:
    """The handler."""
    return JSONResponse(description())
