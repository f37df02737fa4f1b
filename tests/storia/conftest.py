"""The whole assistant with a Telegram of our own, an account made by the command, and browsers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from canale_telegram.fake_bot_api import TOKEN, FakeTelegram
from conversazioni.test_bozze import Whole
from front.browser import NewPage, chromium, pages
from front.servers import free_port, serving

from .collega import Collega, create_account

PATIENCE = 120.0


@pytest.fixture
def telegram() -> FakeTelegram:
    made = FakeTelegram()
    made.patience = PATIENCE
    return made


@pytest.fixture
def whole(model: Path, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Whole]:
    running = Whole(tmp_path / "dati")
    with serving(telegram.app, free_port()) as api, pytest.MonkeyPatch.context() as environment:
        environment.setenv("TELEGRAM_TOKEN", TOKEN)
        environment.setenv("TELEGRAM_API_URL", api)
        running.start()
        yield running
        assert running.stop() == 0


@pytest.fixture
def new_page(whole: Whole) -> Iterator[NewPage]:
    with chromium() as browser, pages(browser, whole.site) as make:
        yield make


@pytest.fixture
def carla(whole: Whole, new_page: NewPage) -> Collega:
    create_account(whole.data, dict(os.environ), "carla", "Carla", "amministratore")
    return Collega(new_page("/staff", ready=False, viewport={"width": 1200, "height": 900}))
