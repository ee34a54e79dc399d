// What people see who have set their browser: colours of their own, and text of twice the size.

import { connect, openFolder, press, save, tick } from "./person.mjs";
import { findings } from "./accessibility.mjs";

// Goes to each screen that has parts of its own, and looks at it.
async function tour(page, strict, see) {
  const link = await strict.link({ page: "choose" });
  await page.goto(link.url);
  await see("start");
  await connect(page, await strict.link({ page: "choose" }));
  await openFolder(page, "Clients");
  await openFolder(page, "Contracts");
  await tick(page, "final.pdf");
  await tick(page, "Drafts");
  await see("choose");
  await save(page);
  await press(page, "a.quiet");
  await page.waitForSelector(".tag.ready");
  await see("look");
  await press(page, "a.danger");
  await see("disconnect");
}

// Parts whose shape is only a colour: with the user's own few colours they need a line around them.
function shapeless() {
  const parts = [...document.querySelectorAll(".go, .quiet, .open, .tag, .sheet, span.logo, select, input[type=text]")];
  const isDrawn = (one) => {
    const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(one);
    return parseFloat(borderTopWidth) >= 1 && borderTopStyle !== "none" && borderTopColor !== backgroundColor;
  };
  return parts.filter((one) => one.checkVisibility() && !isDrawn(one)).map((one) => one.outerHTML.slice(0, 100));
}

// Whether what has the focus has a line that the system draws, since shadows are not shown.
function isMarked() {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}

async function forcedColours({ open, strict, picture }) {
  const page = await open();
  const session = await page.createCDPSession();
  const found = [];
  await tour(page, strict, async (name) => {
    await page.keyboard.press("Tab");
    for (const scheme of ["light", "dark"]) {
      const features = [{ name: "forced-colors", value: "active" }, { name: "prefers-color-scheme", value: scheme }];
      await session.send("Emulation.setEmulatedMedia", { features });
      if (!(await page.evaluate(() => matchMedia("(forced-colors: active)").matches))) found.push("not emulated");
      found.push(...(await page.evaluate(shapeless)).map((part) => `${name}, ${scheme}: ${part}`));
      if (!(await page.evaluate(isMarked))) found.push(`${name}, ${scheme}: no mark of the focus`);
      await picture(page, `forced colours ${name}-${scheme}`);
    }
    await session.send("Emulation.setEmulatedMedia", { features: [] });
  });
  return found;
}

// Twice the usual size.
const TEXT = 32;

// The size that a browser has set, not a zoom: everything grows with it, and nothing is cut off.
async function largeText({ open, strict, picture }) {
  const page = await open({ isTextLarge: true });
  const found = [];
  await tour(page, strict, async (name) => {
    const size = await page.$eval("h1", (one) => parseFloat(getComputedStyle(one).fontSize));
    if (size < TEXT) found.push(`${name}: a title of ${size} px`);
    found.push(...(await findings(page, `large text ${name}`, (name) => picture(page, name))));
    found.push(...(await page.evaluate(cut)).map((part) => `${name}: cut off: ${part}`));
  });
  return found;

  // Elements whose text is wider or higher than their box.
  function cut() {
    const all = [...document.querySelectorAll("body *:not(.visually-hidden, option, svg, svg *)")];
    const isCut = (one) => getComputedStyle(one).overflow !== "visible" && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
    return all.filter((one) => one.checkVisibility() && one.innerText && isCut(one)).map((one) => one.outerHTML.slice(0, 100));
  }
}

export default [
  ["forced colours: every part has a shape, and the focus a mark", [], forcedColours],
  ["text of twice the size: everything grows, and nothing is cut off", [], largeText],
];
