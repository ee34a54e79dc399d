// `<dropline-picker>` in an application's page: plain, with React, isolated, under a strict policy, and on an origin that
// the project has not registered.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { findings } from "./accessibility.mjs";
import { decide, press, save, tick } from "./person.mjs";
import { until } from "./server.mjs";

const EVENTS = ["opened", "connected", "chosen", "closed", "denied", "failed"];
const WATCH = `
  window.heard = [];
  for (const name of ${JSON.stringify(EVENTS)})
    addEventListener("dropline-" + name, ({ type, detail }) => heard.push([type.slice(9), detail]));`;
let sites = 0;

// An application's page with this content and script. Nothing inline runs there, and no style is inline.
function page({ stack, application }, { site = application, body, script = "", isolated = false, file = "dropline-picker.js", integrity = "" }) {
  sites += 1;
  const own = `/element-${sites}`;
  const policy = `default-src 'none'; script-src 'self' ${stack.dropline}; connect-src 'self'; img-src data:; frame-src http:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
  site.more.set(`${own}.js`, (request, response) => {
    response.setHeader("content-type", "text/javascript");
    response.end(`${WATCH}\n${script}`);
  });
  site.more.set(own, (request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-security-policy", policy);
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.end(`<!doctype html><html lang="en"><title>Notes</title><link rel="icon" href="data:,"><script src="${own}.js"></script>
      <script type="module" src="${stack.dropline}/assets/${file}" crossorigin${integrity && ` integrity="${integrity}"`}></script>
      <main><h1>Notes</h1>${body}</main></html>`);
  });
  return site.origin + own;
}

const picker = ({ url }) => `<dropline-picker link="${url}"></dropline-picker>`;

// Opens the page and waits for the button.
async function shown(world, options) {
  const at = await world.open();
  await at.goto(page(world, options));
  await at.waitForSelector("dropline-picker >>> button");
  return at;
}

// Clicks the button, and returns the window that opens.
async function windowOf(at, act = () => at.click("dropline-picker >>> button")) {
  const opened = new Promise((done) => at.once("popup", done));
  await act();
  const window = await opened;
  await window.setViewport({ width: 900, height: 780 });
  await window.waitForSelector("button.go, button[value=save]");
  return window;
}

async function connected(window, decision = "approve") {
  await press(window, "button.go");
  await decide(window, decision);
}

const heard = (at) => at.evaluate(() => heard);
const names = async (at) => (await heard(at)).map(([name]) => name);
const hears = (at, name) => until(async () => (await heard(at)).find(([one]) => one === name), name);
const status = (at) => at.$eval("dropline-picker >>> [role=status]", (one) => one.textContent);

async function chosen(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: picker(link) });
  const window = await windowOf(at);
  const during = await status(at);
  await connected(window);
  await tick(window, "Photos");
  await tick(window, "notes.txt");
  await save(window);
  const [, detail] = await hears(at, "chosen");
  await window.close();
  await sleep(1_500);
  const { connection } = await world.server.status(link);
  const exact = detail.link === link.id && detail.connection === connection;
  return [during, exact, detail.selected, detail.deselected, await names(at), await status(at)];
}

// By keyboard alone, with an address of the application's server that makes a link for each click.
async function source(world) {
  let asked = 0;
  world.application.more.set("/link", async (request, response) => {
    asked += request.method === "POST" ? 1 : 0;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(await world.server.link()));
  });
  const at = await shown(world, { body: '<dropline-picker source="/link" label="Connect <b>Dropbox</b>"></dropline-picker>' });
  const label = await at.$eval("dropline-picker >>> button", (one) => [one.textContent, one.children.length]);
  await at.keyboard.press("Tab");
  const window = await windowOf(at, () => at.keyboard.press("Enter"));
  // Once more leads to the window that is open.
  await at.keyboard.press("Enter");
  await connected(window);
  await hears(at, "connected");
  await window.close();
  const another = await windowOf(at, () => at.keyboard.press("Enter"));
  await connected(another, "deny");
  await hears(at, "denied");
  return [label, asked, await names(at)];
}

async function closedWindow(world) {
  const at = await shown(world, { body: picker(await world.server.link({ page: "choose" })) });
  const window = await windowOf(at);
  const atStart = await names(at);
  await window.close();
  const [, detail] = await hears(at, "closed");
  return [atStart, await names(at), detail, await status(at)];
}

// A page that is loaded again, and the way through folders, are no end.
async function reloaded(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: picker(link) });
  const window = await windowOf(at);
  await connected(window);
  await window.reload();
  await press(window, "button.open");
  await sleep(1_200);
  const before = await names(at);
  await window.close({ runBeforeUnload: true });
  const [, detail] = await hears(at, "closed");
  return [before, detail.link === link.id, await names(at)];
}

async function blocked(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: picker(link) });
  // What blockers do.
  await at.evaluate(() => { window.open = () => null; });
  await at.click("dropline-picker >>> button");
  const [, detail] = await hears(at, "failed");
  const said = await status(at);
  await at.waitForSelector("dropline-picker >>> a", { visible: true });
  const window = await windowOf(at, () => at.click("dropline-picker >>> a"));
  await connected(window);
  await tick(window, "Photos");
  await save(window);
  await hears(at, "chosen");
  return [detail.reason, said, await names(at)];
}

async function withoutLink(world) {
  world.application.more.set("/broken", (request, response) => response.writeHead(500).end("broken"));
  const failures = [];
  for (const attribute of ['source="/broken"', 'link="javascript:heard.push([0])"', 'link="data:text/html,x"', "link", ""]) {
    const at = await shown(world, { body: `<dropline-picker ${attribute}></dropline-picker>` });
    await at.click("dropline-picker >>> button");
    await hears(at, "failed");
    failures.push([await names(at), await status(at), (await at.browserContext().pages()).length].join());
    await at.browserContext().close();
  }
  return [...new Set(failures)];
}

// The application's page is isolated from windows of other origins: it hears nothing, and its server asks.
async function isolated(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: picker(link), isolated: true });
  // It is behind the window, where it has no focus.
  await at.evaluate(() => { document.hasFocus = () => window.isBack === true; });
  const window = await windowOf(at);
  await connected(window);
  await tick(window, "Photos");
  await sleep(1_200);
  const during = await names(at);
  await save(window);
  await window.close();
  await at.evaluate(() => { window.isBack = true; });
  const [, detail] = await hears(at, "closed");
  return [during, await names(at), detail, (await world.server.status(link)).status];
}

// Its origin is not one of the project's: nothing of the window reaches it.
async function unregistered(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: picker(link), site: world.stranger });
  const window = await windowOf(at);
  await connected(window);
  await tick(window, "Photos");
  await save(window);
  await sleep(600);
  const before = await names(at);
  await window.close();
  const [, detail] = await hears(at, "closed");
  return [before, detail, (await world.server.status(link)).status];
}

// Messages of other windows and other origins, and of no known kind.
async function forged(world) {
  const link = await world.server.link({ page: "choose" });
  const at = await shown(world, { body: `${picker(link)}<iframe src="${world.stranger.origin}"></iframe>` });
  const window = await windowOf(at);
  const forgeries = (link) => {
    for (const type of ["dropline:chosen", "dropline:closed", "dropline:connected", "dropline:failed"]) {
      for (const target of [window.opener, window.parent, window]) target?.postMessage({ type, link, selected: 9 }, "*");
    }
  };
  await at.evaluate(forgeries, link.id);
  for (const frame of at.frames()) await frame.evaluate(forgeries, link.id).catch(() => {});
  await window.evaluate(() => {
    for (const data of [{ type: "dropline:opened" }, { type: "chosen" }, "dropline:chosen", null, 7]) opener.postMessage(data, "*");
  });
  // The stranger takes the window to a page of its own.
  await Promise.all([window.waitForNavigation(), window.evaluate((to) => location.assign(to), world.stranger.origin)]);
  await window.evaluate(forgeries, link.id);
  await sleep(600);
  return names(at);
}

// With React: attributes, properties and events of an ordinary element.
async function react(world) {
  const link = await world.server.link({ page: "choose" });
  const bundled = await build({
    stdin: {
      contents: `
        import { createElement, StrictMode, useEffect, useRef, useState } from "react";
        import { createRoot } from "react-dom/client";
        function Files({ link }) {
          const [chosen, setChosen] = useState(null);
          const picker = useRef(null);
          useEffect(() => {
            const element = picker.current;
            const onChosen = ({ detail }) => setChosen(detail.selected);
            element.addEventListener("dropline-chosen", onChosen);
            return () => element.removeEventListener("dropline-chosen", onChosen);
          }, []);
          return createElement("div", null,
            createElement("dropline-picker", { ref: picker, link, label: "Choose" }),
            createElement("output", null, chosen === null ? "" : "chosen " + chosen));
        }
        addEventListener("DOMContentLoaded", () =>
          createRoot(document.querySelector("#root")).render(createElement(StrictMode, null, createElement(Files, { link: ${JSON.stringify(link.url)} }))));`,
      resolveDir: import.meta.dirname,
    },
    bundle: true, write: false, format: "iife", define: { "process.env.NODE_ENV": '"production"' },
  });
  const at = await shown(world, { body: '<div id="root"></div>', script: bundled.outputFiles[0].text });
  const window = await windowOf(at);
  await connected(window);
  await tick(window, "Photos");
  await save(window);
  await at.waitForFunction(() => document.querySelector("output").textContent);
  return at.$eval("output", (one) => one.textContent);
}

// As Vue and React 19 do: what an element has as a property is set as one.
async function properties(world) {
  const link = await world.server.link();
  const at = await shown(world, { body: "<dropline-picker></dropline-picker>" });
  await at.$eval("dropline-picker", (one, link) => Object.assign(one, { link, label: "Files", disabled: true, tab: true }), link.url);
  const look = () => at.$eval("dropline-picker", (one) => [one.shadowRoot.querySelector("button").disabled, one.disabled, one.tab, one.label]);
  const set = await look();
  await at.$eval("dropline-picker", (one) => one.setAttribute("disabled", "false"));
  const [isOff] = await look();
  await at.$eval("dropline-picker", (one) => one.setAttribute("disabled", ""));
  await at.$eval("dropline-picker", (one) => one.open());
  await at.$eval("dropline-picker", (one) => Object.assign(one, { label: null, disabled: false, tab: false }));
  return [set, isOff, await look(), await names(at)];
}

// An application's own button, and its own way to a link.
async function own(world) {
  const link = await world.server.link();
  const at = await shown(world, {
    body: "<dropline-picker><button>My own</button></dropline-picker>",
    script: `addEventListener("DOMContentLoaded", () => { document.querySelector("dropline-picker").makeLink = async () => ${JSON.stringify(link.url)}; });`,
  });
  const window = await windowOf(at, () => at.click("dropline-picker > button"));
  await connected(window);
  await hears(at, "connected");
  return names(at);
}

// The name that changes with the content, and what the browser compares it with.
async function pinned(world) {
  const address = `${world.stack.dropline}/assets/dropline-picker.js`;
  const answer = await fetch(address);
  const file = answer.headers.get("content-location");
  const script = Buffer.from(await answer.arrayBuffer());
  const hash = (content) => `sha384-${createHash("sha384").update(content).digest("base64")}`;
  const link = await world.server.link();
  const at = await shown(world, { body: picker(link), file, integrity: hash(script) });
  const other = await world.open();
  await other.goto(page(world, { body: picker(link), file, integrity: hash("another") }));
  await sleep(300);
  const refused = await other.$eval("dropline-picker", (one) => one.shadowRoot === null);
  other.complaints.length = 0;
  const lasting = (await fetch(`${world.stack.dropline}/assets/${file}`)).headers.get("cache-control");
  return [answer.headers.get("cache-control"), lasting, (await at.$("dropline-picker >>> button")) !== null, refused];
}

async function accessible(world) {
  const at = await shown(world, { body: picker(await world.server.link()) });
  return findings(at, "element", (name) => world.picture(at, name));
}

const CONTINUE = "Continue in the window";
const FAILED = "failed,This did not work,1";

export default [
  ["the element: chosen, with the numbers", [CONTINUE, true, 2, 0, ["opened", "chosen"], ""], chosen],
  ["the element by keyboard, with links of the application's server", [["Connect <b>Dropbox</b>", 0], 2, ["opened", "connected", "opened", "denied"]], source],
  ["the element notices a window that was closed without a word", [["opened"], ["opened", "closed"], {}, ""], closedWindow],
  ["the element: pages that are loaded again are not closed", [["opened"], true, ["opened", "closed"]], reloaded],
  ["the element without a window has a link", ["window_blocked", "Your browser blocked the window", ["failed", "opened", "chosen"]], blocked],
  ["the element opens addresses of pages only", [FAILED], withoutLink],
  ["the element in a page that is isolated from windows", [["opened"], ["opened", "closed"], {}, "chosen"], isolated],
  ["the element on an origin that is not registered hears nothing", [["opened"], {}, "chosen"], unregistered],
  ["the element obeys its own window only", ["opened"], forged],
  ["the element with React", "chosen 1", react],
  ["the element's properties", [[true, true, true, "Files"], false, [false, false, false, null], []], properties],
  ["the element with the application's own button and link", ["opened", "connected"], own],
  ["the element's script by the name that changes", ["public, max-age=3600", "public, max-age=31536000, immutable", true, true], pinned],
  ["the element: axe-core finds nothing in both themes at three widths", [], accessible],
];
