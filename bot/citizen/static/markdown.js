// The Markdown subset of the bot's messages, as DOM nodes: paragraphs, lists, bold, links. Text is only ever text:
// nothing is parsed as HTML, and a link leads to the web, a mail address or a phone, or it is not a link.

import { say } from "./words.js";

/** An element with attributes and children; a child is a node or a text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const BULLET = /^\s{0,3}[-*•]\s+/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)]\s+/;

/** Blocks of `text`; a single line break inside a paragraph stays a line break. */
export function markdown(text, tag) {
  const blocks = document.createDocumentFragment();
  for (const lines of groups(text.replace(/\r\n?/g, "\n").split("\n"))) blocks.append(block(lines, tag));
  return blocks;
}

function kind(line) {
  return BULLET.test(line) ? "ul" : NUMBER.test(line) ? "ol" : "p";
}

/** Lines that belong together: a blank line or a change of kind parts them; an indented line continues an item. */
function* groups(lines) {
  let group = [];
  for (const line of lines) {
    const continues = group.length && kind(group[0]) !== "p" && /^\s+\S/.test(line) && kind(line) === "p";
    if (continues) group[group.length - 1] += ` ${line.trim()}`;
    else {
      if (group.length && (!line.trim() || kind(line) !== kind(group[0]))) {
        yield group;
        group = [];
      }
      if (line.trim()) group.push(line);
    }
  }
  if (group.length) yield group;
}

function block(lines, tag) {
  const name = kind(lines[0]);
  if (name === "p") {
    const paragraph = element("p");
    lines.forEach((line, at) => paragraph.append(...(at ? [element("br")] : []), ...inline(line.trim(), tag)));
    return paragraph;
  }
  const mark = name === "ul" ? BULLET : NUMBER;
  const start = name === "ol" && NUMBER.exec(lines[0])[1];
  const items = lines.map((line) => element("li", {}, ...inline(line.replace(mark, "").trim(), tag)));
  return element(name, { start: start && start !== "1" ? start : null }, ...items);
}

const TOKEN = /\\([\\`*_{}[\]()#+\-.!<>~|])|\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)|\[([^[\]]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)/;

/** Nodes for one line: bold, links, phone numbers, mail addresses, text. */
function inline(text, tag) {
  const nodes = [];
  let rest = text;
  for (let found = TOKEN.exec(rest); found; found = TOKEN.exec(rest)) {
    const [whole, escaped, bold, label, target] = found;
    const address = label && safeAddress(target);
    nodes.push(...reachable(rest.slice(0, found.index)));
    if (escaped != null) nodes.push(escaped);
    else if (bold != null) nodes.push(element("strong", {}, ...inline(bold, tag)));
    else nodes.push(address ? link(address, plain(label), tag) : whole);
    rest = rest.slice(found.index + whole.length);
  }
  return [...nodes, ...reachable(rest)];
}

/** A link's label, without marks. */
const plain = (label) => label.replace(/\*\*/g, "").replace(/\\(.)/g, "$1");

/** `address` where it is one a citizen may be sent to, else null. */
export function safeAddress(address) {
  if (/^(mailto:[^\s@]+@[^\s@]+|tel:[+\d][\d\s-]*)$/i.test(address)) return address;
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) && !url.username ? url.href : null;
  } catch {
    return null;
  }
}

/** A link; one that leaves the service opens beside the chat and says so. */
export function link(address, label, tag, attributes = {}) {
  const leaves = /^http/.test(address) && new URL(address).origin !== location.origin;
  if (!leaves) return element("a", { href: address, ...attributes }, label);
  const note = element("span", { class: "unseen" }, ` (${say("new_tab", {}, tag)})`);
  return element("a", { href: address, target: "_blank", rel: "noopener", class: "away", ...attributes }, label, note);
}

const PHONE = /(?<![\w/.,:+@-])(?:(?:\+\d{2,3}\s?|0)\d{1,4}(?:[ -]?\d{2,4}){1,4}|116\s?\d{3}|112)(?![\w@]|[.,/:-]\d|\s?(?:€|euro))/;
const MAIL = /(?<![\w.+@/:-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const REACH = new RegExp(`(${PHONE.source})|${MAIL.source}`, "g");

/** Text with its phone numbers and mail addresses as links. */
export function reachable(text) {
  const nodes = [];
  let end = 0;
  for (const { 0: found, 1: phone, index } of text.matchAll(REACH)) {
    const digits = phone?.replace(/[^\d+]/g, "");
    if (digits && digits.length < 6 && digits !== "112") continue;
    const way = digits
      ? element("a", { href: `tel:${digits}`, class: "phone" }, found)
      : element("a", { href: `mailto:${found}` }, found.replace(/@.*/, "@"), element("wbr"), found.replace(/.*@/, ""));
    nodes.push(text.slice(end, index), way);
    end = index + found.length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}
