// Weighs our pages and the components whose places they take, and counts what axe-core finds. Prints a table.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { component, open, serve } from "./component/application.mjs";
import { connect, openFolder, startBrowser, window } from "./pages/person.mjs";
import { Server, until } from "./pages/server.mjs";
import { startStack } from "./pages/stack.mjs";
import { decide, windowOf } from "./portal/browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PEERS = ["react", "react-dom"];

const [work, binary, local] = process.argv.slice(2);
const stack = await startStack(local, `${work}/weighed`);
const browser = await startBrowser(binary, `${work}/chromium`);
const server = new Server(stack, stack.notes, "user-1");
await server.ask("PATCH", "settings", { select_everything: false });
const rows = [];

// What axe-core finds in an element, by how grave it is.
async function found(page, selector) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((selector, values) => axe.run(selector, { runOnly: { type: "tag", values } }), selector, TAGS);
  const count = (impact) => violations.filter((one) => one.impact === impact).reduce((sum, { nodes }) => sum + nodes.length, 0);
  return [count("critical"), count("serious")];
}

// Bytes that a window receives, by kind, while something is done.
async function loaded(page, act) {
  const client = await page.createCDPSession();
  const [kinds, sizes] = [new Map(), new Map()];
  client.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await client.send("Network.enable");
  await act();
  const sum = (wanted) => [...sizes].filter(([id]) => wanted(kinds.get(id))).reduce((all, [, size]) => all + size, 0);
  return { all: sum(() => true), script: sum((kind) => kind === "Script") };
}

async function ours() {
  const page = await window(browser);
  const link = await server.link({ page: "choose" });
  const start = await loaded(page, () => page.goto(link.url, { waitUntil: "networkidle0" }));
  rows.push(["our start page, everything", start.all, ...(await found(page, "body"))]);
  rows.push(["our pages' script", start.script]);
  await connect(page, await server.link({ page: "choose" }));
  rows.push(["our chooser", "", ...(await found(page, "body"))]);
  await openFolder(page, "Clients");
  rows.push(["our chooser in a folder", "", ...(await found(page, "body"))]);
  await page.goto(page.url().replace(/choose.*/, ""));
  rows.push(["our page of an account", "", ...(await found(page, "body"))]);
  const element = await fetch(`${stack.dropline}/assets/dropline-picker.js`, { headers: { "accept-encoding": "gzip" } });
  rows.push(["<dropline-picker>", gzipSync(Buffer.from(await element.arrayBuffer()), { level: 9 }).length]);
  const portal = await window(browser);
  const { all } = await loaded(portal, () => portal.goto(`${stack.dropline}/ui`, { waitUntil: "networkidle0" }));
  rows.push(["our portal, everything", all]);
}

// A package as an application bundles it, minified.
async function bundled(name, external) {
  const contents = `import * as all from ${JSON.stringify(name)}; globalThis.all = all;`;
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname }, bundle: true, minify: true, write: false, format: "esm", external,
    loader: { ".css": "empty" }, logLevel: "error", define: { "process.env.NODE_ENV": '"production"' },
  });
  return gzipSync(result.outputFiles[0].contents, { level: 9 }).length;
}

async function theirs() {
  rows.push(["carbon-connect with React", await bundled("carbon-connect", [])]);
  rows.push(["carbon-connect without React", await bundled("carbon-connect", PEERS)]);
  rows.push(["@useparagon/connect", await bundled("@useparagon/connect", [])]);
  const headers = { authorization: `Bearer ${stack.notes.api_key}`, "content-type": "application/json" };
  const application = await serve(stack.dropline, headers, "user-2", { useCarbonFilePicker: true, syncFilesOnConnection: false });
  const page = await open(browser, application);
  const { press, reads } = component(page);
  const tab = await windowOf(page, () => press("Connect Account"));
  await tab.waitForSelector("form button");
  await tab.click("form button");
  await decide(tab, "approve");
  await tab.waitForSelector("[data-close]:not([hidden])");
  await tab.close();
  await page.bringToFront();
  await reads("first@example.com");
  rows.push(["carbon-connect's files", "", ...(await found(page, "[role=dialog]"))]);
  await press("Add more files");
  await until(() => page.$("[role=dialog] li [role=checkbox]"), "its picker");
  rows.push(["carbon-connect's picker", "", ...(await found(page, "[role=dialog]"))]);
  application.stop();
}

try {
  await ours();
  await theirs();
} finally {
  await browser.close();
  stack.stop();
}
const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
line(["", "gzip, bytes", "critical", "serious"]);
line(["---", "---:", "---:", "---:"]);
for (const [name, size, critical = "", serious = ""] of rows) line([name, size.toLocaleString("en"), critical, serious]);
