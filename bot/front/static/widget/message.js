// A message as it is seen: who speaks, what is said, its draft, its choices, its source, what the person thinks of it.

import { button, element, hidden } from "./dom.js";
import { absolute, content, outside } from "./html.js";
import { rating } from "./rating.js";

const ROME = "Europe/Rome"; // the office's hours, wherever the reader is

/** Who speaks, in the words of the page. */
export function speaker({ chi, nome }) {
  if (chi === "operatore") return nome ? `${nome}, persona dell'ufficio` : "Una persona dell'ufficio";
  return { lei: "Lei", assistente: "Assistente automatico", ufficio: "L'ufficio" }[chi] ?? "L'ufficio";
}

/** The element of a message. on: choose(button), rate(message, utile, motivo), copy(message). base: address that links are relative to. */
export function turn(message, on, base) {
  const time = new Date(message.quando);
  const clock = time.toLocaleTimeString("it-IT", { hour: "2-digit", minute: "2-digit", timeZone: ROME });
  const heading = element("h3", {}, speaker(message), hidden(" alle"), " ", element("time", { datetime: message.quando }, clock));
  const item = element("li", { class: `turno ${message.chi}`, "data-id": message.id }, heading);
  item.append(element("div", { class: "testo" }, ...content(message.html, message.testo, base)));
  if (message.bozza) item.append(draft(message.bozza, base));
  if (message.scelte?.length) item.append(choices(message, on));
  if (message.fonte) item.append(source(message, base));
  if (message.valutabile) {
    const copy = button("Copia", () => on.copy(message), { class: "piccolo", "aria-label": "Copia questa risposta" });
    item.append(element("div", { class: "attrezzi" }, copy, rating(message, on.rate)));
  }
  return item;
}

function source(message, base) {
  const said = element("div", {}, ...content(message.fonte_html, message.fonte, base));
  return element("details", { class: "fonte" }, element("summary", {}, "Fonte"), said);
}

function draft(bozza, base) {
  const expires = bozza.scade ? element("p", {}, "Si può scaricare fino a ", moment(bozza.scade), ".") : null;
  const files = bozza.file.map((file) => element("li", {}, element("a", { class: "scarica", href: absolute(file.indirizzo, base), download: true }, file.titolo)));
  return element(
    "section",
    { class: "bozza", "aria-label": `Bozza: ${bozza.titolo}` },
    element("h4", {}, bozza.titolo),
    element("p", {}, "Riferimento: ", element("strong", {}, bozza.riferimento)),
    expires,
    element("ul", {}, ...files),
    element("p", {}, outside(absolute(bozza.indirizzo, base), "Apri la pagina della bozza")),
  );
}

function moment(iso) {
  const options = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: ROME };
  return element("time", { datetime: iso }, new Date(iso).toLocaleString("it-IT", options).replace(" alle ore ", " alle "));
}

let groups = 0;

function choices(message, on) {
  const id = `scelte-${++groups}`;
  const buttons = message.scelte.map((choice) => button(choice.titolo, ({ currentTarget }) => on.choose(currentTarget), { value: choice.token }));
  const group = element(
    "div",
    { class: "scelte", role: "group", "aria-labelledby": id },
    element("p", { id }, "Può scegliere:"),
    element("ul", {}, ...buttons.map((choice) => element("li", {}, choice))),
  );
  const used = buttons.find((choice) => choice.value === message.scelta);
  if (used) use(used, false, group);
  return group;
}

/**
 * Switch a group of choices off after one was used: still readable, no longer usable.
 * The used button keeps the focus it has until the person moves on, so that Tab goes on from there.
 */
export function use(used, keepFocus, group = used.closest(".scelte")) {
  if (used.classList.contains("scelta")) return;
  group.querySelector("p").textContent = "Scelta fatta:";
  for (const other of group.querySelectorAll("button")) if (other !== used || !keepFocus) other.disabled = true;
  used.classList.add("scelta");
  used.append(hidden(" (scelto)"));
  if (!keepFocus) return;
  used.setAttribute("aria-disabled", "true");
  const leave = () => used.getAttribute("aria-disabled") === "true" && (used.disabled = true);
  used.addEventListener("blur", leave, { once: true });
}

/** Undo `use` when the choice could not be sent. */
export function release(group) {
  group.querySelector("p").textContent = "Può scegliere:";
  for (const other of group.querySelectorAll("button")) {
    other.disabled = false;
    other.classList.remove("scelta");
    other.removeAttribute("aria-disabled");
    other.querySelector(".solo-lettori")?.remove();
  }
}
