// What happens in the conversation elsewhere: in another tab, or when a person of the office writes. Server-sent events while the tab
// is seen; a question now and then while it is not (a browser opens few streams to one server) or where a proxy holds streams back.

const SILENCE = 45000; // the server says something at least every 15 s
const ASK_SEEN = 5000;
const ASK_HIDDEN = 20000;
const LAST_PAUSE = 30000;

export class Channel {
  /** hooks: last() the newest message's id, messages(list), state(stato, nome), expires(seconds), over(), connected(bool). */
  constructor(service, hooks) {
    Object.assign(this, { service, hooks });
    for (const [target, event] of [[document, "visibilitychange"], [window, "online"], [window, "pageshow"]]) {
      target.addEventListener(event, () => this.abort && this.restart());
    }
  }

  /** Listen, if it does not yet. */
  start() {
    if (this.abort) return;
    this.abort = new AbortController();
    this.#listen(this.abort.signal);
  }

  /** Listen no longer. */
  stop() {
    this.abort?.abort();
    this.abort = null;
  }

  /** Ask at once what is new. */
  restart() {
    this.stop();
    this.start();
  }

  async #listen(signal) {
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (document.hidden || failures > 1) {
          await this.#ask(signal);
          if (failures > 20) failures = 0; // the stream may work again
          else if (failures) failures += 1;
          await rest(document.hidden ? ASK_HIDDEN : ASK_SEEN, signal);
        } else {
          const started = Date.now();
          await this.#stream(signal);
          failures = Date.now() - started > SILENCE / 2 ? 0 : failures + 1;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error.codice === "sessione") return this.#over();
        this.hooks.connected(false);
        failures += 1;
        await rest(Math.min(1000 * 2 ** failures, LAST_PAUSE), signal);
      }
    }
  }

  async #ask(signal) {
    const { messaggi, stato, scade_secondi } = await this.service.history(this.hooks.last());
    if (signal.aborted) return;
    this.hooks.connected(true);
    this.hooks.messages(messaggi);
    this.hooks.state(stato);
    if (scade_secondi != null) this.hooks.expires(scade_secondi);
  }

  async #stream(outer) {
    const inner = new AbortController();
    const stop = () => inner.abort();
    outer.addEventListener("abort", stop);
    let watch = setTimeout(stop, SILENCE);
    try {
      const response = await this.service.stream(this.hooks.last(), inner.signal);
      this.hooks.connected(true);
      for await (const event of events(response.body)) {
        clearTimeout(watch);
        watch = setTimeout(stop, SILENCE);
        if (outer.aborted) return;
        if (event.name === "messaggio") this.hooks.messages([event.data]);
        else if (event.name === "stato") this.hooks.state(event.data.stato, event.data.nome);
        else if (event.name === "fine") return this.#over();
      }
    } finally {
      clearTimeout(watch);
      outer.removeEventListener("abort", stop);
      inner.abort();
    }
  }

  #over() {
    this.stop();
    this.hooks.over();
  }
}

/** The events of a stream: {name, data}; a comment is an event without a name. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    const blocks = buffer.split(/\r\n\r\n|\n\n|\r\r/);
    buffer = blocks.pop();
    for (const block of blocks) yield parsed(block);
  }
}

function parsed(block) {
  const fields = { event: "", data: [] };
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "data") fields.data.push(value);
    else if (name === "event") fields.event = value;
  }
  return { name: fields.event, data: fields.data.length ? JSON.parse(fields.data.join("\n")) : {} };
}

function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
