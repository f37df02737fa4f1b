// "È stato utile?", and why not. The buttons stay, so that the focus does too and one can change one's mind.

import { button, element } from "./dom.js";

const LONGEST = 500;
let forms = 0;

/** The group of buttons under an answer; rate(message, utile, motivo) sends it and resolves to whether it was kept. */
export function rating(message, rate) {
  const said = element("p", { class: "grazie", role: "status" });
  const form = reason(async (text) => {
    form.hidden = true;
    no.focus();
    said.textContent = (await rate(message, false, text)) ? "Grazie: il Suo motivo è stato registrato." : "Non è stato possibile registrarlo.";
  });
  const yes = button("Sì", () => give(true), { class: "piccolo", "aria-label": "Sì, la risposta è stata utile" });
  const no = button("No", () => give(false), { class: "piccolo", "aria-label": "No, la risposta non è stata utile" });

  async function give(useful) {
    show(useful);
    form.hidden = useful;
    said.textContent = (await rate(message, useful)) ? (useful ? "Grazie." : "Grazie. Se vuole, scriva il motivo qui sotto.") : "Non è stato possibile registrarlo.";
  }

  function show(useful) {
    yes.setAttribute("aria-pressed", String(useful === true));
    no.setAttribute("aria-pressed", String(useful === false));
  }

  show(message.utile);
  const buttons = element("div", { class: "utile", role: "group", "aria-label": "È stato utile?" }, element("span", { "aria-hidden": "true" }, "È stato utile?"), yes, no);
  return element("div", { class: "valutazione" }, buttons, said, form);
}

function reason(send) {
  const id = `motivo-${++forms}`;
  const box = element("textarea", { id, rows: 2, maxlength: LONGEST });
  const submit = (event) => {
    event.preventDefault();
    if (box.value.trim()) send(box.value.trim());
  };
  return element(
    "form",
    { class: "motivo", hidden: true, onsubmit: submit },
    element("label", { for: id }, "Che cosa non andava? (facoltativo, senza dati personali)"),
    box,
    element("button", { type: "submit", class: "piccolo" }, "Invia il motivo"),
  );
}
