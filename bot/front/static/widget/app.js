// The widget put together; widget.js loads it.

import { Announcer, spoken } from "./announcer.js";
import { Channel } from "./channel.js";
import { Composer } from "./composer.js";
import { button, element, focused } from "./dom.js";
import { Expiry } from "./expiry.js";
import { release, speaker, use } from "./message.js";
import { Office } from "./office.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Service } from "./service.js";
import { Store } from "./store.js";
import { Thread } from "./thread.js";
import { Tools } from "./tools.js";

const SLOW = 400; // milliseconds before "Sto cercando…": a quick answer is not announced twice
const AN_HOUR = 3600;
const FAMILY = "Assistente Titillium";
const ASK_PERSON = "Vorrei parlare con una persona";
const DELETED = "La conversazione è stata cancellata.";
const OVER = "La conversazione è finita o è stata cancellata: ne può cominciare subito un'altra.";
const EXPIRED = "Per riservatezza, dopo un po' di tempo senza messaggi la conversazione è stata tolta da questo schermo. Ne può cominciare subito un'altra.";

/** Build the widget for an assistant at `base` with the data-… of its tag; it is ready when this is. */
export async function start(base, options) {
  const [sheet] = await Promise.all([styles(base), parsed()]);
  const app = new App(base, options, sheet);
  app.begin();
  fonts(base).catch(() => {}); // the system's font does
  return app;
}

class App {
  constructor(base, options, sheet) {
    this.store = new Store(base);
    this.service = new Service(base, this.store);
    this.announcer = new Announcer();
    this.status = element("div", { id: "stato", role: "status" });
    this.warning = element("div", { id: "scadenza", role: "alert" });
    this.composer = new Composer((text) => this.say(text));
    this.thread = new Thread(
      {
        choose: (pressed) => this.choose(pressed),
        rate: (message, utile, motivo) => this.rate(message, utile, motivo),
        copy: (message) => this.tools.copy(message.testo),
        retry: () => this.outbox.retry(),
        cancel: () => this.cancel(),
        changed: () => this.changed(),
      },
      base,
    );
    this.tools = new Tools(this.thread, (text) => this.tell(text), { remove: () => this.remove(), person: () => this.say(ASK_PERSON) });
    this.office = new Office(this.service, this.store, (status) => this.known(status));
    this.outbox = new Outbox(this.service, this.store, {
      trying: (message) => this.trying(message),
      sent: (result, message) => this.sent(result, message),
      refused: (error, message) => this.refused(error, message),
      waiting: (error, message, seconds) => this.waiting(error, seconds),
    });
    this.channel = new Channel(this.service, {
      last: () => this.thread.last,
      messages: (messages) => this.received(messages),
      state: (stato, nome) => this.panel.speaks(stato, nome),
      expires: (seconds) => this.expiry.reset(seconds),
      over: () => this.wipe(OVER),
      connected: (well) => well && this.office.problem && this.office.load(),
    });
    this.expiry = new Expiry({ warn: () => this.warn(), calm: () => this.warning.replaceChildren(), over: () => this.expire() });
    this.panel = new Panel(options, this.store, sheet, {
      body: [this.office.notices, this.office.opening, this.office.notice, this.thread.node, this.tools.node],
      foot: [this.office.trouble, this.warning, this.status, this.composer.node],
      outside: [this.announcer.node, this.tools.dialog],
      opened: () => this.panel.reveal(this.thread.list.lastElementChild),
    });
    this.life = AN_HOUR;
    this.news = 0;
    this.held = [];
    this.service.token ||= this.panel.page?.dataset.token ?? "";
    if (options.aperto === "si" || this.store.get("aperto")) this.panel.open({ focus: false });
    if (this.office.status) this.known(this.office.status);
  }

  /** Show itself, and what this tab had before it was loaded again, in silence. */
  async begin() {
    this.panel.show();
    this.office.load();
    const unsent = this.outbox.resume();
    if (unsent) this.depart(unsent.titolo ?? unsent.testo);
    await this.restore();
    if (unsent) this.outbox.deliver();
    this.panel.host.dataset.pronta = "si";
  }

