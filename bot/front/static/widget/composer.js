// The box to write in.

import { element } from "./dom.js";

const NEAR_LIMIT = 100;
const FINGERS = "(hover: none) and (pointer: coarse)";

/** Characters as the server counts them: code points of the composed, trimmed text. */
export const length = (text) => [...text.trim().normalize("NFC")].length;

export class Composer {
  /** send(text) is called with a text that the server will take. */
  constructor(send) {
    this.send = send;
    this.maximum = 1000;
    this.box = element("textarea", { id: "testo", rows: 2, "aria-describedby": "errore conteggio aiuto", oninput: () => this.count() });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.submit = element("button", { type: "submit", id: "invia", part: "invia" }, "Invia");
    this.counter = element("span", { id: "conteggio" });
    this.limit = element("div", { class: "solo-lettori", id: "limite", role: "status" });
    this.error = element("div", { id: "errore", role: "alert" });
    const help = element("span", { id: "aiuto" }, "Invio per mandare, Maiusc+Invio per andare a capo.");
    this.node = element(
      "form",
      { id: "modulo", autocomplete: "off", onsubmit: (event) => this.#submit(event) },
      this.error,
      element("label", { for: "testo" }, "La Sua domanda"),
      element("div", { class: "riga" }, this.box, this.submit),
      element("p", { class: "sotto" }, this.counter, " ", help),
      this.limit,
    );
    this.count();
  }

  /** One message at a time: while one is on its way nothing else is sent. */
  set busy(busy) {
    this.submit.toggleAttribute("aria-disabled", busy);
    if (busy) this.submit.setAttribute("aria-disabled", "true");
  }

  get text() {
    return this.box.value;
  }

  set text(text) {
    this.box.value = text;
    this.count();
  }

  /** An error about what was typed or pressed; "" takes it away. */
  fail(text) {
    this.error.replaceChildren(...(text ? [element("p", {}, text)] : []));
  }

  focus() {
    this.box.focus();
  }

  /** Show how long the text is. */
  count() {
    const used = length(this.text);
    const left = this.maximum - used;
    this.counter.textContent = `${used} di ${this.maximum} caratteri.`;
    this.counter.classList.toggle("oltre", left < 0);
    if (left >= 0) this.box.removeAttribute("aria-invalid");
    else this.box.setAttribute("aria-invalid", "true");
    const few = left <= NEAR_LIMIT / 2 ? NEAR_LIMIT / 2 : NEAR_LIMIT;
    const warning = left < 0 ? "Il testo è troppo lungo." : left <= NEAR_LIMIT ? `Mancano meno di ${few} caratteri al massimo.` : "";
    if (this.limit.textContent !== warning) this.limit.textContent = warning;
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia(FINGERS).matches) return;
    event.preventDefault();
    this.node.requestSubmit(this.submit);
  }

  #submit(event) {
    event.preventDefault();
    this.focus();
    if (this.submit.hasAttribute("aria-disabled")) return;
    const used = length(this.text);
    const over = used - this.maximum;
    if (!used) return this.fail("Il messaggio è vuoto: scriva la Sua domanda e poi prema «Invia».");
    if (over > 0) {
      const remove = over === 1 ? "un carattere" : `${over} caratteri`;
      return this.fail(`Il messaggio ha ${used} caratteri e il massimo è ${this.maximum}: tolga almeno ${remove} e lo mandi di nuovo.`);
    }
    this.fail("");
    const text = this.text;
    this.text = "";
    this.send(text);
  }
}
