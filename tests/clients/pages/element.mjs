// `<dropline-picker>` in an application's page: plain, isolated, under a strict policy, and on an origin that the project has
// not registered.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { findings } from "./accessibility.mjs";
import { connected, heard, hears, names, page, picker, shown, status, windowOf } from "./embedding.mjs";
import { press, save, tick } from "./person.mjs";

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
  ["the element's properties", [[true, true, true, "Files"], false, [false, false, false, null], []], properties],
  ["the element with the application's own button and link", ["opened", "connected"], own],
  ["the element's script by the name that changes", ["public, max-age=3600", "public, max-age=31536000, immutable", true, true], pinned],
  ["the element: axe-core finds nothing in both themes at three widths", [], accessible],
];
