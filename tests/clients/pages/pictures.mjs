// The pictures of the README, in both themes: the start page, choosing, and looking.

import { decide, openFolder, press, save, tick } from "./person.mjs";
import { Server } from "./server.mjs";

const THEMES = ["light", "dark"];
const MOST_BYTES = 60_000;
const WIDTH = 800;

async function pictures({ open, stack, photograph }) {
  const server = new Server(stack, stack.notes, "zoe@example.com");
  const page = await open({ width: WIDTH, height: 560 });
  const sizes = [];
  const see = async (name) => {
    for (const theme of THEMES) {
      await page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: theme },
        { name: "prefers-reduced-motion", value: "reduce" },
      ]);
      // No box is hovered or has the focus.
      await page.mouse.move(1, 1);
      await page.evaluate(() => document.activeElement.blur());
      sizes.push((await photograph(page, `${name}-${theme}`)).length);
    }
  };
  await page.goto((await server.link({ page: "choose" })).url);
  await page.setViewport({ width: WIDTH, height: 470 });
  await see("connect");
  await press(page, "button.go");
  await decide(page, "approve", "first@example.com");
  await openFolder(page, "Clients");
  await openFolder(page, "Contracts");
  await tick(page, "Signed 2026");
  await tick(page, "final.pdf");
  await page.waitForFunction(() => [...document.querySelectorAll("[data-count]")].every((one) => /\d|^$/.test(one.textContent)), { polling: 100 });
  await page.setViewport({ width: WIDTH, height: 620 });
  await see("choose");
  await save(page);
  await press(page, "a.quiet");
  await page.waitForFunction(() => document.querySelectorAll(".tag.ready").length >= 3);
  await page.setViewport({ width: WIDTH, height: 760 });
  await see("look");
  return [sizes.length, sizes.filter((size) => size > MOST_BYTES)];
}

export default [["the pictures of the README, small enough for it", [6, []], pictures]];
