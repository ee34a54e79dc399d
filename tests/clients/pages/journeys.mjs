// From a link to the bytes, and out again: each with script and without.

import { put } from "./box.mjs";
import { box, connect, crumb, decide, find, openFolder, press, row, save, text, tick, title } from "./person.mjs";
import { SECOND } from "./stack.mjs";
import { until } from "./server.mjs";

const ready = (files, name) => files.find((one) => one.name === name && one.content.state === "ready");

// The Dropbox ids of paths, sorted.
async function ids(server, paths) {
  const all = await Promise.all(paths.map((path) => server.dropbox("files/get_metadata", { path })));
  return all.map(({ id }) => id).sort();
}

const targets = (selections) => selections.filter((one) => one.state !== "unwanted").map((one) => one.target).sort();

async function choose({ server, open, stack }, script) {
  const page = await open({ script });
  const link = await server.link({ page: "choose" });
  await connect(page, link);
  await tick(page, "Photos");
  await openFolder(page, "Clients");
  await openFolder(page, "Contracts");
  await tick(page, "Drafts");
  await tick(page, "final.pdf");
  await crumb(page, "Clients");
  const inside = await text(page, "li.item small");
  await crumb(page, "Dropbox");
  await find(page, "draft");
  const found = await box(page, "draft 1.md");
  await press(page, ".crumbs button");
  const kept = await box(page, "Photos");
  const summary = await text(page, "[data-summary]");
  await save(page);
  const saved = await title(page);
  const { status, selected, deselected, connection } = await server.status(link);
  const wanted = await ids(server, ["/Photos", "/Clients/Contracts/Drafts", "/Clients/Contracts/final.pdf"]);
  const stored = targets(await server.selections(connection));
  const files = await until(async () => {
    const files = await server.files(connection);
    return ["a.png", "b.png", "draft 1.md", "draft 2.md", "final.pdf"].every((name) => ready(files, name)) && files;
  }, "the chosen files");
  const { url } = await server.ask("GET", `connections/${connection}/files/${ready(files, "draft 1.md").id}/link`);
  const bytes = await (await fetch(url)).text();

  await press(page, "a.quiet");
  const later = `added ${script ? "with" : "without"} script.txt`;
  put(stack.box, `Photos/${later}`);
  await until(async () => ready(await server.files(connection), later), "the file that was added");
  // The script shows it by itself.
  const shown = await until(async () => {
    if (!script) await page.reload();
    return page.$$eval("li.item", (items, name) => items.find((one) => one.querySelector("bdi")?.textContent === name)?.querySelector(".tag")?.textContent === "Ready", later).catch(() => false);
  }, "the added file on the page");

  await press(page, "a.go");
  await tick(page, "Photos");
  await tick(page, "notes.txt");
  await save(page);
  const changed = targets(await server.selections(connection));
  const again = await ids(server, ["/notes.txt", "/Clients/Contracts/Drafts", "/Clients/Contracts/final.pdf"]);
  return {
    inside: inside.includes("2 chosen inside"), found, kept, summary, saved, status, selected, deselected,
    exact: stored.join() === wanted.join(), bytes, shown, changed: changed.join() === again.join(),
  };
}

async function reconnect({ server, open }, script) {
  const page = await open({ script });
  await connect(page, await server.link({ page: "manage" }), SECOND);
  const [before] = await server.connections();
  await server.dropbox("auth/token/revoke", null);
  await press(page, "button[value=sync]");
  await until(async () => {
    if (!script) await page.reload();
    return page.$(".note button[value=reconnect]").catch(() => null);
  }, "the note that asks to reconnect");
  const asks = await text(page, ".note b");
  await press(page, "button[value=reconnect]");
  await press(page, "button.go");
  await decide(page, "approve", SECOND);
  const [after, ...others] = await server.connections();
  return { asks, same: before.id === after.id, others: others.length, status: after.status, note: await page.$eval(".note", (one) => one.innerText).catch(() => null) };
}