  async restore(pause = 2000) {
    const before = this.service.token;
    if (!before) return;
    try {
      const { token, messaggi, stato, scade_secondi } = await this.service.start();
      if (token !== before) {
        this.service.keep("");
        return this.tell(EXPIRED);
      }
      this.thread.add(messaggi);
      this.panel.reveal(this.thread.list.lastElementChild);
      this.panel.speaks(stato);
      this.expiry.reset(scade_secondi ?? this.life);
      if (messaggi.length) this.channel.start();
    } catch (error) {
      this.office.load();
      setTimeout(() => this.service.token === before && this.restore(Math.min(2 * pause, 30000)), Math.max(pause, 1000 * (error.attesa ?? 0)));
    }
  }

  /** The server's word on the office. */
  known(status) {
    if (status.massimo) this.composer.maximum = status.massimo;
    if (status.sessione_minuti) this.life = 60 * status.sessione_minuti;
    this.tools.status = status;
    this.composer.count();
    this.changed();
  }

  /** Send what was typed. */
  say(text) {
    if (this.outbox.message) return this.composer.fail("Aspetti che il messaggio precedente sia partito, oppure lo annulli.");
    this.depart(text.trim());
    this.outbox.send({ testo: text });
  }

  /** Send the choice of a button. */
  choose(pressed) {
    if (this.outbox.message || pressed.getAttribute("aria-disabled") === "true") return;
    const titolo = pressed.textContent;
    this.pressed = pressed.closest(".scelte");
    use(pressed, focused(pressed.getRootNode()) === pressed);
    this.composer.fail("");
    this.depart(titolo);
    this.outbox.send({ scelta: pressed.value, titolo });
  }

  depart(text) {
    this.composer.busy = true;
    this.tell("");
    this.panel.reveal(this.thread.leave(text));
  }

  trying() {
    this.flying = true;
    this.slow = setTimeout(() => this.tell("Sto cercando…", true), SLOW);
  }

  landed() {
    clearTimeout(this.slow);
    this.flying = false;
    if (this.status.classList.contains("attesa")) this.tell("");
  }

  sent({ messaggi, mio, stato }, message) {
    this.landed();
    this.composer.busy = false;
    const focusGone = this.thread.arrive(mio);
    this.welcome(this.thread.add(messaggi));
    this.panel.speaks(stato);
    this.received(this.held.splice(0));
    if (!messaggi.length) this.tell("Messaggio inviato.");
    this.expiry.reset(this.life);
    this.office.say("");
    this.channel.start();
    if (mio) this.panel.reveal(this.thread.item(mio));
    if (mio?.testo !== (message.titolo ?? message.testo.trim())) this.again(); // "cancella i miei dati": nothing of before is left
    if (focusGone) this.composer.focus();
    if (message.scelta) this.pressed = null;
  }

  refused(error, message) {
    this.landed();
    this.back(message);
    if (error.codice === "sessione") {
      const typed = this.composer.text;
      this.wipe(error.message);
      this.composer.text = typed;
      if (typed) this.composer.fail("Il messaggio è ancora nella casella: lo mandi di nuovo.");
    } else this.composer.fail(error.message);
  }

  waiting(error, seconds) {
    this.landed();
    this.received(this.held.splice(0));
    if (error.codice === "troppe_richieste") return this.thread.hold(`Non ancora inviato. ${error.message} Riprovo da solo tra ${seconds} secondi.`);
    this.thread.hold("Non ancora inviato: riprovo da solo, appena è possibile.");
    this.office.load();
  }

  /** The person gives up sending. */
  cancel() {
    const message = this.outbox.cancel();
    if (!message) return;
    this.landed();
    this.back(message);
    this.composer.focus();
    if (this.thread.messages.length) this.again(); // it may have arrived all the same
  }

  /** Put things back as they were before a message. */
  back(message) {
    this.composer.busy = false;
    this.thread.arrive(null);
    if (message.testo) this.composer.text = this.composer.text ? `${message.testo}\n${this.composer.text}` : message.testo;
    if (this.pressed) release(this.pressed);
    this.pressed = null;
  }

