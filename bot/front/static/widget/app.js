// The widget put together; widget.js loads it.

import { Announcer } from "./announcer.js";
import { Channel } from "./channel.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { element } from "./dom.js";
import { Expiry } from "./expiry.js";
import { Lifetime } from "./lifetime.js";
import { Office } from "./office.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Service } from "./service.js";
import { Store } from "./store.js";
import { Thread } from "./thread.js";
import { Tools } from "./tools.js";

const FAMILY = "Assistente Titillium";
const ASK_PERSON = "Vorrei parlare con una persona";
const HINT = "Scriva qui sotto che cosa Le serve, in poche parole.";

/** Build the widget for an assistant at `base` with the data-… of its tag and the response with its styles; it is ready when this is. */
export async function start(base, options, styles) {
  const [sheet] = await Promise.all([stylesheet(await styles), parsed()]);
  const app = new App(base, options, sheet);
  app.begin();
  fonts(base).catch(() => {}); // the system's font does
  return app;
}

/** The parts, each known to the others through here: `talk` is what is said, `life` when it begins and ends. */
class App {
  constructor(base, options, sheet) {
    const talk = (this.talk = new Conversation(this));
    const life = (this.life = new Lifetime(this));
    this.store = new Store(base);
    this.service = new Service(base, this.store);
    this.announcer = new Announcer();
    this.status = element("div", { id: "stato", role: "status" });
    this.warning = element("div", { id: "scadenza", role: "alert" });
    this.hint = element("p", { id: "vuota" }, HINT);
    this.composer = new Composer((text) => talk.say(text));
    this.composer.box.addEventListener("input", () => this.service.prepare(), { once: true });
    this.thread = new Thread(
      {
        choose: (pressed) => talk.choose(pressed),
        rate: (message, utile, motivo) => talk.rate(message, utile, motivo),
        copy: (message) => this.tools.copy(message.testo),
        retry: () => this.outbox.retry(),
        cancel: () => talk.cancel(),
        changed: () => this.changed(),
      },
      base,
    );
    this.tools = new Tools(this.thread, (text) => this.tell(text), { remove: () => life.remove(), person: () => talk.say(ASK_PERSON) });
    this.office = new Office(this.service, this.store, (status) => this.known(status));
    this.outbox = new Outbox(this.service, this.store, {
      trying: () => talk.trying(),
      sent: (result, message) => talk.sent(result, message),
      refused: (error, message) => talk.refused(error, message),
      waiting: (error, message, seconds) => talk.waiting(error, seconds),
    });
    this.channel = new Channel(this.service, {
      last: () => this.thread.last,
      messages: (messages) => talk.received(messages),
      state: (stato, nome) => this.panel.speaks(stato, nome),
      expires: (seconds) => this.expiry.reset(seconds),
      over: () => life.over(),
      connected: (well) => well && this.office.problem && this.office.load(),
    });
    this.expiry = new Expiry({ warn: () => life.warn(), calm: () => this.warning.replaceChildren(), over: () => life.expire() });
    this.panel = new Panel(options, this.store, sheet, {
      body: [this.office.notices, this.office.opening, this.office.notice, this.thread.node, this.hint, this.tools.node],
      foot: [this.office.trouble, this.warning, this.status, this.composer.node],
      outside: [this.announcer.node, this.tools.dialog],
      opened: () => talk.seen(),
    });
    this.service.token ||= this.panel.page?.dataset.token ?? "";
    if (options.aperto === "si" || this.store.get("aperto")) this.panel.open({ focus: false });
    if (this.office.status) this.known(this.office.status);
  }

  /** Show itself, and go on with what a reload has interrupted. */
  async begin() {
    this.panel.show();
    this.office.load();
    const unsent = this.outbox.resume();
    if (unsent) this.talk.depart(unsent.titolo ?? unsent.testo);
    await this.life.restore();
    if (unsent) this.outbox.deliver();
    this.panel.host.dataset.pronta = "si";
  }

  /** The server's word on the office. */
  known(status) {
    if (status.massimo) this.composer.maximum = status.massimo;
    if (status.sessione_minuti) this.life.seconds = 60 * status.sessione_minuti;
    this.tools.status = status;
    this.composer.count();
  }

  /** Something about what was done, in the status region; waiting: the answer is not there yet. */
  tell(text, waiting = false) {
    this.status.replaceChildren(...(text ? [element("p", {}, text)] : []));
    this.status.classList.toggle("attesa", waiting);
  }

  /** There are messages, or none: the notice folds, the tools show. */
  changed() {
    const begun = this.thread.list.children.length > 0;
    this.tools.node.hidden = !this.thread.messages.length;
    this.hint.hidden = begun;
    if (this.begun !== begun) this.office.notice.open = !begun;
    this.begun = begun;
  }
}

async function stylesheet(response) {
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
