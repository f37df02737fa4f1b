"""axe-core on every state of the page, in light and dark, at desktop size and at 320 pixels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import tolerate
from .fake_rasa import FakeRasa
from .test_browser import ask

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = """all => all.map(button => {
    const luminance = color => {
        const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const text = luminance(getComputedStyle(button).color);
    const paper = luminance(getComputedStyle(button.closest('.turno')).backgroundColor);
    return (Math.max(text, paper) + 0.05) / (Math.min(text, paper) + 0.05);
})"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE + "; undefined")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert len(result["passes"]) > 5, "axe non ha controllato nulla"
    return [f"{v['id']}: {node['html']} {node['failureSummary']}" for v in result["violations"] for node in v["nodes"]]


@pytest.fixture(params=[("light", 1200), ("dark", 1200), ("light", 320), ("dark", 320)], ids=lambda p: f"{p[0]}-{p[1]}")
def shown(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    scheme, width = request.param
    return new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")


def test_before_the_first_message(shown: Page) -> None:
    assert violations(shown) == []


def test_a_conversation_with_sources_links_and_choices(shown: Page) -> None:
    ask(shown, "Quanto costa?")
    ask(shown, "un argomento")
    ask(shown, "menu")
    shown.get_by_role("button", name="Casellario giudiziale").last.click()
    expect(shown.locator("#turni .assistente")).to_have_count(4)
    for source in shown.locator("summary").all():
        source.click()
    assert violations(shown) == []


def test_errors_and_dialog(shown: Page) -> None:
    ask(shown, "menu")
    shown.locator("#testo").fill("è" * 1001)
    shown.locator("#testo").press("Enter")
    expect(shown.get_by_role("alert")).not_to_be_empty()
    assert violations(shown) == []
    shown.get_by_role("button", name="Cancella la conversazione").click()
    expect(shown.get_by_role("dialog")).to_be_visible()
    assert violations(shown) == []


def test_while_it_searches(shown: Page, live_rasa: FakeRasa) -> None:
    live_rasa.delay = 2.5
    shown.locator("#testo").fill("menu")
    shown.locator("#testo").press("Enter")
    expect(shown.locator("#stato p")).to_be_visible()
    assert violations(shown) == []
    expect(shown.locator("#turni .assistente")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_disabled_choices_can_still_be_read(new_page: Callable[..., Page], scheme: str) -> None:
    """axe leaves disabled buttons out; ours must be readable all the same."""
    page = new_page(color_scheme=scheme)
    ask(page, "menu")
    page.get_by_role("button", name="Casellario giudiziale").click()
    expect(page.locator("#turni .assistente")).to_have_count(2)
    ratios = page.eval_on_selector_all(".scelte button", CONTRAST)
    assert len(ratios) == 3 and min(ratios) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_error_page(new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto("/non-esiste")
    expect(page.get_by_role("link", name="Torna all'assistente")).to_be_visible()
    assert violations(page) == []
    tolerate(page, "404")
