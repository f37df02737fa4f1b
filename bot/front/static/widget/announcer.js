// One region, apart from what is seen, where a screen reader hears each finished message once.

import { element } from "./dom.js";

export class Announcer {
  constructor() {
    this.slots = [element("div"), element("div")];
    this.node = element("div", { class: "solo-lettori", id: "annunci", "aria-live": "polite" }, ...this.slots);
    this.turn = 0;
  }

  /** Say a text; two equal ones in a row are two, because they come in different places. */
  say(text) {
    this.slots[this.turn].textContent = "";
    this.turn = 1 - this.turn;
    this.slots[this.turn].textContent = text;
  }

  /** Leave nothing behind. */
  clear() {
    for (const slot of this.slots) slot.textContent = "";
  }
}

/** Messages as they are said: who speaks, the text without list marks, how many choices follow. */
export function spoken(messages, name) {
  return messages
    .map((message) => {
      const said = message.testo.replace(/^\s*[-*] /gm, "").replaceAll("**", "");
      const count = message.scelte?.length ?? 0;
      const choices = count === 1 ? "\nC'è una scelta dopo il messaggio." : count ? `\nCi sono ${count} scelte dopo il messaggio.` : "";
      const card = message.bozza ? "\nLa bozza si può scaricare dopo il messaggio." : "";
      return { who: name(message), text: said + choices + card };
    })
    .map(({ who, text }, index, all) => (index && all[index - 1].who === who ? text : `${who}: ${text}`))
    .join("\n");
}
