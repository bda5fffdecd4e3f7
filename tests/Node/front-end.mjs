// Uses the Session of the sign-in page as a page does. Arguments: the module, the API's URL, a user and an
// administrator, and the password of both. Writes what it saw as JSON.
import { pathToFileURL } from "node:url";

const [module, url, user, administrator, password] = process.argv.slice(2);
const { Session } = await import(pathToFileURL(module));

// Between the module and the API, to see what is sent and which tokens come.
const { fetch } = globalThis;
const paths = [];
let tokens;
globalThis.fetch = async (target, init) => {
  const { pathname } = new URL(target);
  paths.push(pathname);
  const response = await fetch(target, init);
  if (response.ok && (pathname === "/authenticate" || pathname === "/token")) {
    tokens = await response.clone().json();
  }
  return response;
};

async function change(body) {
  const session = new Session(url);
  await session.signIn(administrator, password);
  const path = `/users/${user}`;
  const { headers } = await session.fetch(path);
  const response = await session.fetch(path, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", "If-Match": headers.get("ETag") },
    body: JSON.stringify(body),
  });
  return response.status;
}

const list = (session) => session.fetch("/samples");
const add = (session) => session.fetch("/samples", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ name: "Lamp" }),
});
const statuses = async (...calls) => (await Promise.all(calls)).map((response) => response.status);

const seen = {};
const session = new Session(url);
seen.wrongPassword = await session.signIn(user, "not the password").catch((error) => `${error.status} ${session.isSignedIn}`);

await session.signIn(user, password);
seen.writer = await statuses(list(session), add(session));

// New roles end the access token, and a refresh gives one with the new roles.
seen.changed = await change({ roles: ["reader"] });
paths.length = 0;
seen.reader = await statuses(list(session), list(session), add(session));
seen.refreshes = paths.filter((path) => path === "/token").length;

await session.signOut();
seen.afterSignOut = await statuses(
  list(session),
  fetch(`${url}/samples`, { headers: { Authorization: `Bearer ${tokens.access_token}` } }),
  fetch(`${url}/token`, { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }) }));

await session.signIn(user, password);
seen.disabled = await change({ enabled: false });
seen.afterDisabling = [...(await statuses(list(session))), session.isSignedIn];
console.log(JSON.stringify(seen));
