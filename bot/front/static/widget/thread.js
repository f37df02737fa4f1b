// The messages in order, those of the server by their id and at the end the one that is on its way.

import { button, element, focused } from "./dom.js";
import { turn, use } from "./message.js";

export class Thread {
  /** on: choose, rate, copy (message.js), retry(), cancel(), changed(). */
  constructor(on, base) {
    Object.assign(this, { on, base });
    this.messages = [];
    this.list = element("ol", { id: "turni" });
    this.node = element("div", { role: "log", "aria-live": "off", "aria-label": "Messaggi" }, this.list);
  }

  /** The newest message's id, 0 without any. */
  get last() {
    return this.messages.at(-1)?.id ?? 0;
  }

  /** Add what is not there yet, in the order of the ids; the messages that were new. */
  add(messages) {
    const fresh = messages.filter((message) => !this.messages.some((known) => known.id === message.id));
    for (const message of messages) if (message.scelta) this.#used(message);
    for (const message of fresh) {
      const at = this.messages.findIndex((known) => known.id > message.id);
      const next = at < 0 ? this.leaving : this.#item(this.messages[at].id);
      this.list.insertBefore(turn(message, this.on, this.base), next ?? null);
      this.messages.splice(at < 0 ? this.messages.length : at, 0, message);
    }
    this.on.changed();
    return fresh;
  }

  /** Show exactly these; the ones that were new. */
  replace(messages) {
    const wanted = new Set(messages.map((message) => message.id));
    for (const known of [...this.messages]) if (!wanted.has(known.id)) this.#drop(known.id);
    return this.add(messages);
  }

  /** Show what is on its way to the server. */
  leave(text) {
    this.leaving?.remove();
    this.leaving = turn({ chi: "lei", testo: text, quando: new Date().toISOString() }, this.on, this.base);
    this.leaving.classList.add("in-partenza");
    this.delay = element("div", { class: "ritardo" });
    this.leaving.append(this.delay);
    this.list.append(this.leaving);
    this.on.changed();
    return this.leaving;
  }

  /** Say that it has not left yet, and why, with what one can do. */
  hold(text) {
    const buttons = [button("Riprova ora", this.on.retry, { class: "piccolo" }), button("Annulla l'invio", this.on.cancel, { class: "piccolo" })];
    if (this.delay.children.length) this.delay.firstChild.textContent = text;
    else this.delay.append(element("p", {}, text), element("div", { class: "azioni" }, ...buttons));
  }

  /** It arrived, or will not: take it away; `message` is what the server made of it, if it did. True if the focus was in it. */
  arrive(message) {
    const had = this.leaving?.contains(focused(this.leaving.getRootNode()));
    this.leaving?.remove();
    this.leaving = null;
    if (message) this.add([message]);
    this.on.changed();
    return Boolean(had);
  }

  /** The element of a message. */
  item(message) {
    return this.#item(message.id);
  }

  /** Leave nothing behind. */
  clear() {
    this.messages = [];
    this.leaving = null;
    this.list.replaceChildren();
    this.on.changed();
  }

  #item(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  #drop(id) {
    this.#item(id)?.remove();
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  #used({ id, scelta }) {
    const pressed = [...(this.#item(id)?.querySelectorAll(".scelte button") ?? [])].find((choice) => choice.value === scelta);
    if (pressed) use(pressed, focused(pressed.getRootNode()) === pressed);
  }
}
