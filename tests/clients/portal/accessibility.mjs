// What axe-core finds in the portal (WCAG 2.2 AA and best practice), and what does not fit.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const WIDTHS = [320, 768, 1280];
const THEMES = ["light", "dark"];

// Shows a part of the dialog, whatever the state is.
function show(name) {
  const dialog = document.querySelector("dialog");
  dialog.dataset.state = name;
  for (const part of dialog.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
  dialog.setAttribute("aria-labelledby", dialog.querySelector("[data-part]:not([hidden]) h1").id);
}

// Whether the frame has the theme by now, and its colours change no more.
function isStill(theme) {
  return matchMedia(`(prefers-color-scheme: ${theme})`).matches && document.getAnimations().length === 0;
}

async function look() {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const root = document.documentElement;
  const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} wide in ${root.clientWidth}`] : [];
  return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 80)}`), ...wide];
}

// Returns the findings of the part that is shown, in both themes and at each width.
export async function findingsOf(page, frame, picture) {
  await frame.evaluate(AXE);
  const found = [];
  for (const theme of THEMES) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: theme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    for (const width of WIDTHS) {
      await page.setViewport({ width, height: 720 });
      await frame.waitForFunction(isStill, {}, theme);
      const here = await frame.evaluate(look);
      found.push(...here.map((finding) => `${theme}, ${width}: ${finding}`));
      if (width !== 768) await picture(`${theme}-${width}`);
    }
  }
  return found;
}

// Returns the findings of every part.
export async function findings(page, frame, picture) {
  const parts = await frame.$$eval("[data-part]", (all) => all.map((part) => part.dataset.part));
  const found = [];
  for (const part of parts) {
    await frame.evaluate(show, part);
    const here = await findingsOf(page, frame, (name) => picture(`${part}-${name}`));
    found.push(...here.map((finding) => `${part}, ${finding}`));
  }
  return found;
}
