// An application's page with Carbon's component for React, unmodified, and what a person does in it.

import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";

// The application's page, and its server, which fetches tokens of a user. `integration` is what the application says of
// Dropbox.
export async function serve(dropline, headers, user, integration) {
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
          enabledIntegrations: [{ id: "DROPBOX", chunkSize: 1500, overlapSize: 20, ...${JSON.stringify(integration)} }],
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
  return { address: `http://localhost:${server.address().port}/`, stop: () => server.close() };
}

// Opens the page in a window of a browser.
export async function open(browser, { address }) {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewport({ width: 1000, height: 800 });
  await page.goto(address);
  return page;
}

// What a person sees and does in the component's dialog.
export function component(page) {
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
  return { reads, button, press, inRow, names, choose };
}

// Waits until the first walk has ended and the component has heard of it: it then shows the root again.
export async function walked(page, dropline, headers, user) {
  const asked = { ...headers, "customer-id": user };
  for (let left = 600; left > 0; left -= 1) {
    const answer = await fetch(`${dropline}/user_data_sources`, { method: "POST", headers: asked, body: "{}" });
    const [source] = (await answer.json()).results;
    if (source?.source_items_synced_at && source.sync_status === "READY") break;
    await sleep(100);
  }
  for (let polls = 0; polls < 2; polls += 1) await page.waitForResponse((one) => one.url().endsWith("/user_data_sources"));
}
