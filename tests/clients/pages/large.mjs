// A folder of 100,000 entries: its first screen is there as soon as that of a folder of 100, and no page holds it all.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, crumb, going, names, row, save, tick } from "./person.mjs";
import { Server } from "./server.mjs";

const [FEW, MANY] = [100, 100_000];
const MOST_ROWS = 500;
// A part of the large folder has 400 rows, four times those of the small one, which the browser has to draw.
const MOST_RATIO = 3;
const TIMES = 7;

function entries(folder, count) {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n += 1) writeFileSync(join(folder, `entry ${String(n).padStart(6, "0")}.txt`), "");
}

// Returns the shortest time in milliseconds until a folder is shown, and the most rows of its page.
async function opening(page, name) {
  const [times, rows] = [[], []];
  for (let n = 0; n < TIMES; n += 1) {
    const button = await (await row(page, name)).$("button.open");
    const began = performance.now();
    await going(page, () => button.click());
    times.push(performance.now() - began);
    rows.push((await names(page)).length);
    await crumb(page, "Dropbox");
  }
  return [Math.min(...times), Math.max(...rows)];
}

async function large({ open, start }) {
  const stack = await start("large", (box) => {
    entries(join(box, "Few"), FEW);
    entries(join(box, "Many"), MANY);
  });
  try {
    const server = new Server(stack, stack.notes, "ada");
    await server.ask("PATCH", "settings", { select_everything: false });
    const page = await open();
    const link = await server.link({ page: "choose" });
    await connect(page, link);
    const [[few, fewRows], [many, manyRows]] = [await opening(page, "Few"), await opening(page, "Many")];
    const ratio = many / few;
    console.log(`a folder of ${MANY} entries is shown in ${many.toFixed(0)} ms, one of ${FEW} in ${few.toFixed(0)} ms: ${ratio.toFixed(2)} times`);
    await tick(page, "Few");
    await save(page);
    const { selected } = await server.status(link);
    return [fewRows, manyRows > FEW && manyRows <= MOST_ROWS, ratio <= MOST_RATIO || ratio, selected];
  } finally {
    stack.stop();
  }
}

export default [["a folder of 100,000 entries is shown as fast as one of 100", [FEW, true, true, 1], large]];
