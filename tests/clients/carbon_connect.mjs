// Carbon's component for React, unmodified, in Chromium: with its own file picker (connecting, choosing, files, resync,
// deletion, another full comparison, disconnect), and with our pages in its place. Writes what must be seen, and what was
// seen.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { component, open, serve, walked } from "./component/application.mjs";
import { hosted } from "./component/hosted.mjs";
import { decide, start, windowOf } from "./portal/browser.mjs";
import { newUser } from "./portal/users.mjs";

const MUST_BE = {
  connected: "first@example.com",
  "what can be chosen": ["Minutes v1.2", "agenda.md"],
  "chosen and synced": ["agenda.md", "Ready"],
  "a folder with a dot in its name is opened": "protocol.txt",
  "queued again": true,
  deleted: true,
  "compared again": true,
  disconnected: true,
  actions: ["ADD", "INITIATE", "UPDATE"],
  errors: [],
  "with our pages: connected and chosen there": ["Choose what Notes may read", "Saved", "agenda.md"],
  "with our pages: more is chosen without Dropbox's consent": ["Choose what Notes may read", "plan.md"],
  "with our pages: a tab that is closed without a choice changes nothing": [2, "agenda.md", "plan.md"],
  "with our pages: deselected there": ["plan.md"],
  "with our pages: disconnected": true,
  "with our pages: actions": ["ADD", "INITIATE", "UPDATE"],
  "with our pages: errors": [],
};

const [work, binary] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(`${work}/ways.json`, "utf-8"));
const project = JSON.parse(readFileSync(`${work}/component.json`, "utf-8"));
const dropline = `https://${setup.ways.proxied.hosts.api.split("/")[0]}`;
const user = newUser();
const given = {};

const headers = { authorization: `Bearer ${project.api_key}`, "content-type": "application/json" };
const body = JSON.stringify({ select_everything: false });
await fetch(`${dropline}/projects/${project.project}/settings`, { method: "PATCH", headers, body });
const home = `${work}/data/dropbox/first`;
mkdirSync(`${home}/Minutes v1.2`, { recursive: true });
writeFileSync(`${home}/Minutes v1.2/protocol.txt`, "the protocol");
writeFileSync(`${home}/agenda.md`, "# The agenda");
writeFileSync(`${home}/plan.md`, "# The plan");

const application = await serve(dropline, headers, user, { useCarbonFilePicker: true, syncFilesOnConnection: false });
const browser = await start(binary, `${work}/chromium-component`);
const page = await open(browser, application);
const { reads, button, press, inRow, names, choose } = component(page);

const answerOf = (path) =>
  page.waitForResponse((one) => one.url().endsWith(path) && one.request().method() === "POST");

async function see(name, look) {
  try {
    given[name] = await look();
  } catch (error) {
    given[name] = `raised ${error}`;
    writeFileSync(`${work}/component-${name.replaceAll(" ", "-")}.png`, await page.screenshot());
  }
}

await see("connected", async () => {
  const tab = await windowOf(page, () => press("Connect Account"));
  await tab.waitForSelector("form button");
  await tab.click("form button");
  await decide(tab, "approve");
  await tab.waitForSelector("[data-close]:not([hidden])");
  await tab.close();
  await page.bringToFront();
  await reads("first@example.com");
  await walked(page, dropline, headers, user);
  return "first@example.com";
});
await see("what can be chosen", async () => {
  await press("Add more files");
  await reads("agenda.md");
  return (await names()).filter((name) => MUST_BE["what can be chosen"].includes(name));
});
await see("a folder with a dot in its name is opened", async () => {
  await inRow("Minutes v1.2", "div, p");
  await reads("protocol.txt");
  const [found] = await names();
  await page.evaluate(() => [...document.querySelectorAll("[role=dialog] [role=link], [role=dialog] a")].find((one) => one.innerText === "All Files").click());
  await reads("agenda.md");
  return found;
});
await see("chosen and synced", async () => {
  await inRow("agenda.md", "[role=checkbox]");
  await press("Upload 1 file(s)");
  await press("View synced files");
  await reads("agenda.md");
  await reads("Ready");
  return ["agenda.md", "Ready"];
});
await see("queued again", async () => {
  await inRow("agenda.md", "[role=checkbox]");
  await press("Resync 1 file");
  await reads("Selected files queued successfully for resync");
  return true;
});
await see("deleted", async () => {
  await reads("Ready");
  await inRow("agenda.md", "[role=checkbox]");
  await press("Delete 1 file");
  await reads("Your files have been queued for deletion!");
  await reads("No matching results");
  return true;
});

await see("compared again", async () => {
  const [answer] = await Promise.all([answerOf("/integrations/items/sync"), choose("Re-sync account")]);
  // Soon after a comparison there is no other.
  return [200, 429].includes(answer.status());
});
await see("disconnected", async () => {
  await choose("Disconnect account");
  await reads("Are you sure");
  const [answer] = await Promise.all([answerOf("/revoke_access_token"), press("Disconnect account")]);
  if (!answer.ok()) throw new Error("it is refused");
  await button("Connect Account");
  return true;
});
const seen = await page.evaluate(() => window.seen);
given.actions = [...new Set(seen.map(({ action }) => action).filter((action) => ["ADD", "INITIATE", "UPDATE"].includes(action)))].sort();
given.errors = seen.filter(({ action }) => action === "error");

application.stop();

await hosted({ browser, dropline, headers, see: (name, look) => see(`with our pages: ${name}`, look) });
await browser.close();
writeFileSync(`${work}/carbon_connect-direct.json`, JSON.stringify(MUST_BE));
writeFileSync(`${work}/carbon_connect-shown.json`, JSON.stringify(given));
