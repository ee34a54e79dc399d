// What axe-core finds in a page (WCAG 2.2 AA and best practice), and what does not fit, in both themes and three widths.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [320, 768, 1280];
const THEMES = ["light", "dark"];

async function look(tags) {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const nodes = ({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} (${node.any[0]?.message ?? ""})`);
  return [...violations.flatMap(nodes), ...unfitting()];

  // Elements that reach out of the window, or out of the box around them.
  function unfitting() {
    const root = document.documentElement;
    const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} wide in ${root.clientWidth}`] : [];
    const out = [...document.querySelectorAll("body *")].filter((one) => {
      if (one.closest(".visually-hidden, [hidden]")) return false;
      const box = one.getBoundingClientRect();
      return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1);
    });
    return [...wide, ...out.map((one) => `out of the window: ${one.outerHTML.slice(0, 120)}`)];
  }
}

// The pages load themselves again when something changes; then they are looked at again.
async function examined(page, left = 3) {
  try {
    await page.evaluate(AXE);
    return await page.evaluate(look, TAGS);
  } catch (error) {
    if (left === 0 || !/context|navigat/i.test(error.message)) throw error;
    await page.waitForSelector("h1");
    return examined(page, left - 1);
  }
}

// Returns the findings of the page that is open. The page stays as it is.
export async function findings(page, name, picture) {
  const found = [];
  for (const theme of THEMES) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: theme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    for (const width of WIDTHS) {
      await page.setViewport({ width, height: 780 });
      const here = await examined(page);
      found.push(...here.map((finding) => `${name}, ${theme}, ${width}: ${finding}`));
      if (width !== 768) await picture(`${name}-${theme}-${width}`);
    }
  }
  return found;
}
