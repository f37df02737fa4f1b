// What the office says of itself: its notices, whether it is open, how to reach it, and that something does not work.

import { element } from "./dom.js";
import { content } from "./html.js";

const OFFLINE = "Non c'è connessione: i messaggi non possono partire.";
const DOWN = "L'assistente in questo momento non risponde.";
const SOON = 30000;
const LATER = 300000;

export class Office {
  /** changed(status) is called with each new status. */
  constructor(service, store, changed) {
    Object.assign(this, { service, store, changed });
    this.notices = element("section", { id: "avvisi", "aria-label": "Avvisi dell'ufficio", hidden: true });
    this.opening = element("p", { id: "apertura", hidden: true });
    this.trouble = element("div", { id: "connessione", role: "status" });
    this.notice = element("details", { id: "informativa", open: true, hidden: true });
    this.problem = "";
    this.status = store.get("stato");
    if (this.status) this.#show();
    addEventListener("offline", () => this.offline(true));
    addEventListener("online", () => this.offline(false));
    document.addEventListener("visibilitychange", () => !document.hidden && this.load());
    if (!navigator.onLine) this.offline(true);
  }

  /** Ask the server, and again from time to time, sooner while something does not work. */
  async load() {
    clearTimeout(this.timer);
    try {
      this.status = await this.service.status();
      this.store.set("stato", this.status);
      this.#show();
      this.say(this.status.assistente === "giu" ? DOWN : "");
    } catch {
      this.say(navigator.onLine ? DOWN : OFFLINE);
    }
    this.timer = setTimeout(() => document.hidden || this.load(), this.problem ? SOON : LATER);
  }

  /** The network went or came back. */
  offline(gone) {
    if (gone) this.say(OFFLINE);
    else this.load();
  }

  /** Say that something does not work, with the desk's contacts and hours; "" takes it away. */
  say(problem) {
    if (this.problem === problem) return;
    this.problem = problem;
    const desk = problem ? this.#desk() : [];
    this.trouble.replaceChildren(...(problem ? [element("p", {}, element("strong", {}, problem)), ...desk] : []));
  }

  #desk() {
    const office = this.status?.ufficio;
    if (!office) return [];
    const lines = [
      office.contatti && `Intanto può contattare ${office.contatti}.`,
      [office.dove, office.orari].filter(Boolean).join("; "),
      office.emergenza,
    ];
    return lines.filter(Boolean).map((line) => element("p", {}, line));
  }

  #show() {
    const { avvisi = [], apertura, aperto, informativa } = this.status;
    this.notices.hidden = !avvisi.length;
    this.notices.replaceChildren(...avvisi.map((avviso) => announcement(avviso, this.service.base)));
    this.opening.hidden = !apertura;
    this.opening.textContent = apertura ?? "";
    this.opening.classList.toggle("chiuso", aperto === false);
    this.notice.hidden = !informativa;
    if (informativa) this.notice.replaceChildren(...terms(informativa, this.service.base));
    this.changed(this.status);
  }
}

function announcement(avviso, base) {
  return element(
    "div",
    { class: "avviso-ufficio" },
    element("h3", {}, avviso.titolo),
    element("p", { class: "date" }, dates(avviso.dal, avviso.al)),
    ...content(avviso.html, avviso.testo, base),
  );
}

/** "Dal 2 al 6 novembre 2026", "Dall'8 all'11 novembre 2026", "Lunedì 2 novembre 2026". */
export function dates(from, to) {
  const say = (iso, options) => new Date(`${iso}T12:00:00Z`).toLocaleDateString("it-IT", { timeZone: "Europe/Rome", ...options });
  const joined = (word, text) => `${word}${/^(8|11)\b/.test(text) ? "l'" : " "}${text}`;
  const whole = { day: "numeric", month: "long", year: "numeric" };
  if (!to) return joined("Dal", say(from, whole));
  if (from === to) return say(from, { weekday: "long", ...whole }).replace(/^./, (first) => first.toUpperCase());
  const short = from.slice(0, 7) === to.slice(0, 7) ? { day: "numeric" } : from.slice(0, 4) === to.slice(0, 4) ? { day: "numeric", month: "long" } : whole;
  return `${joined("Dal", say(from, short))} ${joined("al", say(to, whole))}`;
}

function terms({ titolo, punti = [], emergenza, conservazione, contatti }, base) {
  const lines = punti.map((punto) => element("li", {}, ...inline(content(punto.html, punto.testo, base))));
  const kept = conservazione && element("li", {}, conservazione);
  const help = emergenza && element("li", { class: "emergenza" }, emergenza);
  const list = element("ul", {}, ...lines, kept, help);
  return [element("summary", {}, element("h3", {}, titolo)), list, contatti && element("p", {}, contatti)].filter(Boolean);
}

/** The inside of what is one paragraph. */
function inline(nodes) {
  return nodes.length === 1 && nodes[0].nodeName === "P" ? [...nodes[0].childNodes] : nodes;
}
