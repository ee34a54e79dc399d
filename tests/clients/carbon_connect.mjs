// Carbon's component for React, unmodified, in Chromium, with its own file picker: connecting, choosing, files,
// resync, deletion, another full comparison, disconnect. Writes what must be seen, and what was seen.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
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

// The application's page, and its server, which fetches tokens.
const bundle = await build({
  stdin: {
    contents: `
      import { createElement } from "react";
      import { createRoot } from "react-dom/client";
      import { CarbonConnect } from "carbon-connect";
      window.seen = [];
      createRoot(document.querySelector("#root")).render(createElement(CarbonConnect, {
        orgName: "Notes", brandIcon: "", apiURL: ${JSON.stringify(dropline)}, entryPoint: "DROPBOX", open: true, setOpen: () => {},
        dataSourcePollingInterval: 3000,
        tokenFetcher: async () => (await fetch("/token")).json(),
        enabledIntegrations: [{ id: "DROPBOX", chunkSize: 1500, overlapSize: 20, useCarbonFilePicker: true, syncFilesOnConnection: false }],
        onSuccess: (what) => window.seen.push(what),
        onError: (what) => window.seen.push({ action: "error", what }),
      }));`,
    resolveDir: import.meta.dirname,
  },
  bundle: true, write: false, format: "iife", loader: { ".css": "empty" }, logLevel: "error",
  define: { "process.env.NODE_ENV": '"production"' },
});
const server = createServer(async ({ url }, response) => {
  if (url === "/token") {
    const asked = { authorization: headers.authorization, "customer-id": user };
    response.setHeader("content-type", "application/json");
    response.end(await (await fetch(`${dropline}/auth/v1/access_token`, { headers: asked })).text());
  } else if (url === "/bundle.js") response.end(bundle.outputFiles[0].contents);
  else {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end('<!doctype html><title>Notes</title><div id="root"></div><script src="/bundle.js"></script>');
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const browser = await start(binary, `${work}/chromium-component`);
const page = await browser.newPage();
page.setDefaultTimeout(20_000);
await page.setViewport({ width: 1000, height: 800 });
await page.goto(`http://localhost:${server.address().port}/`);

// Waits until the dialog says this, and clicks the button that says it.
const reads = (text) =>
  page.waitForFunction((text) => [...document.querySelectorAll("[role=dialog]")].some((one) => one.innerText.includes(text)), {}, text);
const button = async (text) => {
  const found = await page.waitForFunction(
    (text) => [...document.querySelectorAll("[role=dialog] button, [role=menuitem]")].find((one) => one.innerText.trim() === text && one.checkVisibility()),
    {}, text,
  );
  return found.asElement();
};
const press = async (text) => (await button(text)).click();
// Clicks something in the row of a name.
const inRow = async (name, selector) => {
  const found = await page.waitForFunction(
    (name, selector) => {
      const rows = [...document.querySelectorAll("[role=dialog] li, [role=dialog] tbody tr")];
      const row = rows.find((row) => row.innerText.split("\n").some((line) => line.trim() === name));
      return [...(row?.querySelectorAll(selector) ?? [])].find((one) => one.checkVisibility());
    },
    {}, name, selector,
  );
  await found.asElement().click();
};
const names = () =>
  page.$$eval("[role=dialog] li", (rows) => rows.filter((row) => row.querySelector("[role=checkbox]")).map((row) => row.innerText.split("\n")[0].trim()));

// Waits until the first walk has ended and the component has heard of it: it then shows the root again.
async function walked() {
  const asked = { ...headers, "customer-id": user };
  for (let left = 100; left > 0; left -= 1) {
    const answer = await fetch(`${dropline}/user_data_sources`, { method: "POST", headers: asked, body: "{}" });
    const [source] = (await answer.json()).results;
    if (source?.source_items_synced_at && source.sync_status === "READY") break;
    await sleep(100);
  }
  for (let polls = 0; polls < 2; polls += 1) await page.waitForResponse((one) => one.url().endsWith("/user_data_sources"));
}

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
  await walked();
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

// Opens the menu of the account, and chooses there.
async function choose(item) {
  for (const menu of await page.$$("[role=dialog] button[aria-haspopup=menu]")) {
    if (!(await menu.isVisible())) continue;
    await menu.click();
    await page.waitForSelector("[role=menu]");
    const text = await page.$eval("[role=menu]", (one) => one.innerText);
    if (text.includes(item)) return press(item);
    await page.keyboard.press("Escape");
    await page.waitForSelector("[role=menu]", { hidden: true });
  }
  throw new Error(`no menu has ${item}`);
}

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

await browser.close();
server.close();
writeFileSync(`${work}/carbon_connect-direct.json`, JSON.stringify(MUST_BE));
writeFileSync(`${work}/carbon_connect-shown.json`, JSON.stringify(given));
