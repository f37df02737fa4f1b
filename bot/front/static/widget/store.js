// What this tab keeps: the token, a message not sent yet, whether the panel is open, the office's contacts. Gone with the tab.

export class Store {
  constructor(base) {
    this.prefix = `assistente ${base} `;
  }

  /** The kept value; null if there is none, or storage is switched off. */
  get(name) {
    try {
      return JSON.parse(sessionStorage.getItem(this.prefix + name));
    } catch {
      return null; // everything then lasts as long as the page
    }
  }

  /** Keep a value; null or "" forgets it. */
  set(name, value) {
    try {
      if (value == null || value === "") sessionStorage.removeItem(this.prefix + name);
      else sessionStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // as above
    }
  }
}