  /** Messages that came by themselves. */
  received(messages) {
    if (this.flying) return void this.held.push(...messages);
    const fresh = this.thread.add(messages);
    if (fresh.some((message) => message.chi === "lei")) this.again(); // from another tab: a button was used there, or all was deleted
    if (fresh.length) this.expiry.reset(this.life);
    this.welcome(fresh);
  }

  /** Say new messages once, and note those that nobody sees. */
  welcome(messages) {
    const said = messages.filter((message) => message.chi !== "lei");
    if (!said.length) return;
    this.announcer.say(spoken(said, speaker));
    this.news = this.panel.isOpen ? 0 : this.news + said.length;
    this.panel.unread(this.news);
    if (!this.outbox.message) this.panel.reveal(this.thread.item(said[0]));
  }

  /** The whole conversation as the server has it now. */
  async again() {
    try {
      this.thread.replace((await this.service.history()).messaggi);
    } catch {
      // the channel will say what is wrong
    }
  }

  async rate(message, utile, motivo) {
    try {
      await this.service.rate(message.id, utile, motivo);
      return true;
    } catch {
      return false;
    }
  }

  async remove() {
    try {
      await this.service.remove();
    } catch (error) {
      const again = "La conversazione non è stata cancellata: può riprovare tra poco.";
      return this.composer.fail(error.codice === "non_cancellata" ? error.message : `${error.message} ${again}`);
    }
    this.wipe(DELETED);
    this.composer.focus();
  }

  async warn() {
    if ((await this.left()) > 125) return;
    const text = "Per riservatezza, tra due minuti la conversazione viene tolta da questo schermo.";
    this.warning.replaceChildren(element("p", {}, text), button("Continua la conversazione", () => this.goOn()));
  }

  async goOn() {
    this.warning.replaceChildren();
    this.composer.focus();
    try {
      const { scade_secondi } = await this.service.start();
      this.expiry.reset(scade_secondi ?? this.life);
    } catch {
      // the time goes on; it warns again only after the next message
    }
  }

  async expire() {
    if ((await this.left()) > 0) return;
    this.wipe(EXPIRED);
  }

  /** Seconds that the conversation lives according to the server; 0 if it does not say. */
  async left() {
    try {
      const { scade_secondi } = await this.service.history(this.thread.last);
      if (scade_secondi > 125) this.expiry.reset(scade_secondi);
      return scade_secondi;
    } catch {
      return 0;
    }
  }

  /** Leave nothing of the conversation in this tab, and say so. */
  wipe(text) {
    const inside = focused(this.panel.host.shadowRoot);
    this.channel.stop();
    this.expiry.stop();
    this.outbox.cancel();
    this.landed();
    this.held = [];
    this.service.keep("");
    this.thread.clear();
    this.announcer.clear();
    this.composer.text = "";
    this.composer.fail("");
    this.composer.busy = false;
    this.tools.dialog.close();
    this.panel.speaks("bot");
    this.panel.unread((this.news = 0));
    this.tell(text);
    if (inside && !inside.isConnected) this.composer.focus();
  }

  /** Something about what was done, in the status region. */
  tell(text, waiting = false) {
    this.status.replaceChildren(...(text ? [element("p", {}, text)] : []));
    this.status.classList.toggle("attesa", waiting);
  }

  /** There are messages, or none: the notice folds, the tools show. */
  changed() {
    const begun = this.thread.list.children.length > 0;
    this.tools.node.hidden = !this.thread.messages.length;
    if (this.begun !== begun) this.office.notice.open = !begun;
    this.begun = begun;
  }
}

async function styles(base) {
  const response = await fetch(`${base}static/widget/widget.css`, { credentials: "omit" });
  if (!response.ok) throw new Error("stili");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await response.text());
  return sheet;
}

/** The fonts as data, so that a host page's policy on fonts does not matter. */
async function fonts(base) {
  if ([...document.fonts].some((face) => face.family.includes(FAMILY))) return;
  const load = async (weight) => {
    const response = await fetch(`${base}static/caratteri/titillium-web-${weight}.woff2`, { credentials: "omit" });
    const face = new FontFace(FAMILY, await response.arrayBuffer(), { weight });
    document.fonts.add(await face.load());
  };
  await Promise.all(["400", "600", "700"].map(load));
}

function parsed() {
  if (document.readyState !== "loading") return null;
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}
