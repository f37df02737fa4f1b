// Calls to the front's JSON interface, and the token of the conversation, kept for this tab only.

const KEY = "conversazione";
const TIMEOUT = 20000; // the front itself gives up on Rasa after ten seconds

/** The server refused or could not: `message` is Italian and for the person, `codice` is for the page. */
export class ServiceError extends Error {
  constructor(message, codice) {
    super(message);
    this.codice = codice;
  }
}

async function call(method, path, body) {
  let response, content;
  try {
    response = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout?.(TIMEOUT),
    });
    content = await response.json();
  } catch {
    throw new ServiceError("La connessione non funziona.", "rete");
  }
  if (!response.ok) throw new ServiceError(content.errore, content.codice);
  return content;
}

/** The session of this tab. `known` is the token of a conversation that the server has already put on the page. */
export class Service {
  constructor(known) {
    this.token = known || stored();
  }

  /** The messages of the conversation that this tab had before it was loaded again. */
  async resume() {
    if (!this.token) return [];
    return (await this.#start(this.token)).messaggi;
  }

  /** Send {testo} or {scelta}; the answers. */
  async send(message) {
    if (!this.token) await this.#start();
    return (await call("POST", "/api/messaggi", { token: this.token, ...message })).messaggi;
  }

  /** Make the server forget the conversation. */
  async remove() {
    try {
      if (this.token) await call("DELETE", "/api/conversazioni", { token: this.token });
    } catch (error) {
      if (error.codice !== "sessione") throw error; // over already: there is nothing left to delete
    }
    this.drop();
  }

  /** Forget the token; the next message begins a new conversation. */
  drop() {
    this.token = "";
    store("");
  }

  async #start(token) {
    const started = await call("POST", "/api/conversazioni", token ? { token } : {});
    this.token = started.token;
    store(this.token);
    return started;
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEY) || "";
  } catch {
    return ""; // storage is switched off: the conversation lasts as long as the page
  }
}

function store(token) {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // as above
  }
}
