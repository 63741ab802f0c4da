// The page's texts, given by the server as data. A message is served in its own language, the page's is the default.

const given = JSON.parse(document.getElementById("texts").textContent);

export const language = document.documentElement.lang;
export const locale = given.locales[language];
export const limit = given.limit;

export function say(key, values = {}, tag = language) {
  const texts = given.texts[tag] ?? given.texts[language];
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The catalogue language for a BCP 47 tag, the page's own where there is none. */
export function spoken(tag) {
  const short = (tag ?? "").split("-")[0].toLowerCase();
  return short in given.texts ? short : language;
}

const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone: "Europe/Helsinki" });

export const shortTime = (moment) => clock.format(moment);
export const fullTime = (moment) => full.format(moment);
