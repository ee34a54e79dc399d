// What a person does in Chromium: in the application, in its portal, in the window, and at Dropbox.

import puppeteer from "puppeteer-core";

const PATIENCE = 60_000;

export async function start(executablePath, userDataDir) {
  const browser = await puppeteer.launch({
    executablePath, userDataDir, headless: true, acceptInsecureCerts: true,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  browser.on("disconnected", () => {});
  return browser;
}

// Opens the application for a user who is signed in.
export async function open(browser, application, project, userToken, query = "") {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${application.origin}/${query}`);
  await page.evaluate((id, token) => paragon.authenticate(id, token), project.project, userToken);
  return page;
}

// Returns the frame of the portal, once it shows a state.
export async function portal(page, state) {
  const element = await page.waitForSelector("#paragon-connect-frame", { visible: true });
  const frame = await element.contentFrame();
  await frame.waitForSelector(`dialog[open][data-state="${state}"]`);
  // A click that comes before the browser has drawn the frame goes to the page behind it.
  for (const one of [frame, page]) {
    await one.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  return frame;
}

// Waits until keys go to the portal: it takes the focus once it is drawn.
export async function focused(frame) {
  await frame.waitForFunction(() => document.hasFocus() && document.activeElement.localName === "h1");
}

// Clicks a button of the portal's state.
export async function press(frame, action) {
  const button = await frame.waitForSelector(`section:not([hidden]) [data-do="${action}"], .portal-close[data-do="${action}"]`);
  await button.click();
}

// Returns the window that something opens.
export async function windowOf(page, cause) {
  const opened = new Promise((done) => page.once("popup", done));
  await cause();
  const popup = await opened;
  popup.setDefaultTimeout(PATIENCE);
  return popup;
}

// Decides at Dropbox, in the window.
export async function decide(popup, decision, account = 0) {
  await popup.waitForSelector(`button[value="${decision}"]`);
  const choices = await popup.$$('input[name="account"]');
  await choices[account].click();
  await popup.click(`button[value="${decision}"]`).catch(() => {});
}

// Waits until the application's page has seen something.
export async function sees(page, what) {
  await page.waitForFunction((what) => seen.includes(what), {}, what);
}

export const seenBy = (page) => page.evaluate(() => seen);

export async function closed(popup) {
  if (popup.isClosed()) return true;
  return new Promise((done) => {
    popup.once("close", () => done(true));
    setTimeout(done, PATIENCE, false);
  });
}
