// What is said: a message that goes out, its answers, what comes by itself.

import { spoken } from "./announcer.js";
import { focused } from "./dom.js";
import { release, speaker, use } from "./message.js";

const SLOW = 400; // milliseconds before "Sto cercando…": a quick answer is not announced twice
const ONE_AT_A_TIME = "Aspetti che il messaggio precedente sia partito, oppure lo annulli.";

export class Conversation {
  constructor(app) {
    this.app = app;
    this.news = 0; // messages that came while the panel was closed
    this.held = []; // what came while ours was on its way: it is shown after it, in order
  }

  /** Send what was typed. */
  say(text) {
    const { outbox, composer } = this.app;
    if (outbox.message) return composer.fail(ONE_AT_A_TIME);
    this.depart(text.trim());
    outbox.send({ testo: text });
  }

  /** Send the choice of a button. */
  choose(pressed) {
    const { outbox, composer } = this.app;
    if (pressed.getAttribute("aria-disabled") === "true") return;
    if (outbox.message) return composer.fail(ONE_AT_A_TIME);
    const titolo = pressed.textContent;
    this.pressed = pressed.closest(".scelte");
    use(pressed, focused(pressed.getRootNode()) === pressed);
    composer.fail("");
    this.depart(titolo);
    outbox.send({ scelta: pressed.value, titolo });
  }

  /** Show a message that goes out now. */
  depart(text) {
    this.app.composer.busy = true;
    this.app.tell("");
    this.app.panel.reveal(this.app.thread.leave(text));
  }

  /** The outbox tries. */
  trying() {
    this.flying = true;
    this.slow = setTimeout(() => this.app.tell("Sto cercando…", true), SLOW);
  }

  /** The outbox has tried, or stopped trying. */
  landed() {
    clearTimeout(this.slow);
    this.flying = false;
    if (this.app.status.classList.contains("attesa")) this.app.tell("");
  }

  /** The server has a message and gave its answers. */
  sent({ messaggi, mio, stato }, message) {
    const { composer, thread, panel, expiry, office, channel, life } = this.app;
    this.landed();
    this.pressed = null;
    composer.busy = false;
    const focusGone = thread.arrive(mio);
    this.welcome(thread.add(messaggi));
    panel.speaks(stato);
    this.received(this.held.splice(0));
    if (!messaggi.length) this.app.tell("Messaggio inviato.");
    expiry.reset(life.seconds);
    office.say("");
    channel.start();
    panel.reveal(thread.item(mio));
    if (mio.testo !== (message.titolo ?? message.testo.trim())) this.again(); // "cancella i miei dati": nothing of before is left
    if (focusGone) composer.focus();
  }

  /** The server will not have a message. */
  refused(error, message) {
    const { composer, life } = this.app;
    this.landed();
    this.back(message);
    if (error.codice !== "sessione") return composer.fail(error.message);
    const typed = composer.text;
    life.wipe(error.message);
    composer.text = typed;
    if (typed) composer.fail("Il messaggio è ancora nella casella: lo mandi di nuovo.");
  }

  /** A message could not leave; the outbox will try again. */
  waiting(error, seconds) {
    const { thread, office } = this.app;
    this.landed();
    this.received(this.held.splice(0));
    if (error.codice === "troppe_richieste") return thread.hold(`Non ancora inviato. ${error.message} Riprovo da solo tra ${seconds} secondi.`);
    thread.hold("Non ancora inviato: riprovo da solo, appena è possibile.");
    office.load();
  }

  /** The person gives up sending. */
  cancel() {
    const { outbox, composer, thread } = this.app;
    const message = outbox.cancel();
    if (!message) return;
    this.landed();
    this.back(message);
    composer.focus();
    if (thread.messages.length) this.again(); // it may have arrived all the same
  }

  /** Put things back as they were before a message. */
  back(message) {
    const { composer, thread } = this.app;
    composer.busy = false;
    thread.arrive(null);
    if (message.testo) composer.text = composer.text ? `${message.testo}\n${composer.text}` : message.testo;
    if (this.pressed) release(this.pressed);
    this.pressed = null;
  }

  /** Messages that came by themselves. */
  received(messages) {
    if (this.flying) return void this.held.push(...messages);
    const fresh = this.app.thread.add(messages);
    if (fresh.length) this.app.expiry.reset(this.app.life.seconds);
    if (fresh.some((message) => message.chi === "lei")) this.again(); // from another tab: a button was used there, or all was deleted
    this.welcome(fresh);
  }

  /** Say new messages once, and count those that nobody sees. */
  welcome(messages) {
    const { announcer, panel, outbox, thread } = this.app;
    const said = messages.filter((message) => message.chi !== "lei");
    if (!said.length) return;
    announcer.say(spoken(said, speaker));
    this.news = panel.isOpen ? 0 : this.news + said.length;
    panel.unread(this.news);
    if (!outbox.message) panel.reveal(thread.item(said[0]));
  }

  /** The panel was opened. */
  seen() {
    const { thread, panel } = this.app;
    this.news = 0;
    panel.reveal(thread.list.lastElementChild);
  }

  /** The whole conversation as the server has it now. */
  async again() {
    const { service, thread } = this.app;
    const { token } = service;
    try {
      const { messaggi } = await service.history();
      if (service.token === token) thread.replace(messaggi);
    } catch {
      // the channel will say what is wrong
    }
  }

  /** What the person thinks of an answer; whether the server kept it. */
  async rate(message, utile, motivo) {
    try {
      await this.app.service.rate(message.id, utile, motivo);
      message.utile = utile;
      return true;
    } catch {
      return false;
    }
  }

  /** Forget everything. */
  clear() {
    this.landed();
    this.held = [];
    this.pressed = null;
    this.news = 0;
  }
}
