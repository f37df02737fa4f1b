// The page with JavaScript: the same form as without, but it does not load again.

import { Service, ServiceError } from "./servizio.js";
import { element } from "./testo.js";
import { announcement, release, transcript, turno, use } from "./turni.js";

const $ = (id) => document.getElementById(id);
const form = $("modulo");
const box = $("testo");
const list = $("turni");
const maximum = Number(form.dataset.massimo);
const service = new Service(form.dataset.token);
const SLOW = 400; // milliseconds before "Sto cercando…": a quick answer is not announced twice
const NEAR_LIMIT = 100;

let messages = [];
let waiting = false;

function show(message) {
  messages.push(message);
  const item = turno(message);
  list.append(item);
  $("vuota").hidden = true;
  $("strumenti").hidden = false;
  return item;
}

function say(region, text) {
  $(region).replaceChildren(...(text ? [element("p", {}, text)] : []));
}

function searching(on) {
  const region = $("stato");
  if (on) say("stato", "Sto cercando…");
  else if (region.classList.contains("attesa")) say("stato", "");
  region.classList.toggle("attesa", on);
}

/** Once, in a region of its own; the visible conversation is not a live region. */
function announce(text) {
  const region = $("annunci");
  while (region.children.length > 1) region.firstChild.remove();
  region.append(element("p", {}, text));
}

function reveal(item) {
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  item.scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "auto" });
}

const length = (text) => [...text.trim().normalize("NFC")].length; // characters as the server counts them

function count() {
  const used = length(box.value);
  const left = maximum - used;
  $("conteggio").textContent = `${used} di ${maximum} caratteri.`;
  $("conteggio").classList.toggle("oltre", left < 0);
  if (left >= 0) box.removeAttribute("aria-invalid");
  else box.setAttribute("aria-invalid", "true");
  let warning = "";
  if (left < 0) warning = "Il testo è troppo lungo.";
  else if (left <= NEAR_LIMIT) warning = `Mancano meno di ${left <= NEAR_LIMIT / 2 ? NEAR_LIMIT / 2 : NEAR_LIMIT} caratteri al massimo.`;
  if ($("limite").textContent !== warning) $("limite").textContent = warning;
}

function setTyped(text) {
  box.value = text;
  count();
}

/** Send a text or a choice; `undo` puts things back as they were when it could not be sent. */
async function exchange(said, request, undo) {
  waiting = true;
  $("invia").setAttribute("aria-disabled", "true");
  say("errore", "");
  say("stato", "");
  await ready;
  const item = show({ chi: "lei", testo: said, scelte: [] });
  reveal(item);
  const slow = setTimeout(() => searching(true), SLOW);
  try {
    const answers = await service.send(request);
    for (const answer of answers) show({ chi: "assistente", ...answer });
    reveal(item);
    announce(announcement(answers));
  } catch (error) {
    messages.pop();
    item.remove();
    $("vuota").hidden = messages.length > 0;
    $("strumenti").hidden = messages.length === 0;
    undo();
    explain(error, "testo" in request);
  } finally {
    clearTimeout(slow);
    searching(false);
    waiting = false;
    $("invia").removeAttribute("aria-disabled");
  }
}

function explain(error, typed) {
  if (!(error instanceof ServiceError)) throw error;
  const again = typed
    ? "Il messaggio non è stato inviato ed è ancora nella casella: può riprovare tra poco."
    : "La scelta non è stata inviata: può premere di nuovo il pulsante tra poco.";
  if (error.codice === "rete") say("errore", `${error.message} ${again}`);
  else if (error.codice === "sessione") {
    service.drop();
    say("errore", typed ? `${error.message} Il messaggio è ancora nella casella: lo mandi di nuovo.` : error.message);
  } else say("errore", error.message);
}

async function sendTyped() {
  const typed = box.value;
  box.focus();
  const used = length(typed);
  if (used === 0) return say("errore", "Il messaggio è vuoto: scriva la Sua domanda e poi prema «Invia».");
  if (used > maximum) {
    const over = used - maximum;
    const remove = over === 1 ? "un carattere" : `${over} caratteri`;
    return say("errore", `Il messaggio ha ${used} caratteri e il massimo è ${maximum}: tolga almeno ${remove} e lo mandi di nuovo.`);
  }
  setTyped("");
  await exchange(typed.trim(), { testo: typed }, () => setTyped(box.value ? `${typed}\n${box.value}` : typed));
}

async function sendChoice(button) {
  const title = button.textContent;
  use(button, document.activeElement === button);
  await exchange(title, { scelta: button.value }, () => release(button));
}

function download() {
  const text = transcript(messages, form.dataset.ufficio, form.dataset.contatti);
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  element("a", { href: address, download: "conversazione.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

async function remove() {
  $("conferma").close();
  try {
    await service.remove();
  } catch (error) {
    const text = error.codice === "rete" ? `${error.message} La conversazione non è stata cancellata: può riprovare tra poco.` : error.message;
    return say("errore", text);
  }
  messages = [];
  list.replaceChildren();
  $("annunci").replaceChildren();
  $("strumenti").hidden = true;
  $("vuota").hidden = false;
  setTyped("");
  say("errore", "");
  say("stato", "La conversazione è stata cancellata.");
  box.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.name === "azione") {
    if (button.value === "scarica") download();
    else $("conferma").showModal();
  } else if (waiting || button?.getAttribute("aria-disabled") === "true") {
    return; // one message at a time
  } else if (button?.name === "scelta") sendChoice(button);
  else sendTyped();
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit($("invia"));
});
box.addEventListener("input", count);

$("stampa").addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => {
  for (const source of document.querySelectorAll("details")) source.open = true;
});
$("conferma-si").addEventListener("click", remove);
$("conferma-no").addEventListener("click", () => $("conferma").close());

$("voce-stampa").hidden = false;
$("aiuto").hidden = false;
count();

/** Show again what this tab had before it was loaded again, in silence. */
async function restore() {
  try {
    const past = await service.resume();
    if (form.dataset.token) messages = past; // the server has put them on the page already
    else past.forEach(show);
  } catch {
    // the page works all the same; the next message says what is wrong
  }
}

const ready = restore();
await ready;
document.documentElement.dataset.pronta = "si";
