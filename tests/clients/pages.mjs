// Dropline's own pages in Chromium: every journey of a person, with script and without, what the application hears of it,
// what a page of another origin cannot do, and every screen for axe-core. Writes what must be seen, and what was seen.

import { writeFileSync } from "node:fs";
import { serve } from "./pages/application.mjs";
import { startBrowser, window } from "./pages/person.mjs";
import { faults, Server } from "./pages/server.mjs";
import { SECOND, startStack } from "./pages/stack.mjs";

const [work, binary, local, ...only] = process.argv.slice(2);
const CHAPTERS = ["journeys", "refusals", "chooser", "keyboard", "news", "element", "frameworks", "forgery", "delivery", "sight", "team", "large", "screens", "pictures"];

const stack = await startStack(local, `${work}/pages`);
const application = await serve("app.localhost");
const stranger = await serve("prizes.localhost");
const browser = await startBrowser(binary, `${work}/chromium-pages`);
// Whose owner has set text of twice the size. A size that is set in a page goes with its first picture.
const TWICE = ["--blink-settings=defaultFontSize=32"];
const large = await startBrowser(binary, `${work}/chromium-pages-large`, TWICE);
let users = 0;
const server = (project = stack.notes) => new Server(stack, project, `user-${(users += 1)}`);
const every = { select_everything: false, return_origins: [application.origin] };
await server().ask("PATCH", "settings", every);
const formats = { families: ["document", "text", "image", "video"], endings: [] };
await server(stack.strict).ask("PATCH", "settings", { ...every, max_file_bytes: 50_000, formats });
await server(stack.odd).ask("PATCH", "settings", { deletion_brake: { percent: 0, items: 0 } });

// Each has a user of its own, in windows that nobody had before.
const world = (windows) => ({
  stack, application, stranger, server: server(), strict: server(stack.strict), odd: server(stack.odd), serverOf: server,
  async open({ isTextLarge, ...how } = {}) {
    windows.push(await window(isTextLarge ? large : browser, how));
    return windows.at(-1);
  },
  start: (name, more) => startStack(local, `${work}/pages-${name}`, more),
  photograph: (page, name) => page.screenshot({ path: `${work}/readme-${name}.webp`, type: "webp", quality: 82 }),
  picture: (page, name) => page.screenshot({ path: `${work}/pages ${name}.png`, fullPage: true }),
});

const [expected, given] = [{}, {}];
for (const chapter of CHAPTERS.filter((one) => !only.length || only.includes(one))) {
  for (const [name, must, go] of (await import(`./pages/${chapter}.mjs`)).default) {
    const windows = [];
    expected[name] = must;
    try {
      given[name] = await go(world(windows));
    } catch (error) {
      given[name] = `raised ${error.stack}`;
    }
    const complaints = windows.flatMap((one) => one.complaints);
    if (complaints.length) given[name] = { given: given[name], complaints };
    await faults(stack, SECOND);
    const contexts = [browser, large].flatMap((one) => one.browserContexts().slice(1));
    for (const context of contexts) await context.close();
  }
}
await browser.close();
await large.close();
stack.stop();
application.stop();
stranger.stop();
writeFileSync(`${work}/pages-direct.json`, JSON.stringify(expected));
writeFileSync(`${work}/pages-shown.json`, JSON.stringify(given));
