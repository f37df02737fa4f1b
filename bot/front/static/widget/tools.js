// What one can do with the whole conversation: print it, keep it as a text, copy it, delete it, ask for a person.

import { button, element } from "./dom.js";
import { speaker } from "./message.js";

const PRINT = "@media print { body > :not(assistente-procura) { display: none !important } }";

export class Tools {
  /** thread, panel: of the conversation. on: remove() deletes it, person() asks for one. say(text): tells what was done. */
  constructor(thread, say, on) {
    Object.assign(this, { thread, say, on });
    this.person = element("li", { hidden: true }, button("Parlare con una persona", () => on.person(), { class: "piccolo" }));
    const items = [
      button("Copia", () => this.copy(this.text()), { class: "piccolo" }),
      button("Stampa", () => this.print(), { class: "piccolo", id: "stampa" }),
      button("Scarica il testo", () => this.download(), { class: "piccolo" }),
      button("Cancella la conversazione", () => this.dialog.showModal(), { class: "piccolo" }),
    ].map((tool) => element("li", {}, tool));
    this.node = element("details", { id: "strumenti", hidden: true }, element("summary", {}, "Strumenti della conversazione"), element("ul", {}, this.person, ...items));
    this.dialog = element(
      "dialog",
      { id: "conferma", "aria-labelledby": "titolo-conferma", lang: "it" },
      element("h2", { id: "titolo-conferma" }, "Cancellare la conversazione?"),
      element("p", {}, "Le domande e le risposte vengono cancellate da questa pagina e dal server dell'ufficio. Non si può tornare indietro."),
      element(
        "p",
        { class: "azioni" },
        button("Cancella", () => (this.dialog.close(), on.remove()), { class: "pericolo" }),
        button("Non cancellare", () => this.dialog.close()),
      ),
    );
    addEventListener("beforeprint", () => this.#unfold());
  }

  /** What the print and the text say of the office; whether one can ask for a person. */
  set status(status) {
    this.office = status.ufficio;
    this.person.hidden = !status.passaggio;
  }

  /** The whole conversation as a text to keep. */
  text() {
    const now = new Date().toLocaleString("it-IT", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Rome" });
    const parts = [["Conversazione con l'assistente automatico", this.office?.nome, now].filter(Boolean).join("\n")];
    for (const message of this.thread.messages) {
      const source = message.fonte ? `\nFonte: ${message.fonte}` : "";
      const offered = message.scelte?.length ? `\n${message.scelte.map((choice) => `- ${choice.titolo}`).join("\n")}` : "";
      parts.push(`${speaker(message)}:\n${message.testo}${offered}${source}`);
    }
    if (this.office?.contatti) parts.push(`Per una risposta dell'ufficio: ${this.office.contatti}.`);
    return `${parts.join("\n\n")}\n`;
  }

  /** Put a text on the clipboard; on plain http in the old way. */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = element("textarea", { class: "solo-lettori", "aria-hidden": "true", tabindex: "-1" });
      const before = this.node.getRootNode().activeElement;
      box.value = text;
      this.node.after(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      before?.focus();
      if (!done) return this.say("Il testo non è stato copiato: lo selezioni e lo copi a mano.");
    }
    this.say("Testo copiato.");
  }

  /** Save the conversation as a file. */
  download() {
    const address = URL.createObjectURL(new Blob([this.text()], { type: "text/plain;charset=utf-8" }));
    element("a", { href: address, download: "conversazione.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /** Print the conversation alone, also on another site's page. */
  print() {
    const host = this.node.getRootNode().host;
    const sheet = new CSSStyleSheet();
    if (host.dataset.modo === "riquadro") sheet.replaceSync(PRINT);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    host.dataset.stampa = "";
    const done = () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
      delete host.dataset.stampa;
    };
    addEventListener("afterprint", done, { once: true });
    window.print();
  }

  #unfold() {
    for (const source of this.thread.node.querySelectorAll(".fonte")) source.open = true;
  }
}
