// Signs a client in on the reference page with a wrong secret, and reads the error that the page shows.
// Arguments: the page's URL, the secret. Writes what it has seen as JSON.
import { chromium } from "playwright-core";

const [url, secret] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const seen = {};
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await page.getByLabel("Client Secret").first().fill(secret);
  const [response] = await Promise.all([
    page.waitForResponse((candidate) => new URL(candidate.url()).pathname === "/token"),
    page.getByRole("button", { name: "Authorize" }).first().click(),
  ]);
  seen.status = response.status();
  seen.challenge = await response.headerValue("www-authenticate");
  seen.error = await page.getByText("The client is unknown").first().innerText();
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
