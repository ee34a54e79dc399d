// What the application hears: by messages to the window that opened ours, and by asking.

import { setTimeout as sleep } from "node:timers/promises";
import { popup, heard } from "./application.mjs";
import { connect, decide, press, save, tick, title } from "./person.mjs";
import { until } from "./server.mjs";

// Opens the application's page, and from it a link, in which an account is connected.
async function opened({ open, server, application }, body, site = application) {
  const page = await open();
  await page.goto(site.origin);
  const link = await server.link(body);
  const window = await popup(page, link.url);
  await press(window, "button.go");
  await decide(window, "approve");
  return { page, link, window };
}

// Presses the button that closes the window, which may be gone before the press is confirmed.
async function end(window) {
  await window.click("[data-close]").catch(() => {});
  await until(() => window.isClosed(), "the end of the window");
}

const types = async (page) => (await heard(page)).map(({ type }) => type);

async function connected(world) {
  const { page, link, window } = await opened(world, {});
  await window.waitForSelector("[data-close]:not([hidden])");
  await until(async () => (await heard(page)).length, "a message");
  const [message] = await heard(page);
  await end(window);
  const from = message.origin === world.stack.dropline;
  return [message.type, message.link === link.id, from, (await world.server.status(link)).status];
}

async function chosen(world) {
  const { page, link, window } = await opened(world, { page: "choose" });
  await tick(window, "Photos");
  await save(window);
  await until(async () => (await heard(page)).length, "a message");
  const { connection } = await world.server.status(link);
  const all = (await heard(page)).map((message) => [message.type, message.link === link.id, message.connection === connection]);
  await end(window);
  // The end of the window is no other end.
  return [all, await types(page), (await world.server.status(link)).status];
}

async function cancelled(world) {
  const { page, link, window } = await opened(world, { page: "choose" });
  await press(window, "button[value=cancel]");
  await until(async () => (await heard(page)).length, "a message");
  return [await types(page), await title(window), (await world.server.status(link)).status];
}

async function closed(world) {
  const { page, link, window } = await opened(world, { page: "choose" });
  await tick(window, "Photos");
  await window.close({ runBeforeUnload: true });
  await until(async () => (await world.server.status(link)).status === "closed", "the end by asking");
  const [{ id }] = await world.server.connections();
  return [await types(page), (await world.server.selections(id)).length];
}

// A way through the folders is no end, and neither is a page that is loaded again, by whatever way: nobody who asks sees
// one, for longer than a window that is closed is not told.
async function goesOn(world) {
  const { page, link, window } = await opened(world, { page: "choose" });
  await press(window, "button.open");
  await press(window, ".crumbs button");
  const before = [await types(page), (await world.server.status(link)).status];
  await window.reload();
  await window.goto(window.url().replace("/choose", ""));
  await window.goBack();
  const seen = new Set();
  for (let asked = 0; asked < 35; asked += 1) {
    seen.add((await world.server.status(link)).status);
    await sleep(200);
  }
  const supposed = new Set((await heard(page)).map(({ type, leaving }) => `${type} ${leaving}`));
  await save(window);
  return [...before, [...seen], [...supposed], (await world.server.status(link)).status];
}

async function withoutScript({ open, server }) {
  const page = await open({ script: false });
  const link = await server.link({ page: "choose" });
  await connect(page, link);
  await press(page, "button[value=cancel]");
  return (await server.status(link)).status;
}

async function strange(world) {
  const { page, link, window } = await opened(world, { page: "choose" }, world.stranger);
  await tick(window, "Photos");
  await save(window);
  await window.waitForSelector("[data-close]:not([hidden])");
  return [await types(page), (await world.server.status(link)).status];
}

// Messages to our window do nothing, from whomever they are.
async function forged(world) {
  const { page, link, window } = await opened(world, { page: "choose" });
  const look = () => window.evaluate(() => [location.href, document.querySelector("h1").innerText, document.querySelectorAll("li.item").length]);
  const before = await look();
  await page.evaluate((link) => {
    for (const type of ["dropline:chosen", "dropline:closed", "dropline:connected"]) opened.postMessage({ type, link }, "*");
  }, link.id);
  return [(await look()).join() === before.join(), await types(page), (await world.server.status(link)).status];
}

export default [
  ["connected: the page that opened ours hears it", ["dropline:connected", true, true, "connected"], connected],
  ["chosen: the page that opened ours hears it", [[["dropline:chosen", true, true]], ["dropline:chosen"], "chosen"], chosen],
  ["cancelled: the page that opened ours hears it", [["dropline:closed"], "Nothing was changed", "closed"], cancelled],
  ["a window that is closed without a choice", [["dropline:closed"], 0], closed],
  ["going on within the pages is no end", [[], "connected", ["connected"], ["dropline:closed true"], "chosen"], goesOn],
  ["cancelled without script: the server hears it", "closed", withoutScript],
  ["a page of another origin that opened ours hears nothing", [[], "chosen"], strange],
  ["messages to our window change nothing", [true, [], "connected"], forged],
];
