// T24: the start page in Chromium. Names of projects and users may not turn, hide or move what stands around them.

import { readFileSync, writeFileSync } from "node:fs";
import { startChromium } from "./chromium.mjs";

const [work, binary] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(`${work}/ways.json`, "utf-8"));
const server = `https://${setup.ways.proxied.hosts.api.split("/")[0]}`;
const WIDTH = 400;

// Projects by the files that their making printed; users by what a header can hold.
const CASES = {
  "plain names": ["project", "user-1"],
  "a user named in HTML": ["project", "<img src=x onerror=document.title='seen'></bdi></main>\"'&lt;"],
  "a long name of a user": ["project", "a".repeat(200)],
  "a long name in HTML": ["project", "<b>".repeat(60)],
  "a project that overrides the direction": ["override", "user-1"],
  "a project that isolates and does not end it": ["isolate", "user-1"],
  "a project named from right to left": ["hebrew", "(1) user"],
};
// Bytes that say U+202E in UTF-8, and a blank that nobody sees.
const REFUSED = ["user\u202e-1", "user\u200b-1", "\u2067user-1", " user-1\u00a0"];

// What a person sees: the text in the order of its lines and places, and what is wrong with it.
function look() {
  const main = document.querySelector("main");
  const names = [...main.querySelectorAll("bdi")].map((name) => name.textContent);
  const tags = [...main.querySelectorAll("*")].map((tag) => tag.localName).join(" ");
  const faults = [];
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  // Of our own words each letter stands after the one before, on its line or on a later one.
  let last = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("bdi")) {
      const boxes = [...node.parentElement.closest("bdi").getClientRects()];
      const end = boxes.at(-1);
      last = { left: end.right, top: end.top, bottom: end.bottom };
      continue;
    }
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getClientRects()[0];
      if (!box || !box.width) continue;
      const below = last && box.top >= last.bottom - 1;
      if (last && !below && box.left < last.left - 1) faults.push(`${node.data.slice(0, at + 1)} is out of its order`);
      last = { left: box.left, top: box.top, bottom: box.bottom };
    }
  }
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`it is ${root.scrollWidth} wide in ${root.clientWidth}`);
  if (document.title === "seen") faults.push("a script of a name's ran");
  return { names, tags, faults };
}

async function link(project, user) {
  const headers = { authorization: `Bearer ${project.api_key}`, "customer-id": user };
  return fetch(`${server}/projects/${project.project}/connect/links`, { method: "POST", headers, body: "{}" });
}

const expected = {};
const seen = {};
const chromium = await startChromium(binary, `${work}/chromium`);
for (const [name, [file, user]] of Object.entries(CASES)) {
  const project = JSON.parse(readFileSync(`${work}/${file}.json`, "utf-8"));
  const { url } = await (await link(project, user)).json();
  await chromium.open(url, WIDTH);
  expected[name] = {
    names: [project.name, project.name, user],
    tags: "div div h1 bdi p strong bdi strong bdi form input input button p",
    faults: [],
  };
  seen[name] = await chromium.see(look);
  writeFileSync(`${work}/${name}.png`, await chromium.picture());
}
await chromium.stop();
const project = JSON.parse(readFileSync(`${work}/project.json`, "utf-8"));
for (const user of REFUSED) {
  const name = `${JSON.stringify(user)} is no user`;
  // Each byte of its UTF-8 as a character, which is how a header carries it.
  const bytes = Buffer.from(user, "utf-8").toString("latin1");
  const answer = await link(project, bytes);
  expected[name] = [400, "customer_id_invalid"];
  seen[name] = [answer.status, (await answer.json()).code];
}
writeFileSync(`${work}/start_page-direct.json`, JSON.stringify(expected));
writeFileSync(`${work}/start_page-shown.json`, JSON.stringify(seen));
