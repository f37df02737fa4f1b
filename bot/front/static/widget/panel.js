// The frame: the launcher and the panel on another site's page, or a part of a page. Opening, closing, where the focus goes.

import { button, element, focused, icon } from "./dom.js";

const BUBBLE = "M4 4h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z";
const CROSS = "M18.3 7.1 13.4 12l4.9 4.9-1.4 1.4-4.9-4.9-4.9 4.9-1.4-1.4 4.9-4.9-4.9-4.9 1.4-1.4 4.9 4.9 4.9-4.9z";
const WHOLE_SCREEN = "(max-width: 30em), (max-height: 26em)"; // as in widget.css
const FOCUSABLE = "a[href], button:not(:disabled), textarea, summary, [tabindex='0']";
const TITLE = "Assistente automatico";
const SPEAKERS = {
  attesa: "Ha chiesto una persona dell'ufficio: la risposta arriva qui.",
  operatore: "Le risponde una persona dell'ufficio.",
};
const MACHINE = "Risponde un sistema automatico, non una persona.";

export class Panel {
  /** options: the data-… of the tag. body and foot: what is in it. opened(): it was opened. sheet: the styles. */
  constructor(options, store, sheet, { body, foot, outside, opened }) {
    Object.assign(this, { store, opened });
    this.page = options.dentro ? document.getElementById(options.dentro) : null;
    this.host = this.page ?? element("assistente-procura");
    const root = this.host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.host.dataset.modo = this.page ? "pagina" : "riquadro";
    this.host.dataset.posizione = options.posizione === "sinistra" ? "sinistra" : "destra";
    this.#theme(options.tema);

    this.title = element("h2", { id: "titolo" }, options.titolo ?? (this.page ? "Conversazione" : TITLE));
    this.speaker = element("p", { id: "parla" }, MACHINE);
    this.body = element("div", { class: "corpo", part: "corpo" }, ...body);
    this.node = element(
      "section",
      { class: "pannello", part: "pannello", "aria-labelledby": "titolo", lang: "it" },
      element("div", { class: "testata", part: "testata" }, element("div", {}, this.title, this.speaker), this.page ? null : this.#closer()),
      this.body,
      element("div", { class: "fondo", part: "fondo" }, ...foot),
    );
    if (!this.page) this.#floating(options);
    root.append(...(this.page ? [] : [this.launcher]), this.node, ...outside);
  }

  /** Put it on the page. */
  show() {
    if (this.page) {
      this.page.replaceChildren(); // the conversation without JavaScript
      const foot = this.node.lastElementChild; // it sticks to the bottom: what has the focus must not be under it
      const clear = () => {
        const sticks = getComputedStyle(foot).position === "sticky";
        document.documentElement.style.scrollPaddingBottom = sticks ? `${foot.offsetHeight + 16}px` : "";
      };
      new ResizeObserver(clear).observe(foot);
      for (const skip of document.querySelectorAll("a[data-salta]")) {
        skip.addEventListener("click", (event) => (event.preventDefault(), this.focus()));
      }
      return;
    }
    document.body.append(this.host);
    document.addEventListener("click", (event) => {
      if (event.target.closest?.('a[href="#assistente"]')) event.preventDefault(), this.open();
    });
  }

  /** Whether the person sees the conversation. */
  get isOpen() {
    return Boolean(this.page) || !this.node.hidden;
  }

  /** Open the panel and bring the focus in, unless the page did it by itself. */
  open({ focus = true } = {}) {
    if (this.page) return this.focus();
    this.node.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    this.store.set("aperto", true);
    this.unread(0);
    this.#modal();
    this.opened();
    if (focus) this.focus();
  }

  /** Close the panel; the focus goes back to the launcher. What was typed stays. */
  close() {
    if (this.page || this.node.hidden) return;
    const inside = this.node.contains(focused(this.host.shadowRoot));
    this.node.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.store.set("aperto", null);
    if (inside) this.launcher.focus();
  }

  /** To the box; on a phone to the panel, so that the keyboard does not hide what is to be read first. */
  focus() {
    const fingers = !this.page && matchMedia("(hover: none) and (pointer: coarse)").matches;
    (fingers ? this.node : this.node.querySelector("#testo")).focus();
  }

  /** Who has the conversation. */
  speaks(stato, nome) {
    this.name = stato === "operatore" ? nome ?? this.name : null;
    const person = this.name ? `Le risponde ${this.name}, persona dell'ufficio.` : SPEAKERS[stato];
    this.speaker.textContent = person ?? MACHINE;
    this.host.dataset.parla = person ? stato : "bot";
  }

  /** Messages that came while it was closed. */
  unread(count) {
    if (!this.launcher) return;
    this.badge.textContent = count ? (count === 1 ? "1 messaggio nuovo" : `${count} messaggi nuovi`) : "";
    this.badge.hidden = !count;
  }

  /** Bring a message to the top of what is seen. */
  reveal(item) {
    if (!item || !this.isOpen) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (this.body.scrollHeight > this.body.clientHeight) this.body.scrollTo({ top: item.offsetTop - 8, behavior });
    else if (this.page || matchMedia(WHOLE_SCREEN).matches) item.scrollIntoView({ block: "start", behavior });
  }

  #closer() {
    return element("button", { type: "button", class: "chiudi", "aria-label": "Chiudi l'assistente", onclick: () => this.close() }, icon(CROSS));
  }

  #floating(options) {
    this.badge = element("span", { class: "nuovi", role: "status", hidden: true });
    const attributes = { class: "lancia", part: "pulsante", "aria-haspopup": "dialog", "aria-expanded": "false" };
    this.launcher = button([icon(BUBBLE), element("span", {}, options.etichetta ?? "Assistente"), this.badge], () => this.open(), attributes);
    for (const [name, value] of Object.entries({ role: "dialog", tabindex: "-1", "aria-describedby": "parla informativa" })) {
      this.node.setAttribute(name, value);
    }
    this.node.hidden = true;
    this.node.addEventListener("keydown", (event) => this.#key(event));
    matchMedia(WHOLE_SCREEN).addEventListener("change", () => this.#modal());
  }

  /** Where the panel covers the page, nothing else can be reached. */
  #modal() {
    this.node.toggleAttribute("aria-modal", matchMedia(WHOLE_SCREEN).matches);
    if (this.node.hasAttribute("aria-modal")) this.node.setAttribute("aria-modal", "true");
  }

  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Tab" && this.node.hasAttribute("aria-modal")) {
      const all = [...this.node.querySelectorAll(FOCUSABLE)].filter((node) => node.checkVisibility?.() ?? node.offsetParent);
      const end = event.shiftKey ? all[0] : all.at(-1);
      const here = focused(this.host.shadowRoot);
      if (here !== end && here !== this.node) return;
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0]).focus();
    }
  }

  #theme(wanted) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const set = () => {
      this.host.dataset.tema = ["chiaro", "scuro"].includes(wanted) ? wanted : dark.matches ? "scuro" : "chiaro";
    };
    dark.addEventListener("change", set);
    set();
  }
}
