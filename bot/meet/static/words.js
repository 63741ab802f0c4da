// The page's texts and what it is for, given by the server as data.

const given = JSON.parse(document.getElementById("meeting").textContent);

export const { role, line: path, language } = given;

export const say = (key, values = {}) => given.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Names of roles are written small within a sentence, and with a capital where one begins. */
export const capital = (text) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);

/** A sentence that may begin with a name. */
export const sentence = (key, values) => capital(say(key, values));
