// What a person does in Chromium: opens links, presses buttons, ticks boxes, says yes or no at Dropbox.

import puppeteer from "puppeteer-core";

const PATIENCE = 60_000;

export function startBrowser(executablePath, userDataDir, more = []) {
  return puppeteer.launch({ executablePath, userDataDir, headless: true, args: ["--no-sandbox", "--disable-gpu", ...more] });
}

// A refusal to be framed is no violation of our own pages' policy.
const VIOLATION = /security policy|directive|trusted/i;
const FRAMED = /frame-ancestors|x-frame-options/i;

// A window of a browser of one's own, without anybody's cookies. What breaks the policy, and errors of scripts, are kept.
export async function window(browser, { width = 900, height = 780, script = true, dark = false, accept } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await page.setJavaScriptEnabled(script);
  if (dark) await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  if (accept) await page.setExtraHTTPHeaders({ "accept-language": accept });
  page.complaints = [];
  page.on("console", (message) => {
    const text = message.text();
    if (VIOLATION.test(text) && !FRAMED.test(text)) page.complaints.push(text);
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  return page;
}

// Does something that leads to another page, and waits for it.
export async function going(page, act) {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), act()]);
  return answer;
}

export const press = (page, selector) => going(page, () => page.click(selector));

// Decides on the consent page of the fake Dropbox, for an account.
export async function decide(page, decision, email) {
  const labels = await page.$$("label");
  for (const label of labels) {
    if (email && (await label.evaluate((one) => one.textContent)).includes(email)) await label.click();
  }
  await press(page, `button[value="${decision}"]`);
}

// Opens a link, and connects an account.
export async function connect(page, link, email = "first@example.com") {
  await page.goto(link.url);
  await press(page, "button.go");
  await decide(page, "approve", email);
}

// Returns a row of the chooser by the name that it shows.
export async function row(page, name) {
  for (const item of await page.$$("li.item")) {
    if ((await item.$eval("bdi, label", (shown) => shown.textContent)) === name) return item;
  }
  throw new Error(`no row ${name} at ${page.url()}`);
}

export async function tick(page, name) {
  const label = await (await row(page, name)).$("label");
  await label.click();
}

export async function openFolder(page, name) {
  const button = await (await row(page, name)).$("button.open");
  await going(page, () => button.click());
}

// Goes back through the crumbs, to a folder or to the root.
export async function crumb(page, name) {
  for (const button of await page.$$(".crumbs button")) {
    if ((await button.evaluate((one) => one.textContent)) === name) return going(page, () => button.click());
  }
  throw new Error(`no crumb ${name}`);
}

export async function find(page, text) {
  const field = await page.$("input[name=q]");
  await field.click({ count: 3 });
  await field.type(text);
  await going(page, () => page.keyboard.press("Enter"));
}

export const names = (page) => page.$$eval("li.item bdi", (all) => all.map((one) => one.textContent));

// What the rows show of the boxes: ticked, partial, disabled.
export async function box(page, name) {
  return (await row(page, name)).$eval("input[type=checkbox]", (one) => ({
    ticked: one.checked, partial: one.indeterminate, off: one.disabled,
  }));
}

export const save = (page) => press(page, "button[value=save]");
export const title = (page) => page.$eval("h1", (one) => one.textContent);
export const text = (page, selector = "main") => page.$eval(selector, (one) => one.innerText);
