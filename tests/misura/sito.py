"""How long a visitor waits, in a real browser: python -m tests.misura.sito [how many visitors]. The assistant runs with data of its own."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from conversazioni.test_bozze import Whole
from front.browser import chromium, wait_ready

QUESTIONS = (
    "quanto costa la fedina penale?",
    "come faccio a sapere se sono indagato?",
    "mi serve copia di un atto, come si fa?",
    "orari dell'ufficio",
    "chi può ritirare il certificato al posto mio?",
)
USABLE = """new MutationObserver((_, observer) => {
    if (!document.getElementById('assistente')?.dataset.pronta) return;
    window.usable = performance.now();
    observer.disconnect();
}).observe(document, {childList: true, subtree: true, attributes: true})"""
ANSWERED = """text => new Promise(done => {
    const root = document.getElementById('assistente').shadowRoot;
    const list = root.querySelector('#turni'), before = list.querySelectorAll('.assistente').length;
    root.querySelector('#testo').value = text;
    const started = performance.now();
    new MutationObserver((_, observer) => {
        if (list.querySelectorAll('.assistente').length === before) return;
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - started));
    }).observe(list, {childList: true});
    root.querySelector('#modulo').requestSubmit();
})"""


def main(visitors: int) -> None:
    """Visit, ask, ask again; print median and 95th percentile of each in milliseconds."""
    times: dict[str, list[float]] = {"pagina pronta": [], "prima risposta": [], "seconda risposta": []}
    with tempfile.TemporaryDirectory() as data:
        running = Whole(Path(data))
        running.start()
        try:
            with chromium() as browser:
                for number in range(visitors):
                    context = browser.new_context(base_url=running.site, locale="it-IT")
                    page = context.new_page()
                    page.add_init_script(USABLE)
                    page.goto("/")
                    wait_ready(page)
                    times["pagina pronta"].append(page.evaluate("window.usable"))
                    times["prima risposta"].append(page.evaluate(ANSWERED, QUESTIONS[number % len(QUESTIONS)]))
                    times["seconda risposta"].append(page.evaluate(ANSWERED, "e dove?"))
                    context.close()
        finally:
            running.stop()
    for what, measured in times.items():
        worst = sorted(measured)[int(0.95 * len(measured))]
        print(f"{what}: mediana {statistics.median(measured):.0f} ms, 95° percentile {worst:.0f} ms ({len(measured)} visite)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
