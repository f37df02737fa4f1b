// Calls to the front's HTTP interface (/api/openapi.json), and the token of the conversation.

const TIMEOUT = 25000; // the front itself gives up on Rasa before
const NETWORK = "La connessione non funziona.";
const UNAVAILABLE = "L'assistente in questo momento non risponde.";

/** The server refused or could not: `message` is Italian and for the person; codice, contatti, attesa (seconds) are the server's. */
export class ServiceError extends Error {
  constructor(message, codice, { contatti = "", attesa = 0 } = {}) {
    super(message);
    Object.assign(this, { codice, contatti, attesa });
  }

  /** Whether the same request may work later. */
  get passing() {
    return ["rete", "non_disponibile", "troppe_richieste"].includes(this.codice);
  }
}

export class Service {
  /** base: address of the assistant, ending in a slash. */
  constructor(base, store) {
    Object.assign(this, { base, store });
    this.token = store.get("token") ?? "";
    this.fresh = false; // whether nothing was said yet with this token
  }

  /** The conversation of this tab if it is still open, else a new one: {token, messaggi, stato, scade_secondi}. */
  async start() {
    const before = this.token;
    const started = await this.#call("POST", "conversazioni", before ? { token: before } : {});
    if (started.token !== before) this.fresh = true;
    this.keep(started.token);
    return started;
  }

  /** Have a conversation at hand before the first message, which is then answered sooner. */
  async prepare() {
    if (this.token) return;
    this.starting ??= this.start().finally(() => (this.starting = null));
    await this.starting.catch(() => {}); // the message that is sent will say what is wrong
  }

  /** Send {testo} or {scelta} with its chiave: {messaggi, mio, stato}. */
  async send(message, signal) {
    await this.prepare();
    if (!this.token) await this.start();
    try {
      const result = await this.#call("POST", "messaggi", { token: this.token, ...message }, signal);
      this.fresh = false;
      return result;
    } catch (error) {
      if (error.codice !== "sessione" || !this.fresh) throw error;
      this.keep(""); // it was made when the person began to write, and has expired since
      this.fresh = false;
      return this.send(message, signal);
    }
  }

  /** What was said after a message: {messaggi, stato, scade_secondi}. */
  history(after = 0) {
    return this.#call("GET", `messaggi?dopo=${after}`);
  }

  /** The stream of what is said from now on, as a Response. */
  async stream(after, signal) {
    const response = await this.#fetch("GET", `eventi?dopo=${after}`, { Accept: "text/event-stream" }, undefined, signal);
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** What the person thinks of an answer. */
  rate(messaggio, utile, motivo) {
    return this.#call("POST", "valutazioni", { token: this.token, messaggio, utile, ...(motivo ? { motivo } : {}) });
  }

  /** Make the server forget the conversation. */
  async remove() {
    try {
      if (this.token) await this.#call("DELETE", "conversazioni", { token: this.token });
    } catch (error) {
      if (error.codice !== "sessione") throw error; // over already: there is nothing left to delete
    }
    this.keep("");
  }

  /** The office, its notices, and whether the assistant answers. */
  status() {
    return this.#call("GET", "stato");
  }

  /** Keep a token; with "" the next message begins a new conversation. */
  keep(token) {
    this.token = token;
    this.store.set("token", token);
  }

  async #call(method, path, body, signal) {
    const response = await this.#fetch(method, path, { Accept: "application/json" }, body, signal ?? AbortSignal.timeout?.(TIMEOUT));
    if (!response.ok) throw await refusal(response);
    try {
      return await response.json();
    } catch {
      throw new ServiceError(NETWORK, "rete");
    }
  }

  async #fetch(method, path, headers, body, signal) {
    if (body) headers["Content-Type"] = "application/json";
    else if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const options = { method, headers, body: body && JSON.stringify(body), signal, cache: "no-store", credentials: "omit" };
    try {
      return await fetch(`${this.base}api/${path}`, options);
    } catch {
      throw new ServiceError(NETWORK, "rete");
    }
  }
}

async function refusal(response) {
  const content = await response.json().catch(() => ({}));
  const attesa = Number(response.headers.get("Retry-After")) || 0;
  if (!content.codice || response.status >= 500) {
    return new ServiceError(content.errore ?? UNAVAILABLE, "non_disponibile", { contatti: content.contatti, attesa });
  }
  return new ServiceError(content.errore, content.codice, { contatti: content.contatti, attesa });
}
