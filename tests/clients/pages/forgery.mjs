// A page of another origin changes nothing: it frames nothing, and its forms are refused (T20).

import { connect, going, press, save, tick, title } from "./person.mjs";

async function framed({ open, server, stranger }) {
  const page = await open();
  const link = await server.link({ page: "choose" });
  const start = await frameOf(page, stranger, link.url);
  await connect(page, link);
  const session = page.url();
  return [start, await frameOf(page, stranger, session)];
}

// What a frame of an address shows.
async function frameOf(page, stranger, address) {
  const before = page.url();
  await page.goto(`${stranger.origin}/?frame=${encodeURIComponent(address)}`);
  const frame = await (await page.$("iframe")).contentFrame();
  const shown = (await frame.$("main.page")) ? "shown" : "blocked";
  if (before.startsWith("http")) await page.goto(before);
  return shown;
}

// Posts forms of a stranger's page in the browser that has the session's cookie: without a proof, with an invented one,
// with that of the stranger's own session, with the one of the start page, and even with the right one.
async function posted({ open, server, serverOf, stranger }) {
  const page = await open();
  const link = await server.link({ page: "choose" });
  await page.goto(link.url);
  const start = await page.$eval("input[name=proof]", (one) => one.value);
  await connect(page, link);
  const right = await page.$eval("input[name=proof]", (one) => one.value);
  await tick(page, "Photos");
  await save(page);
  const [{ id }] = await server.connections();
  const session = (await page.$eval("a.quiet", (one) => one.href)).replace(/.connections.*/, "");
  const other = await open();
  await connect(other, await serverOf().link({ page: "choose" }));
  const own = await other.$eval("input[name=proof]", (one) => one.value);

  const answers = new Set();
  for (const proof of ["", "invented", own, start, right]) {
    for (const [below, fields] of [
      ["", { do: "close" }],
      [`/connections/${id}`, { do: "disconnect" }],
      [`/connections/${id}`, { do: "confirm", deletions: "9" }],
      [`/connections/${id}/choose`, { do: "save", shown: "everything/folder/", pick: "everything" }],
    ]) {
      const query = new URLSearchParams({ form: session + below, ...(proof && { proof }), ...fields });
      await page.goto(`${stranger.origin}/?${query}`);
      const answer = await press(page, "button");
      answers.add(`${answer.status()} ${await title(page)}`);
      await page.goto(stranger.origin);
      await page.evaluate((url, body) => fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body }), session + below, query.toString().replace(/^form=[^&]*&/, ""));
    }
  }
  const [{ status }] = await server.connections();
  const selections = (await server.selections(id)).length;
  return [[...answers], status, selections, (await server.status(link)).status];
}

// A link that a stranger made for an account of their own: what they have seen of its page is worth nothing elsewhere.
async function started({ open, server, stranger }) {
  const [theirs, page] = [await open(), await open()];
  const link = await server.link();
  await theirs.goto(link.url);
  const fields = await theirs.$$eval("input[type=hidden]", (all) => all.map((one) => [one.name, one.value]));
  const query = new URLSearchParams([["form", link.url.replace(/\?.*/, "")], ...fields]);
  await page.goto(`${stranger.origin}/?${query}`);
  const answer = await going(page, () => page.click("button"));
  return [answer.status(), (await server.status(link)).status];
}

// The same in a browser that has our cookie, from a link of the visitor's own: the ticket alone, with an invented proof,
// with the stranger's, and with the visitor's for that other link, by a form and by a script. It spends nothing.
async function stolen({ open, server, serverOf, stranger }) {
  const [theirs, page] = [await open(), await open()];
  const link = await server.link();
  await theirs.goto(link.url);
  const [ticket, proof] = await Promise.all(["ticket", "proof"].map((name) => hidden(theirs, name)));
  await page.goto((await serverOf().link()).url);
  const [start, own] = [link.url.replace(/\?.*/, ""), await hidden(page, "proof")];
  const answers = new Set();
  for (const fields of [{ ticket }, { ticket, proof: "invented" }, { ticket, proof }, { ticket, proof: own }]) {
    await page.goto(`${stranger.origin}/?${new URLSearchParams({ form: start, ...fields })}`);
    answers.add((await press(page, "button")).status());
    await page.goto(stranger.origin);
    await page.evaluate((url, fields) => {
      const body = new URLSearchParams(fields);
      return fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body }).then(() => {});
    }, start, fields);
  }
  const { status } = await server.status(link);
  await press(theirs, "button.go");
  return [[...answers], status, (await server.connections()).length, theirs.url().includes("/oauth2/authorize")];
}

const hidden = (page, name) => page.$eval(`input[name=${name}]`, (one) => one.value);

export default [
  ["a frame around the start page or a page of a session stays empty", ["blocked", "blocked"], framed],
  ["a form of another origin changes nothing", [["404 This page is closed"], "active", 1, "chosen"], posted],
  ["a start page's form from another origin starts nothing", [403, "pending"], started],
  ["nor does it in a browser that has opened a start page", [[403], "pending", 0, true], stolen],
];
