// Messages on the page. templates/turno.html makes the same elements on the server.

import { blocks, element, line } from "./testo.js";

export const NOMI = { lei: "Lei", assistente: "Assistente" };
let groups = 0;

/** The element of one message {chi, testo, fonte, scelte, scelta}. */
export function turno(message) {
  const item = element("li", { class: `turno ${message.chi}` }, element("h3", {}, NOMI[message.chi]));
  item.append(element("div", { class: "testo" }, ...blocks(message.testo)));
  if (message.fonte) {
    const source = element("p", {}, ...line(message.fonte));
    item.append(element("details", { class: "fonte" }, element("summary", {}, "Fonte"), source));
  }
  if (message.scelte?.length) item.append(choices(message));
  return item;
}

function choices(message) {
  const id = `scelte-js-${++groups}`;
  const list = element("ul");
  for (const choice of message.scelte) {
    const button = element("button", { type: "submit", form: "modulo", name: "scelta", value: choice.token }, choice.titolo);
    list.append(element("li", {}, button));
  }
  const group = element("div", { class: "scelte", role: "group", "aria-labelledby": id });
  group.append(element("p", { id }, "Può scegliere:"), list);
  if (message.scelta) {
    const used = [...list.querySelectorAll("button")].find((button) => button.value === message.scelta);
    if (used) use(used, false);
  }
  return group;
}

/**
 * Switch a group of choices off after one was used: still readable, no longer usable.
 * The used button keeps the focus it has until the person moves on, so that Tab goes on from there.
 */
export function use(button, keepFocus) {
  const group = button.closest(".scelte");
  group.querySelector("p").textContent = "Scelta fatta:";
  for (const other of group.querySelectorAll("button")) {
    if (other !== button || !keepFocus) other.disabled = true;
  }
  button.classList.add("scelta");
  button.append(element("span", { class: "solo-lettori" }, " (scelto)"));
  if (keepFocus) {
    button.setAttribute("aria-disabled", "true");
    button.addEventListener("blur", () => {
      if (button.getAttribute("aria-disabled") === "true") button.disabled = true;
    }, { once: true });
  }
}

/** Undo `use` when the choice could not be sent. */
export function release(button) {
  const group = button.closest(".scelte");
  group.querySelector("p").textContent = "Può scegliere:";
  for (const other of group.querySelectorAll("button")) other.disabled = false;
  button.classList.remove("scelta");
  button.removeAttribute("aria-disabled");
  button.querySelector(".solo-lettori")?.remove();
}

/** What a screen reader is told of an answer: its text without list marks, and how many choices follow. */
export function announcement(messages) {
  const parts = messages.map((message) => message.testo.replace(/^\s*- /gm, ""));
  const offered = messages.reduce((sum, message) => sum + message.scelte.length, 0);
  if (offered) parts.push(offered === 1 ? "C'è una scelta dopo il messaggio." : `Ci sono ${offered} scelte dopo il messaggio.`);
  return `Assistente: ${parts.join("\n")}`;
}

/** The whole conversation as a text to keep. */
export function transcript(messages, office, contacts) {
  const now = new Date().toLocaleString("it-IT", { dateStyle: "short", timeStyle: "short" });
  const parts = [`Conversazione con l'assistente automatico\n${office}\n${now}`];
  for (const message of messages) {
    const lines = [`${NOMI[message.chi]}:`, message.testo];
    if (message.fonte) lines.push(`Fonte: ${message.fonte}`);
    if (message.scelte?.length) lines.push(`Scelte: ${message.scelte.map((choice) => choice.titolo).join("; ")}`);
    parts.push(lines.join("\n"));
  }
  parts.push(`Informazioni generali date da un sistema automatico, che può sbagliare. Per conferma: ${contacts}.`);
  return parts.join("\n\n") + "\n";
}
