// When a conversation begins and ends in this tab: found again after a reload, over after a time without messages, deleted.

import { button, element, focused } from "./dom.js";

const AN_HOUR = 3600;
const MARGIN = 125; // a little more than the warning comes before the end (expiry.js)
const LAST_PAUSE = 30000;
const DELETED = "La conversazione è stata cancellata.";
const OVER = "La conversazione è finita o è stata cancellata: ne può cominciare subito un'altra.";
const EXPIRED =
  "Per riservatezza, dopo un po' di tempo senza messaggi la conversazione è stata tolta da questo schermo. Ne può cominciare subito un'altra.";
const WARNING = "Per riservatezza, tra due minuti la conversazione viene tolta da questo schermo.";

export class Lifetime {
  constructor(app) {
    this.app = app;
    this.seconds = AN_HOUR; // that it lives without messages; the server says how many
  }

  /** Show again what this tab had before it was loaded, in silence; tries until the server answers. */
  async restore(pause = 2000) {
    const { service, thread, panel, expiry, channel, office } = this.app;
    const before = service.token;
    if (!before) return;
    try {
      const { token, messaggi, stato, scade_secondi } = await service.start();
      if (token !== before) {
        service.keep("");
        return this.app.tell(EXPIRED);
      }
      thread.add(messaggi);
      panel.reveal(thread.list.lastElementChild);
      panel.speaks(stato);
      if (!messaggi.length) return;
      expiry.reset(scade_secondi);
      channel.start();
    } catch (error) {
      office.load();
      const again = () => service.token === before && this.restore(Math.min(2 * pause, LAST_PAUSE));
      setTimeout(again, Math.max(pause, 1000 * (error.attesa ?? 0)));
    }
  }

  /** Two minutes are left, unless another tab has used the conversation. */
  async warn() {
    const left = await this.#left();
    if (left > MARGIN) return this.app.expiry.reset(left);
    this.app.warning.replaceChildren(element("p", {}, WARNING), button("Continua la conversazione", () => this.#goOn()));
  }

  /** The time is over, unless another tab has used the conversation. */
  async expire() {
    const left = await this.#left();
    if (left > 0) this.app.expiry.reset(left);
    else this.wipe(EXPIRED);
  }

  /** The server says that there is no such conversation any more. */
  over() {
    this.wipe(OVER);
  }

  /** Delete the conversation, here and on the server. */
  async remove() {
    const { service, composer } = this.app;
    try {
      await service.remove();
    } catch (error) {
      const again = error.codice === "rete" ? " La conversazione non è stata cancellata: può riprovare tra poco." : "";
      return composer.fail(error.message + again);
    }
    this.wipe(DELETED);
    composer.focus();
  }

  /** Leave nothing of the conversation in this tab, and say why. */
  wipe(text) {
    const { panel, channel, expiry, outbox, talk, service, thread, announcer, composer, tools } = this.app;
    const here = focused(panel.host.shadowRoot);
    channel.stop();
    expiry.stop();
    outbox.cancel();
    talk.clear();
    service.keep("");
    thread.clear();
    announcer.clear();
    composer.text = "";
    composer.fail("");
    composer.busy = false;
    tools.dialog.close();
    panel.speaks("bot");
    panel.unread(0);
    this.app.tell(text);
    if (here && !(here.isConnected && (here.checkVisibility?.() ?? true))) composer.focus();
  }

  async #goOn() {
    const { service, expiry, warning, composer } = this.app;
    warning.replaceChildren();
    composer.focus();
    try {
      const { token } = service;
      const started = await service.start();
      if (started.token !== token) return this.wipe(EXPIRED);
      expiry.reset(started.scade_secondi);
    } catch {
      // the time goes on; the next message makes it longer
    }
  }

  /** Seconds that the conversation has according to the server; 0 if it does not say. */
  async #left() {
    const { service, thread } = this.app;
    try {
      return (await service.history(thread.last)).scade_secondi;
    } catch {
      return 0;
    }
  }
}
