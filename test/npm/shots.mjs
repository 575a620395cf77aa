// Pictures for docs/img: node test/npm/shots.mjs URL FOLDER PATH=NAME…
import { chromium } from "playwright-core";

const [url, folder, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
for (const page of pages) {
  const at = page.lastIndexOf("=");
  const name = page.slice(at + 1);
  const context = await browser.newContext({
    viewport: name.includes("narrow") ? { width: 375, height: 760 } : { width: 1440, height: 900 },
    colorScheme: name.includes("dark") ? "dark" : "light" });
  const tab = await context.newPage();
  await tab.goto(new URL(page.slice(0, at), url).href);
  await tab.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}
await browser.close();
