// Drives the web interface in Debian's Chromium: node web.mjs URL. Prints "fine", or what is not.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const url = process.argv[2];
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const problems = [];
const check = (ok, what) => { if (!ok) problems.push(what); };

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

const paths = ["/", "/runs", "/runs/r1?variant=v2", "/runs/r1/items/t-001", "/compare?a=r1:v1&b=r1:v2", "/review",
  "/tickets", "/tickets/T1", "/golden", "/threshold?run=r1&variant=v2&max_error=0.2", "/judges", "/activity"];

for (const [name, viewport, colorScheme] of [["wide", { width: 1440, height: 900 }, "light"],
  ["narrow", { width: 375, height: 760 }, "dark"]]) {
  const context = await browser.newContext({ viewport, colorScheme, bypassCSP: false });
  const page = await context.newPage();
  page.on("console", m => { if (m.type() === "error") problems.push(`${name}: console: ${m.text()}`); });
  page.on("pageerror", e => problems.push(`${name}: ${e}`));
  for (const path of paths) {
    const answer = await page.goto(new URL(path, url).href);
    check(answer.status() === 200, `${path}: status ${answer.status()}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= viewport.width, `${name} ${path}: scrolls sideways, ${width} px`);
    await page.evaluate(axe); // through the debugger: the page's policy would refuse a script
    const found = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa"] }));
    for (const v of found.violations.filter(v => ["serious", "critical"].includes(v.impact)))
      problems.push(`${name} ${path}: ${v.id}: ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary.slice(0, 300)}`);
  }
  await context.close();
}

const page = await (await browser.newContext()).newPage();
const here = () => page.evaluate(() => document.querySelector(".here a")?.textContent ?? null);
await page.goto(new URL("/compare?a=r1:v1&b=r1:v2", url).href);
await page.keyboard.press("j");
const first = await here();
await page.keyboard.press("j");
const second = await here();
await page.keyboard.press("k");
check(first && second && first !== second && await here() === first, `j and k: ${first}, ${second}`);
await page.keyboard.press("?");
check(await page.locator("dialog.help").isVisible(), "? shows no help");
await page.keyboard.press("Escape");
await page.keyboard.press("g");
await page.keyboard.press("r");
await page.waitForURL("**/runs");

await page.goto(new URL("/threshold?run=r1&variant=v2&max_error=0.2", url).href);
const before = await page.locator("#slide-text").textContent();
await page.locator("#slider").press("ArrowRight");
check(before !== await page.locator("#slide-text").textContent(), "the slider changes nothing");

await page.goto(new URL("/tickets/T1", url).href);
await page.getByLabel("Owner").fill("bo");
await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Assign" }).click()]);
check((await page.locator("main").textContent()).includes("Ownerbo"), `assigning: ${await page.locator("main").textContent()}`);

// Twenty outputs reviewed by keyboard, one of them undone, one corrected; then the queue says so.
const title = async () => {
  const main = page.locator("main");
  return await main.locator("h2").count() ? main.locator("h2").first().textContent() : `no item: ${await main.textContent()}`;
};
const done = async () => (await (await page.request.get(new URL("/api/v1/review", url).href)).json()).done;
await page.goto(new URL("/review", url).href);
for (let i = 0; i < 20; i++) {
  const heading = await title();
  await page.keyboard.press(String(1 + i % 9));
  if (i === 7) {
    await page.keyboard.press("e");
    await page.locator("#corrected").fill("delivery");
    await page.keyboard.press("Escape");
  }
  await Promise.all([page.waitForEvent("load"), page.keyboard.press(i % 5 ? "a" : "f")]);
  const now = await title();
  check(now !== heading && !now.startsWith("no item"), `verdict ${i}: ${now}`);
}
check(await done() === 20, `20 verdicts, ${await done()} done`);
await Promise.all([page.waitForEvent("load"), page.keyboard.press("u")]);
check(await done() === 19, `one undone, ${await done()} done`);

const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
for (const path of paths)
  check((await (await plain.goto(new URL(path, url).href)).text()).includes("<h1"), `${path}: nothing without JavaScript`);

await browser.close();
for (const p of problems) console.log(p);
if (!problems.length) console.log("fine");
process.exit(problems.length ? 1 : 0);
