// One message at a time, sent until the server has it: again with the same key when the network or the assistant fails in between,
// so that it is never there twice. Kept in the tab, so that a reload goes on.

const FIRST_PAUSE = 2000;
const LAST_PAUSE = 30000;

/** A key that no other message has; crypto.randomUUID is missing on plain http. */
export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /** hooks: sent(result, message), refused(error, message), waiting(error, message, seconds), trying(message). */
  constructor(service, store, hooks) {
    Object.assign(this, { service, store, hooks });
    this.message = null;
    addEventListener("online", () => this.retry());
  }

  /** Send {testo} or {scelta, titolo}. */
  send(content) {
    this.message = { ...content, chiave: key() };
    this.store.set("in_partenza", this.message);
    return this.#deliver(this.message);
  }

  /** Go on with what a reload has interrupted; the message, or null. */
  resume() {
    this.message = this.store.get("in_partenza");
    return this.message;
  }

  /** Deliver the message of `resume`. */
  deliver() {
    return this.#deliver(this.message);
  }

  /** Do not wait any longer. */
  retry() {
    this.wake?.();
  }

  /** Give up; the message that was not sent. */
  cancel() {
    const message = this.message;
    this.#forget();
    this.abort?.abort();
    this.wake?.();
    return message;
  }

  async #deliver(message) {
    for (let pause = FIRST_PAUSE; this.message === message; pause = Math.min(2 * pause, LAST_PAUSE)) {
      this.hooks.trying(message);
      this.abort = new AbortController();
      const late = setTimeout(() => this.abort.abort(), 25000);
      try {
        const { titolo, ...request } = message;
        const result = await this.service.send(request, this.abort.signal);
        if (this.message !== message) return;
        this.#forget();
        return this.hooks.sent(result, message);
      } catch (error) {
        if (this.message !== message) return;
        if (!error.passing) {
          this.#forget();
          return this.hooks.refused(error, message);
        }
        const wait = Math.max(pause, 1000 * error.attesa);
        this.hooks.waiting(error, message, Math.round(wait / 1000));
        await this.#rest(wait);
      } finally {
        clearTimeout(late);
      }
    }
  }

  #rest(wait) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #forget() {
    this.message = null;
    this.store.set("in_partenza", null);
  }
}
