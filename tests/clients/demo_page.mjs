// The demo at `/` in Chromium, as a newcomer uses it: connect, choose, see events arrive and files with a preview, break
// things, see the health recover. Then by keyboard, without script, and with axe-core in two themes at three widths.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [work, binary] = process.argv.slice(2);
const [, demo] = /Dropline is at (\S+?)\/?, its fake Dropbox at/.exec(readFileSync(`${work}/demo.out`, "utf-8"));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const PATIENCE = 60_000;
const expected = {};
const seen = {};

const browser = await puppeteer.launch({
  executablePath: binary, userDataDir: `${work}/chromium-demo`, headless: true, args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
page.setDefaultTimeout(PATIENCE);
await page.setViewport({ width: 1360, height: 1000 });
// What the page's policy has refused, and what has failed in it.
const refused = [];
page.on("console", (message) => message.type() === "error" && refused.push(message.text()));
page.on("pageerror", (error) => refused.push(error.message));

async function see(name, must, work) {
  expected[name] = must;
  try {
    seen[name] = await work();
  } catch (error) {
    seen[name] = `raised ${error}`;
  }
}

const text = (selector) => page.$eval(selector, (element) => element.textContent);
const has = (selector, text) =>
  page.waitForFunction(
    (selector, text) => [...document.querySelectorAll(selector)].some((found) => found.textContent.includes(text)),
    {}, selector, text,
  );
const leads = (cause) => Promise.all([page.waitForNavigation(), cause()]);
const press = (selector) => page.waitForSelector(selector).then((button) => button.click());

await see("connect an account", "second@example.com", async () => {
  await page.goto(demo);
  await page.waitForSelector('#live[data-state="on"]');
  await leads(() => press("#connect-account"));
  await leads(() => press("form button.go"));
  const accounts = await page.$$('input[name="account"]');
  await accounts[1].click();
  await leads(() => press('button[value="approve"]'));
  await page.evaluate(() => (globalThis.stays = true));
  return text(".chip[aria-current] bdi");
});

await see("choose the whole account", ["nothing yet", "the whole account"], async () => {
  await has("#rows .kind", "Listed");
  await press("#choose-everything");
  await has("#dropbox .choice p", "nothing yet");
  const before = (await text("#dropbox .choice p")).replace("Synced: ", "");
  await press("#choose-everything");
  await has("#dropbox .choice p", "the whole account");
  return [before, (await text("#dropbox .choice p")).replace("Synced: ", "")];
});

await see("events arrive, newest first, and the file is ready", ["File Ready", "File Created"], async () => {
  await press("#create");
  await has("#rows .event:first-child .kind", "File Ready");
  await has("#synced .item", "Ready");
  return page.$$eval("#rows .kind", (kinds) => kinds.slice(0, 2).map((kind) => kind.textContent));
});

await see("an event unfolds and stays so", ["ada", "ready", 1], async () => {
  await press("#rows .event:first-child summary");
  const content = JSON.parse(await text("#rows .event:first-child pre"));
  await press("#resync");
  await has("#rows .kind", "Resynced");
  const isOpen = await page.$$eval("#rows details[open]", (open) => open.length);
  return [content.user, content.type, isOpen];
});

await see("a text is previewed", "Hello from the demo.\n", async () => {
  const [file] = await page.$$("#synced .name a");
  await file.click();
  await page.waitForSelector("#preview pre.text");
  return text("#preview pre.text");
});

await see("a picture is previewed", 240, async () => {
  await press("#picture");
  await has("#synced .item:nth-child(2) .tag", "Ready");
  await press("#synced .item:nth-child(2) a");
  await page.waitForFunction(() => document.querySelector("img.picture")?.naturalWidth > 0);
  return page.$eval("img.picture", (picture) => picture.naturalWidth);
});

await see("a rate limit shows in the health, and passes by itself", ["ok", "Ready"], async () => {
  await page.$eval("#seconds", (seconds) => (seconds.value = "3"));
  await press("#break-rate-limit");
  await page.waitForSelector("#paused");
  await page.waitForFunction(() => !document.querySelector("#paused"));
  await page.$eval("#new-name", (name) => (name.value = "Later.txt"));
  await press("#create");
  await has("#synced .item:first-child .name", "Later.txt");
  await has("#synced .item:first-child .tag", "Ready");
  return [await text("#health .bar .tag"), await text("#synced .item:first-child .tag")];
});

await see("all of it in one page, which its policy allows", [true, []], async () => [
  await page.evaluate(() => globalThis.stays === true),
  refused,
]);

await see("each call is shown as curl, without the key", true, async () => {
  const calls = await page.$$eval(".curl", (all) => all.map((call) => call.textContent));
  const page_text = await page.content();
  return calls.length > 10 && calls.every((call) => call.includes("curl -sS")) && !/dl_[\w-]{20}/.test(page_text);
});

await see("by keyboard: focus stays, and goes to the heading when its place is gone", ["create", "dropbox-title"], async () => {
  await page.focus("#new-name");
  await page.keyboard.down("Control");
  await page.keyboard.press("KeyA");
  await page.keyboard.up("Control");
  await page.keyboard.type("Typed.txt");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await has("#entries .name", "Typed.txt");
  const kept = await page.evaluate(() => document.activeElement.id);
  await page.focus("#change-_2fTyped_2etxt");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#delete-_2fTyped_2etxt");
  await page.focus("#delete-_2fTyped_2etxt");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("#change-_2fTyped_2etxt"));
  await page.waitForFunction(() => document.activeElement !== document.body);
  return [kept, await page.evaluate(() => document.activeElement.id)];
});

await see("a choice on the hosted page comes back here", "chosen", async () => {
  await leads(() => press("#choose-files"));
  await leads(() => press("form button.go"));
  await leads(() => press('button[value="save"]'));
  await page.waitForSelector("#notice .note");
  return text("#notice .note span");
});

await see("axe-core finds nothing, and everything fits", [], async () => {
  const found = [];
  await page.setBypassCSP(true);
  for (const [name, address] of [["first", `${demo}/?user=nobody`], ["connected", `${demo}/?user=ada&change=/Notes.txt`]]) {
    for (const theme of ["light", "dark"]) {
      await page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: theme },
        { name: "prefers-reduced-motion", value: "reduce" },
      ]);
      for (const width of [320, 800, 1360]) {
        await page.setViewport({ width, height: 1000 });
        await page.goto(address);
        await page.waitForSelector('#live[data-state="on"]');
        await page.evaluate(AXE);
        const here = await page.evaluate(async () => {
          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
          const root = document.documentElement;
          const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} wide in ${root.clientWidth}`] : [];
          return [...violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 80)}`), ...wide];
        });
        found.push(...here.map((finding) => `${name}, ${theme}, ${width}: ${finding}`));
        writeFileSync(`${work}/demo ${name} ${theme} ${width}.png`, await page.screenshot());
      }
    }
  }
  return found;
});

await see("without script", "Create a file in Dropbox: 200 OK", async () => {
  await page.setJavaScriptEnabled(false);
  await page.goto(`${demo}/?user=ada`);
  await page.type("#new-name", "-plain");
  await leads(() => press("#create"));
  return text("#notice strong");
});

await browser.close();
writeFileSync(`${work}/demo_page-direct.json`, JSON.stringify(expected));
writeFileSync(`${work}/demo_page-shown.json`, JSON.stringify(seen));
