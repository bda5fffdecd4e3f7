// Opens the reference page in a browser as a person does: signs the demo client in, calls the listing, sees the products.
// Arguments: the page's URL, the client's secret (none where the server has no clients: then it only looks for the
// listing), where to put a screenshot (optional). Writes what it has seen as JSON.
import { chromium } from "playwright-core";

const [url, secret, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const seen = { errors: [], foreign: [], status: null, products: [] };
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(60_000);
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.protocol.startsWith("http") && target.origin !== new URL(url).origin) {
      seen.foreign.push(target.href);
    }
  });
  await page.goto(url);
  await page.getByRole("heading", { name: "Gatehouse" }).first().waitFor();

  if (secret) {
    // The client signs in. The button is hidden as soon as the token is asked for, the token is there when it can be seen.
    await page.getByLabel("Client Secret").first().fill(secret);
    await page.getByRole("button", { name: "Authorize" }).first().click();
    await page.getByLabel("Access Token", { exact: true }).first().waitFor();
  }

  // It lists products.
  await page.getByRole("button", { name: "Open Group - Products" }).click();
  await page.getByRole("link", { name: "List products" }).first().click();
  const test = page.getByRole("button", { name: /Test Request\s*\(get \/api\/products\)/i }).first();
  await test.waitFor();
  if (secret) {
    await test.click();
    const [response] = await Promise.all([
      page.waitForResponse((candidate) => new URL(candidate.url()).pathname === "/api/products"),
      page.getByRole("dialog").getByRole("button", { name: /Send/ }).first().click(),
    ]);
    seen.status = response.status();
    seen.products = (await response.json()).items.map((product) => product.name);
    await page.getByRole("dialog").getByText(seen.products[0]).first().waitFor();
  }
  if (screenshot) {
    await page.screenshot({ path: screenshot, animations: "disabled" });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