async function leave({ server, open }, script) {
  const page = await open({ script });
  await connect(page, await server.link({ page: "choose" }));
  await tick(page, "Photos");
  await save(page);
  const [{ id }] = await server.connections();
  await until(async () => ready(await server.files(id), "a.png"), "a.png");
  await press(page, "a.quiet");
  await press(page, "a.danger");
  const question = await text(page);
  await press(page, "button.danger");
  const receipt = await until(async () => {
    if (!script) await page.reload();
    return page.evaluate(() => (document.querySelector("[data-receipt]") ? null : document.querySelector(".receipt")?.innerText)).catch(() => null);
  }, "the receipt");
  return {
    asked: /Disconnect first@example\.com/.test(question) && /\d files will be removed from Notes/.test(question),
    revoked: /Access ended at Dropbox\s+yes/.test(receipt), finished: !/under way/.test(receipt),
    left: (await server.connections()).filter((one) => one.status !== "disconnected").length,
  };
}

async function second({ server, open }, script) {
  const page = await open({ script });
  await connect(page, await server.link({ page: "manage" }));
  await press(page, "button[value=connect]");
  await press(page, "button.go");
  await decide(page, "approve", SECOND);
  const chips = await page.$$eval(".chips a", (all) => all.map((one) => [one.innerText.trim(), one.ariaCurrent]));
  const connections = await server.connections();
  await press(page, ".chips a:not([aria-current])");
  return { chips, connections: connections.length, other: await text(page, ".chips [aria-current]") };
}

async function workflows({ server, open }, script) {
  const page = await open({ script });
  const { id } = await server.workflow();
  await connect(page, await server.link({ page: "workflows" }));
  const listed = (await text(page, `li:has(a[href$="/workflows/${id}"])`)).replace(/\s+/g, " ").trim();
  await press(page, `a[href$="/workflows/${id}"]`);
  await page.$eval("[name='setting.parent']", (field) => (field.value = "/Own"));
  await press(page, "button[value=on]");
  const on = await text(page, ".state");
  const { enabled, settings } = await server.ask("GET", `workflows/${id}/enablement`);
  const run = await server.run(id, { name: script ? "With script" : "Without" });
  await page.reload();
  await press(page, `a[href$="/runs/${run.id}"]`);
  const done = await text(page, ".state");
  await press(page, "main p.actions a.quiet");
  await press(page, "button[value=off]");
  const off = await text(page, ".state");
  const after = await server.ask("GET", `workflows/${id}/enablement`);
  await server.ask("DELETE", `workflows/${id}`);
  return { listed, on, enabled, settings, done, off, after: after.enabled, kept: after.settings };
}

const BOTH = [["with script", true], ["without script", false]];
const each = (name, must, go) => BOTH.map(([how, script]) => [`${name}, ${how}`, must, (world) => go(world, script)]);

export default [
  ...each("choose two folders and a file, then a file is added, then another choice", {
    inside: true, found: { ticked: true, partial: false, off: true }, kept: { ticked: true, partial: false, off: false },
    summary: "2 folders and 1 file", saved: "Saved", status: "chosen", selected: 3, deselected: 0, exact: true, bytes: "one\n",
    shown: true, changed: true,
  }, choose),
  ...each("reconnect after the token was revoked", {
    asks: "Dropbox asks for your permission again", same: true, others: 0, status: "active", note: null,
  }, reconnect),
  ...each("disconnect with a receipt", { asked: true, revoked: true, finished: true, left: 0 }, leave),
  ...each("turn a workflow on with a setting, see its run, and turn it off", {
    listed: "Folder maker Makes a folder for what is asked. Off", on: "On", enabled: true, settings: { parent: "/Own" },
    done: "Done", off: "Off", after: false, kept: { parent: "/Own" },
  }, workflows),
  ...each("a second account", {
    chips: [["first@example.com", null], ["second@example.com", "page"]], connections: 2, other: "first@example.com",
  }, second),
];
