// The server's HTML, which it has sanitised already, made anew from the few elements that an answer may have.

import { element, hidden } from "./dom.js";

const PLAIN = new Set(["P", "BR", "UL", "OL", "LI", "STRONG", "EM"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
let policy;

/** A host page may ask for trusted types; where it forbids ours there is only text. */
function trusted(html) {
  if (!window.trustedTypes?.createPolicy) return html;
  policy ??= window.trustedTypes.createPolicy("assistente-procura", { createHTML: (text) => text });
  return policy.createHTML(html);
}

/** Nodes of an answer: `html` of the server, or `text` as paragraphs where there is none or it cannot be read. Links are relative to `base`. */
export function content(html, text, base) {
  if (html) {
    try {
      const template = document.createElement("template");
      template.innerHTML = trusted(html);
      return copies(template.content, base);
    } catch {
      // as text
    }
  }
  return text.split("\n").filter((line) => line.trim()).map((line) => element("p", {}, line));
}

function copies(parent, base) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    if (node.nodeName === "A") return [link(node, base)];
    if (node.classList.contains("solo-lettori")) return []; // our own links have these words
    const inside = copies(node, base);
    if (!PLAIN.has(node.nodeName)) return ["SCRIPT", "STYLE", "TEMPLATE"].includes(node.nodeName) ? [] : inside;
    const start = node.nodeName === "OL" && /^\d{1,4}$/.test(node.getAttribute("start") ?? "") ? node.getAttribute("start") : null;
    return [element(node.nodeName.toLowerCase(), { start }, ...inside)];
  });
}

function link(node, base) {
  const inside = copies(node, base);
  const address = absolute(node.getAttribute("href"), base);
  return address ? outside(address, ...inside) : element("span", {}, ...inside);
}

/** An address as the page may open it; "" when it may not. */
export function absolute(href, base) {
  try {
    const address = new URL(href, base);
    return SCHEMES.has(address.protocol) ? address.href : "";
  } catch {
    return "";
  }
}

/** A link; to a page it opens another tab and says so, because the conversation is on this one. */
export function outside(href, ...inside) {
  if (!/^https?:/.test(href)) return element("a", { href }, ...inside);
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...inside, hidden(" (si apre in un'altra scheda)"));
}
