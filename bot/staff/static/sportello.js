// The desk works without this. What it adds: a warning before the session ends, and pages that show what is new by themselves.

import { listen } from "./novita.js";

const WARN_SECONDS = 5 * 60;
const box = document.getElementById("fine-sessione");
let timer;

function show(text, label, act) {
  box.replaceChildren(document.createTextNode(text + " "));
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  box.append(button);
  box.hidden = false;
}

function over() {
  show("La sessione è finita: quello che scrive adesso non si può salvare.", "Entra di nuovo", () => location.reload());
}

function warn(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  show(`La sessione finisce tra ${minutes === 1 ? "un minuto" : `${minutes} minuti`}.`, "Resto", stay);
  timer = setTimeout(over, seconds * 1000);
}

function watch(seconds) {
  clearTimeout(timer);
  box.hidden = true;
  if (seconds > WARN_SECONDS) timer = setTimeout(() => warn(WARN_SECONDS), (seconds - WARN_SECONDS) * 1000);
  else if (seconds > 0) warn(seconds);
  else over();
}

async function stay() {
  try {
    const answer = await fetch("/staff/resto", { headers: { Accept: "application/json" }, redirect: "error" });
    watch((await answer.json()).resta);
  } catch {
    over();
  }
}

watch(Number(document.body.dataset.resta));
listen(over);
