// Answers as DOM nodes: paragraphs, lists and links, always as text. rendering.py does the same on the server.

const LINK = /https?:\/\/[^\s<>"«»]+|www\.[A-Za-z0-9-]+\.[^\s<>"«»]+|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
const TRAILING = /[.,;:!?)\]'’]+$/;

/** An element with attributes and children; children that are strings become text. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** A line as text and link nodes; punctuation after an address is not part of it. */
export function line(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, "");
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(link(address));
    end = match.index + address.length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function link(address) {
  if (/^https?:\/\//.test(address)) return outside(address, address);
  if (address.startsWith("www.")) return outside(`https://${address}`, address);
  return element("a", { href: `mailto:${address}` }, address);
}

function outside(href, text) {
  const hint = element("span", { class: "solo-lettori" }, " (si apre in un'altra scheda)");
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text, hint);
}

/** A text as paragraphs and lists: lines that begin with "- " are items of one list. */
export function blocks(text) {
  const nodes = [];
  let list = null;
  for (const raw of text.split("\n")) {
    const content = raw.trim();
    if (!content) continue;
    if (content.startsWith("- ")) {
      if (!list) nodes.push((list = element("ul")));
      list.append(element("li", {}, ...line(content.slice(2).trim())));
    } else {
      list = null;
      nodes.push(element("p", {}, ...line(content)));
    }
  }
  return nodes;
}
