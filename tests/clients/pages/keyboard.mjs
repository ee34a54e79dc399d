// Every task by keyboard alone. At each step the focus is seen: it has a mark, and nothing lies over it.

import { going, press, text, title } from "./person.mjs";

const MOST_STEPS = 60;

// What is wrong with the element that has the focus.
function look() {
  const one = document.activeElement;
  if (!one || one === document.body) return "the focus is nowhere";
  const [box, { boxShadow, outlineStyle }] = [one.getBoundingClientRect(), getComputedStyle(one)];
  const name = one.outerHTML.slice(0, 80);
  if (boxShadow === "none" && outlineStyle === "none") return `no mark: ${name}`;
  if (box.top < -1 || box.bottom > innerHeight + 1) return `out of sight (${Math.round(box.top)} to ${Math.round(box.bottom)} of ${innerHeight}): ${name}`;
  const foot = document.querySelector(".foot");
  if (foot && !foot.contains(one) && box.bottom > foot.getBoundingClientRect().top + 1) return `under the foot: ${name}`;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return one.contains(top) || top?.closest("label") ? null : `covered: ${name}`;
}

// Presses Tab until the element has the focus, and looks at every one on the way.
async function tabTo(page, selector, faults, back = false) {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (back) await page.keyboard.down("Shift");
    await page.keyboard.press("Tab");
    if (back) await page.keyboard.up("Shift");
    const fault = await page.evaluate(look);
    if (fault) faults.push(fault);
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
  }
  throw new Error(`Tab never came to ${selector}`);
}

const boxOf = (name) => (page) => page.evaluate((name) => {
  const item = [...document.querySelectorAll("li.item")].find((one) => one.querySelector("bdi")?.textContent === name);
  return `#${CSS.escape(item.querySelector("input[type=checkbox]").id)}`;
}, name);
const openOf = (name) => `button.open[aria-label*="${name}"]`;
const enter = (page) => going(page, () => page.keyboard.press("Enter"));

async function tasks({ server, open }, script) {
  const faults = [];
  const page = await open({ script, width: 700, height: 420 });
  const link = await server.link({ page: "choose" });
  const to = async (selector, back) => tabTo(page, typeof selector === "string" ? selector : await selector(page), faults, back);
  await page.goto(link.url);
  await to("button.go");
  await enter(page);
  // Dropbox's page is not ours.
  await page.focus('button[value="approve"]');
  await enter(page);
  await to(boxOf("Photos"));
  await page.keyboard.press("Space");
  await to(openOf("Range"));
  await enter(page);
  await to(boxOf("file 10.txt"));
  await page.keyboard.press("Space");
  await to(boxOf("file 00.txt"), true);
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await to(".crumbs button", true);
  await enter(page);
  await to("input[name=q]");
  await page.keyboard.type("draft 1");
  await enter(page);
  await to(boxOf("draft 1.md"));
  await page.keyboard.press("Space");
  const summary = await text(page, "[data-summary]");
  await to("button[value=save]");
  await enter(page);
  const saved = await title(page);
  await to("a.quiet");
  await enter(page);
  await to("button[value=sync]");
  await enter(page);
  await to("select");
  await page.keyboard.press("ArrowDown");
  await to("button[value=interval]");
  await enter(page);
  await to("a.danger");
  await enter(page);
  await to("button.danger");
  await enter(page);
  return [summary, saved, await title(page), (await server.status(link)).selected, faults];
}

// Both ways through a list that is longer than the window.
async function list({ server, open }, height, language) {
  const faults = [];
  const page = await open({ width: 320, height });
  const link = await server.link({ page: "choose", language });
  await page.goto(link.url);
  await tabTo(page, "button.go", faults);
  await enter(page);
  await page.focus('button[value="approve"]');
  await enter(page);
  await tabTo(page, "button[value=save]", faults);
  await tabTo(page, "input[name=q]", faults, true);
  return faults;
}

// Times that need another line after a while, above the file that has the focus.
async function times({ server, open }, height) {
  const page = await open({ width: 320, height });
  await page.evaluateOnNewDocument(() => {
    const [now, every, ticks] = [Date.now, setInterval, []];
    let later = 0;
    Date.now = () => now() + later;
    window.setInterval = (tick, ms) => { ticks.push(tick); return every(tick, ms); };
    window.minutesAfter = (minutes) => {
      later = Date.parse(document.querySelector("time").dateTime) + minutes * 60_000 - now();
      for (const tick of ticks) tick();
    };
  });
  const link = await server.link({ page: "choose", language: "de" });
  await page.goto(link.url);
  await press(page, "button.go");
  await press(page, 'button[value="approve"]');
  const faults = [];
  await page.evaluate(() => window.minutesAfter(1.1));
  await tabTo(page, await boxOf("readme.md")(page), faults);
  // At the window's end, or the foot's beginning, as a person may have scrolled it.
  await page.evaluate(() => {
    const foot = document.querySelector(".foot").getBoundingClientRect().top;
    scrollBy(0, document.activeElement.getBoundingClientRect().bottom + 8 - Math.min(foot, innerHeight));
  });
  const heights = () => page.evaluate(() => [...document.querySelectorAll("li.item")].map((row) => row.offsetHeight).join());
  const before = await heights();
  // At once: Chromium mends it by itself with the next frame, others do not.
  faults.push(await page.evaluate(`window.minutesAfter(21), (${look})()`));
  return [before !== await heights(), faults.filter(Boolean)];
}

const done = (summary) => [summary, "Saved", "Disconnected", 3, []];

export default [
  ["every task by keyboard, with script", done("1 folder and 2 files"), (world) => tasks(world, true)],
  // Without script, the last tick is counted by the next page.
  ["every task by keyboard, without script", done("1 folder and 1 file"), (world) => tasks(world, false)],
  ["the focus in a list that is longer than the window", [], (world) => list(world, 480, "en")],
  ["the focus where the foot's words are long", [], (world) => list(world, 480, "de")],
  ["the focus in a window that is not high", [], (world) => list(world, 256, "de")],
  ["the focus below times that need another line", [true, []], (world) => times(world, 256)],
  ["the focus above the foot, and below such times", [true, []], (world) => times(world, 480)],
];
