// Uses the sign-in page in a browser as a person does, mostly by keyboard: password, authenticator app, passkey, sessions,
// products. Arguments: the page's URL, a user, the user's password, a folder for pictures. Writes what it saw as JSON.
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [url, username, password, pictures] = process.argv.slice(2);
const api = new URL(url).origin;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const seen = { errors: [], foreign: [], faults: [] };
let page;
try {
  const context = await browser.newContext({ viewport: { width: 820, height: 900 }, colorScheme: "light", locale: "en-US" });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => message.type() === "error" && !message.text().startsWith("Failed to load resource") && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.protocol.startsWith("http") && target.origin !== api) {
      seen.foreign.push(target.href);
    }
  });
  const devTools = await context.newCDPSession(page);
  await devTools.send("WebAuthn.enable");
  await devTools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });

  await page.goto(url);
  await inspect("sign-in");
  seen.tabs = [await focused()];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("Tab");
    seen.tabs.push(await focused());
  }

  // A wrong password, then the right one.
  await enterPassword("not the password");
  seen.wrongPassword = await alert();
  await enterPassword(password);
  await page.getByRole("cell", { name: "Books" }).first().waitFor();
  seen.focusAfterSignIn = await focused();
  await press("More products");
  await page.getByRole("row").nth(10).waitFor();
  seen.products = await page.getByRole("rowheader").allInnerTexts();

  // An authenticator app: the page shows its QR code, and the recovery codes.
  await press("Add an authenticator app");
  const code = page.getByLabel("Code of the app");
  await code.waitFor();
  seen.qrCode = await page.getByRole("img", { name: "QR code" }).evaluate(async (image) => { await image.decode(); return image.naturalWidth > 0; });
  const secret = await page.getByText("Secret:").locator("code").innerText();
  await inspect("app");
  await code.fill("wrong");
  await page.keyboard.press("Enter");
  seen.wrongFirstCode = await alert();
  const step = Math.floor(Date.now() / 30_000);
  await code.fill(totp(secret, step));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove the authenticator app" }).waitFor();
  const codes = page.getByRole("region", { name: "Recovery codes" }).getByRole("listitem");
  seen.recoveryCodes = await codes.count();
  const recoveryCode = await codes.first().innerText();
  await page.emulateMedia({ colorScheme: "dark" });
  await inspect("codes", { fullPage: false }); // the message stays in sight

  // A passkey.
  await page.getByLabel("Name of a new passkey").fill("Laptop");
  await page.keyboard.press("Enter");
  await page.getByText("Passkey Laptop").waitFor();
  seen.afterPasskey = await page.getByRole("status").innerText();

  // The second step. The code of the first time is used up.
  await press("Sign out");
  await page.getByText("You are signed out.").waitFor();
  await enterPassword(password);
  await page.getByLabel("Code", { exact: true }).waitFor();
  seen.secondStepFocus = await focused();
  await inspect("second-step");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  seen.wrongCode = await alert();
  await page.getByLabel("Code", { exact: true }).fill(totp(secret, step + 1));
  await page.keyboard.press("Enter");
  seen.methodsOfCode = await methods();

  // A reload forgets the tokens, but doesn't end the session. The passkey begins a second one, which ends the first.
  seen.stored = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie.length, (await indexedDB.databases()).length]);
  await page.reload();
  await press("Sign in with a passkey");
  seen.methodsOfPasskey = await methods();
  await page.getByText("Passkey Laptop, last used").waitFor();
  await page.getByRole("cell", { name: "Books" }).first().waitFor();
  await page.emulateMedia({ colorScheme: "light" });
  await inspect("account");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  await inspect("narrow");
  seen.overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  seen.sessions = [await sessions.count()];
  await press(/^End the session of/);
  await page.getByText("The session has ended.").waitFor();
  seen.sessions.push(await sessions.count());

  // Another device ends the session of the page.
  const { ticket } = await post("/authenticate", { username, password });
  const { access_token } = await post("/authenticate/code", { ticket, code: recoveryCode });
  await fetch(`${api}/me/sessions`, { method: "DELETE", headers: { Authorization: `Bearer ${access_token}` } });
  await press("More products");
  seen.endedElsewhere = await alert();
  seen.focusAfterEnd = await focused();
  seen.leftBehind = (await page.locator("#account :is(dd, td, li, code)").allInnerTexts()).join("");

  // The factors go, so the password is enough again.
  await press("Sign in with a passkey");
  await press("Remove the passkey Laptop");
  await page.getByText("The passkey is removed.").waitFor();
  await press("Remove the authenticator app");
  await page.getByText("You have none yet.").waitFor();
  await press("Sign out");
  await page.getByText("You are signed out.").waitFor();
  await enterPassword(password);
  seen.methodsOfPassword = await methods();
} catch (error) {
  await page?.screenshot({ path: `${pictures}/failure.png`, fullPage: true });
  throw error;
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

// Takes a picture, and looks for faults of accessibility: names, roles, contrast, landmarks.
async function inspect(name, { fullPage = true } = {}) {
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage, animations: "disabled" });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  seen.faults.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${name}: ${id} at ${node.target}: ${node.failureSummary}`)));
}

async function enterPassword(secret) {
  await page.getByLabel("Name", { exact: true }).fill(username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(secret);
  await page.keyboard.press("Enter");
}

async function press(name) {
  await page.getByRole("button", { name, exact: typeof name === "string" }).press("Enter");
}

async function alert() {
  const shown = page.getByRole("alert").filter({ hasText: /./ });
  await shown.waitFor();
  return shown.innerText();
}

async function methods() {
  return page.getByRole("term").filter({ hasText: "Signed in by" }).locator("+ dd").innerText();
}

async function focused() {
  return page.evaluate(() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim());
}

async function post(path, body) {
  const response = await fetch(api + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return response.json();
}

// RFC 6238, as an authenticator app.
function totp(base32, step) {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
