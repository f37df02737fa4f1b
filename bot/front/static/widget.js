// The only tag that a page needs. It finds its own address, reads its data-… attributes and loads the rest.
//
// <script src="https://…/widget.js" defer data-posizione="destra" data-titolo="…" data-etichetta="…" data-aperto="no"
//         data-tema="auto" data-dentro="id"></script>       docs/sito.md tells what each is for.
(() => {
  const script = document.currentScript;
  if (!script || window.assistenteProcura) return;
  const base = new URL(".", script.src).href.replace(/static\/$/, "");
  const options = { ...script.dataset };
  const page = document.documentElement;
  const show = () => page.removeAttribute("data-assistente");
  if (options.dentro) {
    page.dataset.assistente = "attesa"; // the page without JavaScript stays hidden for a moment, so that nothing jumps
    setTimeout(show, 3000);
  }
  const styles = fetch(`${base}static/widget/widget.css`, { credentials: "omit" }); // at the same time as the rest
  styles.catch(() => {}); // app.js is told
  const ready = import(`${base}static/widget/app.js`).then((app) => app.start(base, options, styles));
  window.assistenteProcura = {
    apri: () => ready.then((app) => app.panel.open()),
    chiudi: () => ready.then((app) => app.panel.close()),
  };
  ready.then(show, show); // without its parts the page is the one without JavaScript, and a host page is as it was
})();
