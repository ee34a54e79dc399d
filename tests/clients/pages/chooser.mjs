// Choosing in a large folder, by ranges, among odd names, and what cannot be chosen.

import { MANY, ODD } from "./box.mjs";
import { box, connect, crumb, names, openFolder, press, row, save, text, tick } from "./person.mjs";

const MOST_ROWS = 500;

async function large({ server, open }, script) {
  const page = await open({ script });
  const link = await server.link({ page: "choose" });
  await connect(page, link);
  await openFolder(page, "Many");
  const [seen, rows] = [new Set(), []];
  let ticked = 0;
  for (let next = true; next; ) {
    const here = await names(page);
    here.forEach((name) => seen.add(name));
    rows.push(here.length);
    // One in each part; the ticks of the parts before are kept.
    await tick(page, here[1]);
    ticked += 1;
    next = await page.$("button[name=after]");
    if (next) await press(page, "button[name=after]");
  }
  await press(page, ".parts button:not([name])");
  const summary = await text(page, "[data-summary]");
  await save(page);
  return [seen.size, Math.max(...rows) <= MOST_ROWS, rows.length, summary, (await server.status(link)).selected === ticked];
}

async function odd({ server, open }, script) {
  const page = await open({ script, width: 320 });
  const link = await server.link({ page: "choose" });
  await connect(page, link);
  await openFolder(page, "Odd");
  const composed = (all) => all.map((name) => name.normalize("NFC")).sort();
  const shown = composed(await names(page)).join() === composed(Object.values(ODD)).join();
  const made = await page.$$eval("li.item bdi *", (all) => all.length);
  for (const name of await names(page)) await tick(page, name);
  await save(page);
  const { selected } = await server.status(link);
  return [shown, made, await page.title(), selected];
}

async function range({ server, open }) {
  const page = await open();
  const link = await server.link({ page: "choose" });
  await connect(page, link);
  await openFolder(page, "Range");
  const click = async (name) => (await (await row(page, name)).$("input[type=checkbox]")).click();
  await click("file 02.txt");
  await page.keyboard.down("Shift");
  await click("file 07.txt");
  const chosen = await text(page, "[data-summary]");
  // Back: the last three are not wanted.
  await page.keyboard.up("Shift");
  await click("file 07.txt");
  await page.keyboard.down("Shift");
  await click("file 05.txt");
  await page.keyboard.up("Shift");
  const left = await text(page, "[data-summary]");
  await save(page);
  return [chosen, left, (await server.status(link)).selected];
}

async function partial({ server, open }) {
  const page = await open();
  await connect(page, await server.link({ page: "choose" }));
  await openFolder(page, "Clients");
  await openFolder(page, "Contracts");
  await tick(page, "final.pdf");
  await crumb(page, "Clients");
  const inside = await box(page, "Contracts");
  await crumb(page, "Dropbox");
  const above = await box(page, "Clients");
  // The whole folder takes the place of what was chosen in it.
  await tick(page, "Clients");
  await openFolder(page, "Clients");
  const whole = await box(page, "Contracts");
  return [inside, above, whole];
}

async function unfit({ strict, open }, script) {
  const page = await open({ script });
  await connect(page, await strict.link({ page: "choose" }));
  await openFolder(page, "Clients");
  await openFolder(page, "Contracts");
  const look = async (name) => {
    const item = await row(page, name);
    const note = await item.$eval("small", (one) => one.textContent);
    const described = await item.$eval("input[type=checkbox]", (one) => document.getElementById(one.getAttribute("aria-describedby"))?.textContent);
    return [(await box(page, name)).off, note.replaceAll("\u00a0", " ").split(" · ").at(-1), described === note];
  };
  return [await look("site visit.mov"), await look("tune.mp3"), await look("final.pdf").then(([off]) => off)];
}

const ticked = { ticked: true, partial: false, off: true };
const some = { ticked: false, partial: true, off: false };
const LARGE = [MANY, true, 3, "3 files", true];
const UNFIT = [[true, "larger than the 50 KB that Strict reads", true], [true, "Strict does not read this format", true], false];
const ODDS = Object.keys(ODD).length;

export default [
  ["a large folder in parts, with script", LARGE, (world) => large(world, true)],
  ["a large folder in parts, without script", LARGE, (world) => large(world, false)],
  ["odd names are text, with script", [true, 0, "Saved", ODDS], (world) => odd(world, true)],
  ["odd names are text, without script", [true, 0, "Saved", ODDS], (world) => odd(world, false)],
  ["a range of boxes with the shift key", ["6 files", "3 files", 3], range],
  ["folders in which something is chosen", [some, some, ticked], partial],
  ["files that cannot be synced, with script", UNFIT, (world) => unfit(world, true)],
  ["files that cannot be synced, without script", UNFIT, (world) => unfit(world, false)],
];
