// The npm package oidc-provider as a process of its own. Its port is the first line out; a wish is a line in, a JSON
// object, and "done" comes back. {"redirect"}: begin, for the client that is sent back there; {"groups"}: who is in what.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

console.info = console.error; // its own remarks are no answers
const [modules, client_id, client_secret] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));
let groups = {};
let answer;
const server = createServer((request, response) => answer(request, response));

function told(groups) {
  // Too many of them for a token are named elsewhere, as Microsoft Entra ID does.
  return groups.length > 200 ? { _claim_names: { groups: "src1" } } : { groups };
}

function begin(redirect) {
  const provider = new Provider(`http://localhost:${server.address().port}`, {
    clients: [{ client_id, client_secret, redirect_uris: [redirect] }],
    claims: { openid: ["sub"], profile: ["name", "groups", "_claim_names"] },
    conformIdTokenClaims: false, // what the scope asks for stands in the ID token, as at Microsoft Entra ID
    cookies: { keys: ["a key of the tests"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Neuvoja ${id}`, ...told(groups[id] ?? []) }),
    }),
    pkce: { required: () => true },
  });
  answer = provider.callback();
}

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
for await (const line of createInterface({ input: process.stdin })) {
  const wish = JSON.parse(line);
  if (wish.redirect) begin(wish.redirect);
  if (wish.groups) groups = wish.groups;
  console.log("done");
}
process.exit(0);
