// Hears from the server that something is new, asks for the part of the page that changed, and says so to who cannot see it.

const MINUTE = 60_000;
const status = document.getElementById("stato");
const badge = document.getElementById("in-attesa");
const live = document.querySelector("[data-vivo]");
const title = document.title;
let before;

function say(text) {
  const line = document.createElement("p");
  line.className = "solo-lettori";
  line.textContent = text;
  status.replaceChildren(line);
}

function people(count) {
  return count === 1 ? "Una persona aspetta una risposta." : `${count} persone aspettano una risposta.`;
}

function show(news) {
  const due = news.attesa + news.da_rispondere;
  badge.hidden = due === 0;
  badge.textContent = due;
  badge.setAttribute("aria-label", people(due));
  document.title = due ? `(${due}) ${title}` : title;
  if (before && due > before.attesa + before.da_rispondere) say(people(due));
}

// The part of the page as the server writes it now. What had the focus keeps it, where it is still there.
async function refresh() {
  const answer = await fetch(live.dataset.vivo, { redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = live.contains(document.activeElement) ? document.activeElement : null;
  const [id, label] = [focused?.id, focused?.textContent];
  const atEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 200;
  live.replaceChildren(...page.body.childNodes);
  if (focused) {
    const same = [...live.querySelectorAll("a, button, summary")].find((e) => (id ? e.id === id : e.textContent === label));
    same?.focus();
  }
  if (atEnd && live.dataset.conversazione) live.querySelector("#ultimo")?.scrollIntoView({ block: "nearest" });
}

async function hear(news) {
  show(news);
  const [changed, known] = live?.dataset.conversazione ? ["conversazione", live.dataset.segno] : ["segno", undefined];
  if (live && !live.dataset.ogni && news[changed] !== (before?.[changed] ?? known)) {
    await refresh().catch(() => {}); // the first time too: something may have come while the page did
    if (changed === "conversazione") say("La conversazione è cambiata: ci sono messaggi nuovi.");
  }
  before = news;
}

// A part of the page that goes on by itself (a training): looked at every few seconds until it is done.
function watch(seconds) {
  const going = () => live.querySelector("[data-in-corso]") !== null;
  let was = going();
  setInterval(async () => {
    if (!was && !going()) return;
    await refresh().catch(() => {});
    if (was && !going()) say("Finito: la pagina è aggiornata.");
    was = going();
  }, seconds * 1000);
}

export function listen(over) {
  const id = live?.dataset.conversazione;
  const source = new EventSource("/staff/novita" + (id ? `?id=${encodeURIComponent(id)}` : ""));
  let queue = Promise.resolve();
  source.addEventListener("novita", (event) => {
    queue = queue.then(() => hear(JSON.parse(event.data)));
  });
  source.addEventListener("fine", () => {
    source.close();
    over();
  });
  addEventListener("pagehide", () => source.close());
  if (live?.dataset.ogni) watch(Number(live.dataset.ogni));
  else if (live && !id) setInterval(() => refresh().catch(() => {}), MINUTE); // how long somebody has been waiting
}
